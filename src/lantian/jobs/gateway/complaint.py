"""What is wrong with a gateway, in words: codes J001 to J599."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

COMPLAINTS: Mapping[str, Words] = {
    # --- home and files ---
    "J001": (
        E,
        "无法读写：{detail}",
        "Cannot be read or written: {detail}.",
        "检查路径、权限与磁盘空间",
        "Check path, permissions and space on the disk.",
    ),
    "J002": (
        E,
        "另一个进程正在使用此目录（{detail}）",
        "Another process is using this folder ({detail}).",
        "等它结束，或停掉它再试",
        "Wait until it ends, or stop it and try again.",
    ),
    "J003": (
        E,
        "这里还没有网关数据",
        "There are no data of a gateway here.",
        "先运行 lantian gateway serve，或用 --home 指定正确的目录",
        "Run lantian gateway serve first, or name the right folder with --home.",
    ),
    "J004": (
        E,
        "目录由另一版式写成：{detail}，本程序用 {given}",
        "The folder was written in another layout: {detail}; this program uses {given}.",
        "换用写它的版本",
        "Use the version that wrote it.",
    ),
    # --- the register of loggers ---
    "J101": (
        E,
        "数采仪登记表不是可读的YAML或CSV：{detail}",
        "The register of loggers is no readable YAML or CSV: {detail}.",
        "存为UTF-8编码的YAML（loggers列表）或CSV（首行为字段名）",
        "Save it as YAML (a list under loggers) or CSV (names in the first row) in UTF-8.",
    ),
    "J102": (
        E,
        "缺少“{field}”",
        "“{field}” is missing.",
        "补填该字段",
        "Fill it in.",
    ),
    "J103": (
        E,
        "“{field}”的值“{detail}”不可用：{given}",
        "“{field}” cannot be “{detail}”: {given}.",
        "按说明改正（docs/gateway.md）",
        "Correct it as docs/gateway.md says.",
    ),
    "J104": (
        E,
        "MN {detail} 已在第 {given} 个登记",
        "MN {detail} is registered before, as number {given}.",
        "一台设备只登记一次；设备更换时改原行",
        "Register a device once; change its row when it is replaced.",
    ),
    "J105": (
        E,
        "没有名为“{field}”的字段",
        "There is no field “{field}”.",
        "字段名见 docs/gateway.md",
        "The fields are listed in docs/gateway.md.",
    ),
    "J106": (
        E,
        "找不到名为“{detail}”的SM4密钥",
        "There is no SM4 key named “{detail}”.",
        "在密钥文件中加一行“{detail} 密钥”",
        "Add a line “{detail} KEY” to the file of keys.",
    ),
    "J107": (
        E,
        "没有名为“{detail}”的厂商习惯；可用：{given}",
        "There are no habits of a vendor “{detail}”; known: {given}.",
        "改为已有名称，或加一个文件到 gateway/vendors",
        "Use one of these, or add a file to gateway/vendors.",
    ),
    "J108": (
        W,
        "登记表没有任何数采仪",
        "The register has no logger.",
        "登记之前，任何报文都不会被应答",
        "Nothing is answered before loggers are registered.",
    ),
    "J111": (
        W,
        "登记表或密钥文件可被其他用户读取（权限 {detail}）",
        "Others may read the register or the keys (mode {detail}).",
        "chmod 600 {given}",
        "chmod 600 {given}",
    ),
    # --- the spool ---
    "J201": (
        W,
        "上次中断留下 {n} 个不完整的字节，已移到 {detail}；其中没有已应答的报文",
        "{n} bytes of an unfinished record were moved to {detail}; nothing answered was in them.",
        "无需处理；查明进程为何中断",
        "Nothing to do; find out why the process ended.",
    ),
    "J202": (
        E,
        "存储段 {detail} 第 {n} 条的哈希链不符：内容被改动或磁盘损坏",
        "The chain of segment {detail} breaks at record {n}: it was altered, or the disk is damaged.",
        "保留原文件，与备份比较；封存清单有其哈希",
        "Keep the file and compare it with the backups; the seal has its hash.",
    ),
    "J203": (
        E,
        "存储段 {detail} 与前一段接不上：应从第 {n} 条开始",
        "Segment {detail} does not follow the one before: it should begin with record {n}.",
        "有存储段被移走或替换，从备份恢复",
        "A segment was removed or replaced; bring it back from a backup.",
    ),
    "J204": (
        E,
        "{detail} 不是存储段",
        "{detail} is no segment of a spool.",
        "把它移出 spool 目录",
        "Move it out of the folder.",
    ),
    "J205": (
        E,
        "写不进磁盘：{detail}；暂停接收，不应答任何报文",
        "The disk takes nothing: {detail}; receiving pauses, nothing is answered.",
        "腾出空间或修复磁盘；恢复后自动继续，数采仪会重发",
        "Free space or mend the disk; it goes on by itself, and loggers send again.",
    ),
    "J206": (
        E,
        "没有第 {n} 条",
        "There is no record {n}.",
        "核对编号",
        "Check the number.",
    ),
    # --- lake and seal ---
    "J301": (
        E,
        "{detail} 的内容与封存时不同",
        "{detail} is not what was sealed.",
        "保留现状，从备份取回原文件；由存储段可重新入库",
        "Keep it, bring the file back from a backup; it can be made anew from the spool.",
    ),
    "J302": (
        E,
        "{detail} 不见了",
        "{detail} is missing.",
        "从备份取回",
        "Bring it back from a backup.",
    ),
    "J303": (
        E,
        "封存清单 {detail} 与下一日所记的哈希不符",
        "The seal {detail} is not the one that the next seal names.",
        "与台账中的哈希比较，从备份取回",
        "Compare it with the hash in the ledger, bring it back from a backup.",
    ),
    "J304": (
        E,
        "{detail} 还没有过完，不能封存",
        "{detail} is not over yet and cannot be sealed.",
        "次日再封存",
        "Seal it the day after.",
    ),
    "J305": (
        E,
        "{detail} 之后的 {given} 已封存，不能再插入一日",
        "{given}, after {detail}, is sealed already; no day can be put in between.",
        "迟到的数据会进入下一次封存，无需处理",
        "Late data go into the next seal; nothing to do.",
    ),
    "J306": (
        E,
        "还有 {n} 条未入库，封存会不完整",
        "{n} records are not in the lake yet; the seal would be incomplete.",
        "先运行 lantian gateway ingest",
        "Run lantian gateway ingest first.",
    ),
    # --- server and commands ---
    "J401": (
        E,
        "无法监听 {detail}：{given}",
        "Cannot listen on {detail}: {given}.",
        "换一个端口或地址，或停掉占用者",
        "Choose another port or address, or stop who uses it.",
    ),
    "J402": (
        E,
        "TLS 证书或私钥不可用：{detail}",
        "Certificate or key of TLS cannot be used: {detail}.",
        "给出PEM格式的证书与私钥",
        "Give certificate and key as PEM.",
    ),
    "J403": (
        E,
        "网关没有在运行",
        "The gateway is not running.",
        "先运行 lantian gateway serve",
        "Start lantian gateway serve first.",
    ),
    "J404": (
        E,
        "MN {detail} 没有登记",
        "MN {detail} is not registered.",
        "核对MN",
        "Check the MN.",
    ),
    "J405": (
        E,
        "MN {detail} 现在没有连接",
        "MN {detail} is not connected now.",
        "等它上线后再试；见 lantian gateway health",
        "Try again when it is connected; see lantian gateway health.",
    ),
    "J406": (
        E,
        "{detail}：发了 {n} 次都没有应答",
        "{detail}: no answer after sending {n} times.",
        "链路不可用，核对数采仪与网络",
        "The link is not usable; check logger and network.",
    ),
    "J407": (
        E,
        "数采仪拒绝执行：{detail}",
        "The logger refused: {detail}.",
        "按返回码处理",
        "Act on the code it returned.",
    ),
    "J408": (
        E,
        "不能这样下达命令：{detail}",
        "The command cannot be given like this: {detail}.",
        "见 lantian gateway ask --help",
        "See lantian gateway ask --help.",
    ),
    # --- what was put aside ---
    "J501": (
        E,
        "第 {n} 条（{detail}）不能放行：报文不完整或校验不符，无从知道数采仪发的是什么",
        "Record {n} ({detail}) cannot be released: the frame is not whole or its checksum differs, nobody "
        "can tell what was sent.",
        "让数采仪补传这段数据（lantian gateway ask MN backfill --day 日期）；原报文留在隔离区备查",
        "Let the logger send the time again (lantian gateway ask MN backfill --day DAY); the frame stays.",
    ),
    "J502": (
        E,
        "第 {n} 条（{detail}）不能放行：同一报文先前已收下，其中没有新数据",
        "Record {n} ({detail}) cannot be released: the same packet was taken before, nothing in it is new.",
        "无需处理；可驳回并写明原因",
        "Nothing to do; it may be rejected with the reason.",
    ),
    "J503": (
        E,
        "第 {n} 条（{detail}）不能放行：报文没有数据时间，不知道数值属于何时",
        "Record {n} ({detail}) cannot be released: it has no DataTime, nobody knows what time its values are of.",
        "修好数采仪后让它补传；原报文留在隔离区备查",
        "Mend the logger and let it send again; the frame stays.",
    ),
    "J504": (
        E,
        "第 {n} 条不能放行：按现在的登记，它仍会被拒：{given}",
        "Record {n} cannot be released: the register of today refuses it too ({detail}).",
        "属实的，先更正数采仪登记并导出名册，再放行；不属实的，驳回",
        "Where it is genuine, correct the register first; where it is not, reject it.",
    ),
    "J505": (
        E,
        "第 {n} 条不能放行：数据时间 {detail} 还没有到",
        "Record {n} cannot be released: its DataTime {detail} has not come yet.",
        "数采仪时钟错的，校时后让它补传，并驳回这一条",
        "Where the logger's clock is wrong, set it, let it send again, and reject this one.",
    ),
    "J506": (
        E,
        "第 {n} 条已由 {detail} 处理（{given}）",
        "Record {n} was decided before by {detail} ({given}).",
        "刷新后再看；处理决定不能更改",
        "Look again; a decision is not changed.",
    ),
    "J507": (
        E,
        "没有待处理的隔离报文符合这一选择",
        "No packet that waits in the quarantine is of this selection.",
        "用 lantian gateway quarantine 查看，核对MN、原因、时间和编号",
        "See lantian gateway quarantine; check MN, reason, time and numbers.",
    ),
    "J508": (
        E,
        "没有写明理由",
        "No reason is given.",
        "写明依据：谁核实、怎样核实、结论",
        "Say who checked, how, and what was found.",
    ),
    "J509": (
        E,
        "一次最多处理 {n} 条",
        "At most {n} packets are decided at a time.",
        "缩短时段，分几次处理",
        "Shorten the time and do it in parts.",
    ),
}


def complain(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of one code."""
    return worded(code, COMPLAINTS[code], place or Place(), **values)
