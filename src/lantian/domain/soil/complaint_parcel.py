"""What is wrong with parcels in the process and with draws, in words: codes S050 to S074."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Severity

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT
Words = tuple[Severity, str, str, str, str]

PROCESS_WORDS: Mapping[str, Words] = {
    # --- process
    "S050": (
        E,
        "日期“{detail}”无法读取，该行未使用",
        "The date “{detail}” cannot be read; the row was not used.",
        "写成 2026-03-05",
        "Write 2026-03-05.",
    ),
    "S051": (
        E,
        "事件“{detail}”不能识别，该行未使用",
        "Event “{detail}” is not known; the row was not used.",
        "用模板中的事件名称：{known}",
        "Use one of the names in the template.",
    ),
    "S052": (
        E,
        "地块 {parcel} 处于“{known}”，不能发生“{detail}”，该行未使用",
        "Parcel {parcel} is “{known}”; “{detail}” cannot happen there. Not used.",
        "补上中间缺少的事件，或改正日期",
        "Enter the missing events or correct the date.",
    ),
    "S053": (
        W,
        "地块 {parcel} 的{item}已逾期 {n} 天（期限 {known}）",
        "Parcel {parcel}: {item} is {n} days overdue (due {known}).",
        "督促{who}办理",
        "Remind {who}.",
    ),
    "S054": (
        E,
        "地块 {parcel} 在名录中或未移出（{known}），规划用途为{detail}：不得作为住宅、公共管理与公共服务用地",
        "Parcel {parcel} is restricted ({known}); it must not become {detail}.",
        "移出名录前不得变更为该用途，不得开工无关项目",
        "No such use and no unrelated building before it is removed from the list.",
    ),
    "S055": (
        W,
        "“{detail}”缺少材料：{known}",
        "“{detail}” lacks its documents: {known}.",
        "在“文件”栏写明材料名称或编号",
        "Name the documents.",
    ),
    "S056": (
        E,
        "效果评估单位“{detail}”与管控、修复实施单位相同",
        "“{detail}” assesses the effect of its own works.",
        "由另一机构评估",
        "Another institute must assess.",
    ),
    "S057": (
        H,
        "“{detail}”（{known}）晚于所查日期，未计入",
        "“{detail}” ({known}) is after the day asked for; not counted.",
        "用 --on 指定日期",
        "Choose the day with --on.",
    ),
    "S058": (
        W,
        "地块 {parcel} 应开展调查（{detail}），未见启动",
        "Parcel {parcel} needs a survey ({detail}); none was begun.",
        "通知土地使用权人开展调查",
        "Tell the user of the land.",
    ),
    "S059": (
        E,
        "触发情形“{detail}”不能识别",
        "Trigger “{detail}” is not known.",
        "用模板中的情形：{known}",
        "Use one of the template's.",
    ),
    "S060": (
        H,
        "地块 {parcel} 的{item}没有已知的法定期限（{detail}）",
        "Parcel {parcel}: no statutory period of {item} is known ({detail}).",
        "在“期限”栏填写通知或意见中写明的日期",
        "Write the date of the notice into column 期限.",
    ),
    "S061": (
        W,
        "地块 {parcel} 的期限无法计算：缺 {detail} 年节假日安排",
        "A due date of parcel {parcel} needs the holiday notice of {detail}.",
        "补充该年节假日文件，或填写期限",
        "Add the notice or write the due date.",
    ),
    "S062": (
        E,
        "地块 {parcel} 判定为无需调查，但属于应调查情形（{detail}）",
        "Parcel {parcel} was found to need no survey, yet it does ({detail}).",
        "核对判定依据",
        "Check the finding.",
    ),
    # --- draw
    "S070": (
        E,
        "抽取需要公开的随机种子",
        "A draw needs a public seed.",
        "用 --seed 给出事先约定、事后可查的数字，如某日某期开奖号码",
        "Give with --seed a number agreed beforehand that anyone can look up.",
    ),
    "S071": (
        E,
        "抽查比例未知：规则中由地方确定",
        "The share is not known: it is set locally.",
        "用 --share 给出比例，如 0.1",
        "Give it with --share, e.g. 0.1.",
    ),
    "S072": (
        E,
        "检查单位“{detail}”承担过本次范围内的调查（地块 {known}），应回避",
        "Checker “{detail}” did surveys in this scope (parcel {known}) and must step aside.",
        "更换检查单位",
        "Choose another checker.",
    ),
    "S073": (
        E,
        "关注情形“{detail}”不能识别，按无处理",
        "Ground of attention “{detail}” is not known; ignored.",
        "可用：{known}",
        "One of {known}.",
    ),
    "S074": (
        E,
        "没有可抽取的地块",
        "There is no parcel to draw from.",
        "核对地块表",
        "Check the sheet of parcels.",
    ),
}
