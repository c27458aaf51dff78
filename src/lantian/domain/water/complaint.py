"""What is wrong with water data, in words: codes B001 to B018."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

COMPLAINTS: Mapping[str, Words] = {
    "B001": (
        E,
        "文件无法读取：{detail}",
        "The file cannot be read: {detail}.",
        "保存为 UTF-8 或 GB18030 编码的 CSV 再试",
        "Save it as CSV in UTF-8 or GB18030.",
    ),
    "B002": (
        E,
        "缺少必需的列：{detail}",
        "A column that is needed is missing: {detail}.",
        "列名用 section（断面）、type（river|lake）、date，以及 ph、do、codmn、cod、bod5、nh3n、tp、tn 等，"
        "也可用中文项目名",
        "Name the columns section, type (river|lake), date, then ph, do, codmn, cod, bod5, nh3n, "
        "tp, tn … or the items' Chinese names.",
    ),
    "B003": (
        E,
        "{column} 的值“{detail}”不是数，该值未使用",
        "{column} = “{detail}” is not a number; the value was not used.",
        "填一个数；低于检出限写 0.05L 或 <0.05；未监测留空",
        "Give one number; below detection write 0.05L or <0.05; leave it empty if not measured.",
    ),
    "B004": (
        E,
        "{column} 为负值 {detail}，该值未使用",
        "{column} = {detail} is negative; the value was not used.",
        "核对仪器；低于检出限写 0.05L",
        "Check the instrument; below detection write 0.05L.",
    ),
    "B005": (
        E,
        "{column} = {detail} 超出可能的范围（上限 {known}），疑为单位错误，该值未使用",
        "{column} = {detail} is beyond what is possible ({known}), a likely slip of the unit; not "
        "used.",
        "浓度用 mg/L；1000 µg/L = 1 mg/L",
        "Concentrations are in mg/L; 1000 µg/L are 1 mg/L.",
    ),
    "B006": (
        W,
        "同一断面同一时间出现两次：{detail}，汇总只用第一行",
        "The same section and time twice: {detail}; a summary uses the first only.",
        "删去重复行，或改正时间",
        "Remove the repeated row or correct its time.",
    ),
    "B007": (
        E,
        "日期无法读取：“{detail}”，该行未使用",
        "The date cannot be read: “{detail}”; the row was not used.",
        "写成 2022-03-05、2022-03-05 08:00 或 2022-03",
        "Write 2022-03-05, 2022-03-05 08:00 or 2022-03.",
    ),
    "B008": (
        E,
        "断面 {detail} 未说明是河流还是湖库，总磷限值不同，未判定类别",
        "Section {detail} does not say whether it is a river or a lake; limits of total phosphorus "
        "differ, no class was given.",
        "在 type 列填 river（河流）或 lake（湖库），或用 --sections 给出断面名单；不从名称猜测",
        "Fill the column type with river or lake, or give a list of sections with --sections; "
        "nothing is guessed from names.",
    ),
    "B009": (
        E,
        "水体类型“{detail}”无法识别，未判定类别",
        "The type “{detail}” is neither river nor lake; no class was given.",
        "填 river（河流）或 lake（湖库）；河流型水库按河流评价，填 river",
        "Write river or lake; a reservoir of river type is judged as a river.",
    ),
    "B010": (
        E,
        "{column} 未检出但未给出检出限，该值未使用",
        "{column} was not detected, but the limit of detection is not given; not used.",
        "写成 检出限+L，如 0.05L",
        "Write the limit with an L, e.g. 0.05L.",
    ),
    "B011": (
        W,
        "{what} 在该期间有 {detail} 个月的数据，共 {known} 个月",
        "{what} has {detail} of the {known} months of the period.",
        "缺测月份不参加平均；冰封、断流请注明",
        "Missing months are not in the mean; say where it was ice or drought.",
    ),
    "B012": (
        H,
        "该行没有可评价的项目",
        "No item of this row can be judged.",
        "仪器维护、停站的行可以保留",
        "Rows of stations under maintenance may stay.",
    ),
    "B013": (
        W,
        "{column} 低于检出限 {detail}，但检出限高于Ⅲ类限值 {known}，按检出限的一半判定不可靠",
        "{column} is below its limit of detection {detail}, which is above the limit of class III "
        "({known}); half of it is no sound basis for a class.",
        "换用检出限更低的方法",
        "Use a method with a lower limit of detection.",
    ),
    "B014": (
        H,
        "原有的列 {detail} 与结果列同名，已改名为 {known}",
        "The column {detail} has the name of a result; it is kept as {known}.",
        "无需处理",
        "Nothing to do.",
    ),
    "B015": (
        E,
        "期间写法无效：“{detail}”",
        "Not a period: “{detail}”.",
        "写成 2022、2022-H1、2022-Q1、2022-03 或 2022-01-05..2022-02-10",
        "Write 2022, 2022-H1, 2022-Q1, 2022-03 or 2022-01-05..2022-02-10.",
    ),
    "B016": (
        E,
        "文件中没有该期间可评价的数据：{detail}",
        "The file holds nothing to judge in the period: {detail}.",
        "核对期间和文件",
        "Check period and file.",
    ),
    "B017": (
        W,
        "{column}（{detail}）大于 {known}，前者是后者的一部分",
        "{column} ({detail}) is above {known}, of which it is a part.",
        "核对两项；数值照用",
        "Check both items; the values were used as they are.",
    ),
    "B018": (
        E,
        "断面 {what} 的水质目标“{detail}”无法识别",
        "The target “{detail}” of section {what} is no class.",
        "填 Ⅰ 至 Ⅴ，或 1 至 5",
        "Write Ⅰ to Ⅴ, or 1 to 5.",
    ),
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)


def unreadable(place: Place, cause: str) -> Problem:
    """Return B001: a file that cannot be read or written, and why."""
    return complain("B001", place, detail=cause)
