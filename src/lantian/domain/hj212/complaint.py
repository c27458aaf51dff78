"""What is wrong with HJ 212 frames, in words: codes H001 to H499."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT
_Words = tuple[Severity, str, str, str, str]

COMPLAINTS: Mapping[str, _Words] = {
    # --- the frame ---
    "H001": (
        W,
        "有 {n} 个字节不属于任何数据包：{detail}",
        "{n} bytes belong to no frame: {detail}.",
        "核对发送端或线路；这些字节未使用",
        "Check sender and line; these bytes were not used.",
    ),
    "H002": (
        E,
        "长度字段“{detail}”不是四位数字",
        "The length “{detail}” is not four digits.",
        "长度写成四位十进制数，不足补零",
        "Write the length as four decimal digits, zero padded.",
    ),
    "H003": (
        E,
        "长度写的是 {given}，数据段实有 {found} 字节",
        "The length says {given}, the data segment has {found} bytes.",
        "按字节数填写长度（中文按UTF-8字节计）；该包未采用",
        "State the number of bytes (of UTF-8 where there is Chinese); the packet was not accepted.",
    ),
    "H004": (
        E,
        "CRC写的是 {given}，算得 {found}",
        "The checksum says {given}, computed {found}.",
        "按附录A重算；内容可能在传输中损坏，该包未采用",
        "Compute it as Annex A says; the content may be damaged, the packet was not accepted.",
    ),
    "H005": (
        E,
        "CRC {given} 是普通Modbus算法的结果，按附录A应为 {found}",
        "The checksum {given} is that of plain Modbus; Annex A gives {found}.",
        "发送端改用附录A的算法：移位后只与高字节异或",
        "Let the sender use the algorithm of Annex A: only the high byte enters the exclusive-or.",
    ),
    "H006": (
        E,
        "包未完，下一个包头已到（本包 {found} 字节）",
        "The next head comes before the frame ends (after {found} bytes).",
        "核对发送端是否中断重发；本包未采用",
        "See whether the sender broke off; the frame was not accepted.",
    ),
    "H007": (
        E,
        "包未完，数据已结束（本包 {found} 字节）",
        "The data end before the frame does (after {found} bytes).",
        "补全数据再解",
        "Decode again with the rest of the data.",
    ),
    "H008": (
        E,
        "{found} 字节内没有找到包尾（&&、四位CRC、回车换行）",
        "No end (&&, four digits of checksum, CR LF) within {found} bytes.",
        "核对发送端的包结构",
        "Check how the sender builds its frames.",
    ),
    "H009": (
        E,
        "CP已加密，没有 {detail} 的密钥",
        "CP is encrypted and no key of {detail} was given.",
        "用 --keys 给出密钥文件；在此之前无法校验长度与CRC",
        "Give the keys with --keys; length and checksum cannot be checked before.",
    ),
    "H010": (
        E,
        "解密后CRC不符：写的是 {given}，算得 {found}",
        "After decryption the checksum does not match: {given} written, {found} computed.",
        "核对密钥是否已更换（1014），或数据是否损坏",
        "See whether the key was changed (1014) or the data are damaged.",
    ),
    # --- the fields ---
    "H101": (
        E,
        "缺少字段 {field}",
        "The field {field} is missing.",
        "补上该字段；没有它无法知道是谁的什么数据",
        "Add it; without it nobody knows whose data these are, or which.",
    ),
    "H102": (
        E,
        "字段 {field} 的值“{detail}”无法读取",
        "The field {field} = “{detail}” cannot be read.",
        "按标准填写",
        "Write it as the standard says.",
    ),
    "H103": (
        W,
        "字段 {field} 出现不止一次，另一值为“{detail}”",
        "The field {field} stands more than once; another value is “{detail}”.",
        "只保留一个；采用第一个",
        "Keep one; the first was used.",
    ),
    "H104": (
        H,
        "该包按 {given} 年版编制，当日施行的是 {found} 年版",
        "The packet follows the edition of {given}; that of {found} was in force on its day.",
        "旧版数采仪可继续接收，请督促升级",
        "Older loggers are still read; have them brought up to date.",
    ),
    "H105": (
        W,
        "Flag={detail} 的版本号不属于任何一版标准",
        "The version bits of Flag={detail} belong to no edition.",
        "核对 Flag：2005年版0至3，2017年版4至7，2025年版8至11",
        "Check Flag: 0 to 3 in 2005, 4 to 7 in 2017, 8 to 11 in 2025.",
    ),
    "H106": (
        W,
        "{field}={detail} 不是真实的时间",
        "{field}={detail} is no real time.",
        "核对数采仪时钟",
        "Check the clock of the logger.",
    ),
    "H107": (
        H,
        "该包按 {given} 年版编制，当日施行的还是 {found} 年版",
        "The packet follows the edition of {given} before its time; that of {found} was in force.",
        "核对数采仪时钟与Flag",
        "Check the clock of the logger and Flag.",
    ),
    # --- the content ---
    "H201": (
        W,
        "{field} 的值“{detail}”不是数",
        "{field} = “{detail}” is not a number.",
        "填一个十进制数；该值不作数值使用",
        "Write a decimal number; it is not used as a value.",
    ),
    "H202": (
        H,
        "{field}={detail} 超出数据类型 {given}",
        "{field} = {detail} is wider than its data type {given}.",
        "按编码表的位数填报；数值照用",
        "Write it with the digits of the table; it was used as it is.",
    ),
    "H203": (
        W,
        "{field} 的最小、平均、最大值次序不对：{detail}",
        "Minimum, mean and maximum of {field} are out of order: {detail}.",
        "核对数采仪的统计",
        "Check how the logger makes its statistics.",
    ),
    "H204": (
        W,
        "{field} 的数据标记“{detail}”不在标准内",
        "{field} has the data flag “{detail}”, which the standard does not know.",
        "用标准的标记：{given}",
        "Use a flag of the standard: {given}.",
    ),
    "H205": (
        W,
        "因子 {detail} 在同一包内出现不止一次",
        "The factor {detail} stands in the packet more than once.",
        "核对数采仪的因子设置",
        "Check the factors set in the logger.",
    ),
    "H206": (
        H,
        "编码 {detail} 不在已录入的表内{given}",
        "The code {detail} is in none of the tables at hand{also}.",
        "核对编码；地方扩展或2025年版新编码可放入规则目录",
        "Check the code; a province's or a new one of 2025 can go into a rule folder.",
    ),
    "H207": (
        W,
        "CN={given} 应带参数 {detail}",
        "CN={given} should carry {detail}.",
        "按附录C补上",
        "Add it as Annex C says.",
    ),
    "H208": (
        W,
        "参数 {detail} 不属于 CN={given}",
        "{detail} does not belong to CN={given}.",
        "核对命令与参数；该参数照存",
        "Check command and parameter; it was kept.",
    ),
    "H209": (
        W,
        "{field}={detail} 超出允许的范围（{given}）",
        "{field} = {detail} is outside what is allowed ({given}).",
        "按标准的范围填写",
        "Keep within the range of the standard.",
    ),
    "H210": (
        W,
        "{field}={detail} 不是时间（{given}）",
        "{field} = {detail} is no time ({given}).",
        "核对数采仪时钟与格式",
        "Check clock and format.",
    ),
    "H211": (
        H,
        "编码 {detail} 在标准中印有两种含义：{given}",
        "The standard prints the code {detail} with two meanings: {given}.",
        "按设备实际含义核对",
        "See what the device means by it.",
    ),
    "H212": (
        H,
        "日志 {field} 不在两个“//”之间或超过 {given} 字节",
        "The log {field} is not between “//” or longer than {given} bytes.",
        "按标准书写；内容照存",
        "Write it as the standard says; it was kept.",
    ),
    # --- encoding ---
    "H301": (
        E,
        "第 {n} 行不是一个JSON对象：{detail}",
        "Line {n} is not a JSON object: {detail}.",
        "每行一个对象，有 fields 与 groups，如 decode 所输出",
        "One object a line with fields and groups, as decode prints them.",
    ),
    "H302": (
        E,
        "{field} 含有分隔符或不能写入的字符：“{detail}”",
        "{field} holds a separator or a character that cannot be written: “{detail}”.",
        "去掉 ; , = & # 与控制字符",
        "Remove ; , = & # and control characters.",
    ),
    "H303": (
        E,
        "{field} 有 {found} 字节，最多 {given}",
        "{field} has {found} bytes; {given} are allowed.",
        "分成几包（PNUM、PNO）",
        "Split it into several packets (PNUM, PNO).",
    ),
    "H304": (
        E,
        "缺少 {field} 或其形式不对：{detail}",
        "{field} is missing or of another form: {detail}.",
        "fields 为名与文字值，groups 为若干对象",
        "fields are names and texts, groups a list of objects.",
    ),
    "H305": (
        E,
        "{given} 年版没有由此方发出的命令 CN={detail}",
        "The edition of {given} has no command CN={detail} from this side.",
        "核对命令编码、方向与版本",
        "Check command, direction and edition.",
    ),
    "H306": (
        E,
        "这是一个未采用的包（ok 为 false），不重新编码",
        "This is a refused frame (ok is false); it is not encoded again.",
        "重新编码会给损坏的内容配上正确的CRC；确认内容后删去 ok",
        "Damaged content would get a right checksum; remove ok once the content is known to be good.",
    ),
    # --- split packets ---
    "H401": (
        W,
        "分包不齐：共 {given} 包，缺 {detail}",
        "A split message is incomplete: of {given} packets {detail} are missing.",
        "请现场端重发；已到的各包照存",
        "Have it sent again; the parts that came were kept.",
    ),
    "H402": (
        W,
        "同一包号 {detail} 到了两次，内容不同",
        "Packet number {detail} came twice with different content.",
        "核对发送端；先到的一组按不齐处理",
        "Check the sender; the earlier set counts as incomplete.",
    ),
    "H403": (
        W,
        "包号 {detail} 不在 1 至 {given} 之内，不能拼接",
        "Packet number {detail} is not within 1 to {given}; it cannot be joined.",
        "核对 PNUM 与 PNO",
        "Check PNUM and PNO.",
    ),
    # --- files ---
    "H501": (
        E,
        "文件无法读取：{detail}",
        "The file cannot be read: {detail}.",
        "核对路径与权限",
        "Check path and permissions.",
    ),
    "H502": (
        E,
        "密钥文件第 {n} 行无法使用：{detail}",
        "Line {n} of the key file cannot be used: {detail}.",
        "每行“MN 密钥”，密钥为16个字符或32位十六进制；MN 写 * 表示其余全部",
        "Write “MN KEY” a line, the key as 16 characters or 32 hex digits; MN * is for all others.",
    ),
    "H503": (
        E,
        "没有安装解密所需的程序库 cryptography",
        "The library cryptography, needed to decrypt, is not installed.",
        "安装后再试",
        "Install it and try again.",
    ),
}


def complain(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem `code` with its values filled in."""
    severity, zh, en, remedy_zh, remedy_en = COMPLAINTS[code]
    return Problem(
        code,
        severity,
        place or Place(),
        zh.format(**values),
        en.format(**values),
        remedy_zh.format(**values),
        remedy_en.format(**values),
    )
