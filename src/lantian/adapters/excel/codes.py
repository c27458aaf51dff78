"""Every problem that reading, writing and marking a list can report: the X codes.

A code never changes its meaning. `docs/layouts.md` prints this table and a test compares them.
"""
# ruff: noqa: E501  one text a line, so that both languages can be read side by side

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.kernel.problem import Place, Problem, Severity

_E, _W, _H = Severity.ERROR, Severity.WARNING, Severity.HINT


@dataclass(frozen=True, slots=True)
class Code:
    """Texts of one code; braces are filled from the case at hand."""

    severity: Severity
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


CODES: Mapping[str, Code] = {
    # --- the file as a whole (raised: nothing could be read)
    "X001": Code(_E, "文件打不开：{why}", "The file cannot be opened: {why}.",
                 "检查路径和权限，关闭正在占用它的程序后重试", "Check path and permissions; close other programs using it."),
    "X002": Code(_E, "这不是 xlsx 工作簿、CSV 或 Parquet：内容是 {found}", "Not an xlsx workbook, CSV or Parquet: the content is {found}.",
                 "用 Excel 或 WPS 另存为 .xlsx 后再导入", "Save it as .xlsx in Excel or WPS and read that."),
    "X003": Code(_E, "工作簿有打开密码，无法读取", "The workbook is protected by a password and cannot be read.",
                 "在 Excel 中取消打开密码后另存", "Remove the password in Excel and save again."),
    "X004": Code(_E, "文件已损坏：{why}", "The file is damaged: {why}.",
                 "重新下载或从原件另存一份", "Download it again or save a new copy from the original."),
    "X005": Code(_E, "文件过大：{why}", "The file is too large: {why}.",
                 "删去空行和图片；超出 Excel 行数时改用 CSV 或 Parquet 文件夹", "Remove empty rows and pictures; beyond Excel's limits use a folder of CSV or Parquet."),
    "X006": Code(_E, "文件里没有内容", "There is nothing in the file.",
                 "确认选对了文件", "Check that this is the right file."),
    "X007": Code(_E, "认不出清单版式；最接近的是 {nearest}，缺少 {missing}", "No layout matches; nearest is {nearest}, which lacks {missing}.",
                 "按该版式补齐表和列，或用 --layout 指定版式（新模板见 docs/layouts.md）", "Add these sheets and columns, name a layout with --layout, or add a template (docs/layouts.md)."),
    "X008": Code(_E, "版式文件有误：{why}", "The layout is wrong: {why}.",
                 "按 docs/layouts.md 的说明修改版式文件", "Correct the layout file after docs/layouts.md."),
    "X009": Code(_E, "文本编码无法识别，第 {offset} 字节起不是 UTF-8 也不是 GB18030", "Unknown text encoding: from byte {offset} on neither UTF-8 nor GB18030.",
                 "另存为 UTF-8 编码的 CSV", "Save the CSV as UTF-8."),
    "X010": Code(_E, "没有一列属于已知的清单版式（{layouts}）", "Not one column belongs to a known layout ({layouts}).",
                 "确认选对了文件；新模板的写法见 docs/layouts.md", "Check that this is the right file; a new template is described in docs/layouts.md."),
    # --- sheets and columns
    "X011": Code(_E, "缺少必需的表“{sheet}”", "Required sheet {sheet!r} is missing.",
                 "补上该表，表名与版式一致", "Add the sheet under the name the layout gives."),
    "X012": Code(_H, "没有表“{sheet}”，其内容按未知处理", "No sheet {sheet!r}; what it would hold is unknown.",
                 "有资料时补上该表", "Add the sheet when there are data."),
    "X013": Code(_E, "缺少必需的列“{header}”", "Required column {header!r} is missing.",
                 "在第 {row} 行表头补上该列", "Add the column to the header in row {row}."),
    "X014": Code(_H, "没有列：{headers}；按未知处理", "No columns {headers}; read as unknown.",
                 "有资料时补上这些列", "Add the columns when there are data."),
    "X015": Code(_W, "列“{header}”出现了 {n} 次，只用第一次出现的", "Column {header!r} appears {n} times; the first is used.",
                 "删除或改名多余的列", "Delete or rename the extra columns."),
    "X016": Code(_H, "有 {n} 列不在版式中，未使用：{headers}", "{n} columns are not in the layout and were not used: {headers}.",
                 "无需处理；若应使用，请改用版式中的列名", "Nothing to do; if they matter, use the layout's column names."),
    "X017": Code(_H, "表“{sheet}”不在版式中，未使用（{n} 行）", "Sheet {sheet!r} is not in the layout and was not used ({n} rows).",
                 "无需处理；若应使用，请改用版式中的表名", "Nothing to do; if it matters, use the layout's sheet name."),
    "X018": Code(_H, "{what}被隐藏，仍已读入", "{what} hidden; read all the same.",
                 "确认隐藏的内容应当计入；不应计入的请删除", "Check that hidden content counts; delete what does not."),
    "X019": Code(_W, "合并单元格 {area}：只有左上角有值，其余按空白读入", "Merged cells {area}: only the first holds a value, the rest read as blank.",
                 "取消合并，逐格填写", "Unmerge and fill in every cell."),
    "X020": Code(_H, "表头在第 {row} 行，版式写的是第 {expected} 行；按实际读入", "The header is in row {row}, the layout says {expected}; read where it is.",
                 "无需处理", "Nothing to do."),
    "X021": Code(_E, "必需的表“{sheet}”只有表头，没有数据", "Required sheet {sheet!r} has a header but no data.",
                 "填写数据", "Fill in the data."),
    "X022": Code(_W, "本行有 {n} 列，表头有 {expected} 列；多出的未使用", "This row has {n} fields, the header {expected}; the rest was not used.",
                 "检查本行的分隔符和引号", "Check delimiters and quotes of the row."),
    "X023": Code(_W, "列“{header}”的单位写作 {found}，版式是 {unit}；{action}", "Column {header!r} gives the unit {found}, the layout {unit}; {action_en}.",
                 "核对单位，表头改用版式单位", "Check the unit and use the layout's."),
    "X024": Code(_W, "没有名为“{sheet}”的表，按列名把“{found}”读作该表", "No sheet named {sheet!r}; {found!r} has its columns and was read as it.",
                 "把表名改回“{sheet}”", "Rename the sheet to {sheet!r}."),
    "X025": Code(_E, "表“{sheet}”读不出来：{why}", "Sheet {sheet!r} cannot be read: {why}.",
                 "在 Excel 中打开并另存，再导入", "Open and save the workbook in Excel, then read again."),
    "X026": Code(_H, "表“{sheet}”只有表头，没有数据，按未知处理", "Sheet {sheet!r} has a header but no data; unknown.",
                 "有资料时填写", "Fill it in when there are data."),
    # --- cells
    "X031": Code(_E, "“{value}”不是数值，按未知处理", "{value!r} is not a number; read as unknown.",
                 "填写阿拉伯数字，不带文字", "Write digits without words."),
    "X032": Code(_H, "有 {n} 个单元格的数值以文本保存，如“{value}”；已按数值读入", "{n} cells hold numbers as text, e.g. {value!r}; read as numbers.",
                 "把该列设为数值格式", "Format the column as numbers."),
    "X033": Code(_W, "“{value}”带有单位，按 {read} {unit} 读入", "{value!r} carries a unit; read as {read} {unit}.",
                 "去掉单元格中的单位", "Remove the unit from the cell."),
    "X034": Code(_E, "数值 {value} 超出可能范围（不小于 10^15，或小数超过 30 位），按未知处理", "Number {value} is out of range (10^15 and more, or beyond 30 decimals); read as unknown.",
                 "改为真实数值", "Write the true figure."),
    "X035": Code(_E, "应为数值，却是日期 {value}，按未知处理", "A date {value} stands where a number belongs; read as unknown.",
                 "单元格改为常规格式后重新填写", "Set the cell's format to General and write the number again."),
    "X036": Code(_E, "“{value}”不是“是”或“否”，按未知处理", "{value!r} is neither yes nor no; read as unknown.",
                 "填写 是 或 否", "Write 是 or 否."),
    "X037": Code(_E, "“{value}”不在可选项内，按未知处理", "{value!r} is not one of the choices; read as unknown.",
                 "可选：{choices}", "Choices: {choices}."),
    "X038": Code(_E, "“{value}”不是生产期，按未知处理", "{value!r} is not a season; read as unknown.",
                 "写成 月-日~月-日，如 11-01~03-31", "Write MM-DD~MM-DD, e.g. 11-01~03-31."),
    "X039": Code(_E, "公式没有计算结果，按未知处理：={value}", "A formula without a stored result; read as unknown: ={value}.",
                 "在 Excel 中打开、重算并保存", "Open, recalculate and save in Excel."),
    "X040": Code(_E, "单元格是错误值 {value}，按未知处理", "The cell is the error value {value}; read as unknown.",
                 "修正公式或引用", "Correct the formula or reference."),
    "X041": Code(_H, "有 {n} 个单元格写作“{value}”等空白记号，按未知处理（不是零）", "{n} cells hold a blank mark such as {value!r}; read as unknown, not zero.",
                 "确为零请填 0，不知道请留空", "Write 0 if it is zero, leave blank if unknown."),
    "X042": Code(_W, "有 {n} 个单元格含不可见控制字符，已去掉", "{n} cells contain control characters; removed.",
                 "重新键入该单元格", "Type the cell again."),
    "X043": Code(_W, "文本列里是日期 {value}，可能被 Excel 自动改写；按文字读入", "A date {value} in a text column, perhaps rewritten by Excel; read as text.",
                 "先把单元格设为文本格式，再填写", "Format the cell as text first, then write it again."),
    "X044": Code(_W, "长号码以数值保存为 {value}，15 位以后的数字已丢失", "A long number is stored as a figure ({value}); digits beyond the 15th are lost.",
                 "把单元格设为文本格式，重新填写完整号码", "Format as text and type the full number again."),
    "X045": Code(_E, "“{header}”为空，本行无法与其他表对应", "{header!r} is blank; the row cannot be joined to the other sheets.",
                 "补填编号", "Fill in the key."),
    "X047": Code(_E, "应为数值，却是逻辑值 {value}，按未知处理", "A truth value {value} stands where a number belongs; read as unknown.",
                 "填写阿拉伯数字", "Write digits."),
    "X048": Code(_W, "同一编号的各行在“{header}”上不一致，取第一行“{value}”", "Rows of one key differ in {header!r}; the first, {value!r}, is used.",
                 "统一各行的内容", "Make the rows agree."),
    "X049": Code(_W, "“{value}”是模糊数值（约、区间或不等号），按未知处理", "{value!r} is not an exact figure (about, range or bound); read as unknown.",
                 "填写一个确切的数", "Write one exact figure."),
    # --- rows
    "X051": Code(_H, "第 {row} 行是合计行，未作为数据读入", "Row {row} is a row of totals and was not read as data.",
                 "无需处理", "Nothing to do."),
    "X052": Code(_H, "数据中间有 {n} 个空行，已跳过", "{n} blank rows among the data were skipped.",
                 "无需处理；可删除空行", "Nothing to do; the rows may be deleted."),
    "X054": Code(_W, "“{header}”列还有 {n} 处同样的问题（{what}）未逐条列出", "{n} more of the same ({what}) in column {header!r} are not listed one by one.",
                 "先整列修正，再导入", "Correct the whole column and read again."),
    # --- writing and marking
    "X061": Code(_W, "版式 {layout} 写不下 {n} 行：{why}", "Layout {layout} cannot hold {n} rows: {why}.",
                 "改用 lantian-1 版式，或先补齐内容", "Use layout lantian-1 or complete the rows first."),
    "X062": Code(_E, "表“{sheet}”有 {n} 行，超过 Excel 的 {limit} 行", "Sheet {sheet!r} has {n} rows, above Excel's {limit}.",
                 "输出为 CSV 或 Parquet 文件夹", "Write a folder of CSV or Parquet instead."),
    "X063": Code(_E, "写不出去：{why}", "Cannot write: {why}.",
                 "检查输出位置、磁盘空间和权限", "Check place, disk space and permissions."),
    "X064": Code(_E, "版式 {layout} 只能读，不能写", "Layout {layout} can be read but not written.",
                 "改用 lantian-1 等可写版式", "Use a layout that can be written, such as lantian-1."),
    "X065": Code(_E, "输出文件与原清单相同", "The output is the list itself.",
                 "换一个输出文件名", "Give another name for the output."),
}  # fmt: skip


def problem(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of `code` at `place`, its texts filled with `values`."""
    entry = CODES[code]
    shown = {k: _short(v) for k, v in values.items()}
    return Problem(
        code=code,
        severity=entry.severity,
        place=place,
        message_zh=entry.zh.format(**shown),
        message_en=entry.en.format(**shown),
        remedy_zh=entry.remedy_zh.format(**shown),
        remedy_en=entry.remedy_en.format(**shown),
    )


def _short(value: object, limit: int = 200) -> object:
    """Keep texts from a workbook to one readable line."""
    if not isinstance(value, str):
        return value
    flat = "".join(c if c.isprintable() else " " for c in value)
    return flat if len(flat) <= limit else flat[:limit] + "…"
