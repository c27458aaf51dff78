"""What is wrong with a simulation or a replay, in words: the Q codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

COMPLAINTS: Final[Mapping[str, Words]] = {
    "Q001": (
        E,
        "没有名为“{detail}”的故障",
        "There is no fault called “{detail}”.",
        "可用的故障：{known}；或 all、none",
        "Faults are {known}; or all, none.",
    ),
    "Q002": (
        E,
        "故障比例“{detail}”不对：每项在 0 与 1 之间，合计不超过 1",
        "The share “{detail}” is wrong: each lies between 0 and 1, together at most 1.",
        "写成 silence:0.02,cap:0.01",
        "Write it as silence:0.02,cap:0.01.",
    ),
    "Q003": (
        E,
        "无法连接 {detail}：{known}",
        "{detail} cannot be reached: {known}.",
        "先启动接收端（lantian gateway serve），核对地址、端口与防火墙",
        "Start the receiver (lantian gateway serve); check address, port and firewall.",
    ),
    "Q004": (
        E,
        "本机最多能打开 {known} 个连接，{detail} 台数采仪不够用",
        "This machine opens at most {known} connections, too few for {detail} loggers.",
        "减少 --loggers，或先用 ulimit -n 提高上限",
        "Use fewer --loggers, or raise the limit with ulimit -n first.",
    ),
    "Q005": (
        W,
        "仿真没有跟上：要求每秒 {known} 分钟，实际 {detail} 分钟",
        "The simulation fell behind: {known} minutes a second asked, {detail} reached.",
        "降低 --speed 或减少 --loggers；数据没有丢，只是晚发",
        "Lower --speed or use fewer --loggers; nothing is lost, it is only later.",
    ),
    "Q006": (
        E,
        "文件无法写入：{detail}",
        "The file cannot be written: {detail}.",
        "换一个可写的目录",
        "Choose a folder that can be written to.",
    ),
    "Q007": (
        E,
        "{given} 个包没有得到应答，其中 {known} 个不是有意设置的故障所致",
        "{given} packets were never acknowledged, {known} of them without a planted fault.",
        "查看接收端的日志与隔离区：口令、地址、限速",
        "Look at the receiver's log and quarantine: password, address, rate limit.",
    ),
    "Q008": (
        E,
        "与 {detail} 的连接中断：{known}",
        "The connection to {detail} broke: {known}.",
        "查看接收端的限速与拒绝记录；已得到应答的包不必重发",
        "Look at the receiver's limits and refusals; what was acknowledged need not be sent again.",
    ),
    "Q009": (
        E,
        "{detail} 个时点的数据没有发出；连接被对方关闭 {known} 次",
        "The data of {detail} points were not sent; the other side closed {known} connections.",
        "全部连接来自同一地址：接收端用 --per-address 放宽；或减少 --loggers、降低 --speed",
        "All connections come from one address: give the receiver --per-address; or use fewer --loggers, less --speed.",
    ),
    "Q011": (
        E,
        "无法读取：{detail}",
        "It cannot be read: {detail}.",
        "核对路径和权限；可给一个报文文件、一个缓存段文件，或它们所在的目录",
        "Check path and permissions; give a file of frames, a spool segment, or a folder of them.",
    ),
    "Q012": (
        E,
        "其中没有一个报文",
        "There is not one frame in it.",
        "核对文件：报文以 ## 和四位长度开头；缓存段由 lantian gateway 写成",
        "Check the file: frames begin with ## and four digits; segments are written by lantian gateway.",
    ),
    "Q013": (
        E,
        "报文损坏：{detail}",
        "A damaged frame: {detail}.",
        "取该文件的完好副本；要连同损坏的字节一并重放，加 --as-is",
        "Take an intact copy of the file; to send the damaged bytes too, add --as-is.",
    ),
    "Q014": (
        E,
        "缓存段损坏：{detail}",
        "A damaged spool segment: {detail}.",
        "先用 lantian gateway verify 检查，取完好的副本；不在原件上修改",
        "Check it with lantian gateway verify and take an intact copy; never mend the original.",
    ),
    "Q015": (
        E,
        "MN 或密码“{detail}”不能写进报文",
        "The MN or password “{detail}” cannot stand in a frame.",
        "不超过 40 个字符，不含空格和 ; , = &；MN 为 14 或 24 个字母数字",
        "At most 40 characters, none of ; , = & or blank; an MN is 14 or 24 letters and digits.",
    ),
    "Q016": (
        E,
        "加密的报文不能改写：{detail}",
        "An encrypted frame cannot be rewritten: {detail}.",
        "去掉 --mn 和 --rewrite-times 原样重放",
        "Send it as it is, without --mn and --rewrite-times.",
    ),
    "Q017": (
        E,
        "报文里没有可以改写的时间：{detail}",
        "There is no time in the frame that could be rewritten: {detail}.",
        "去掉 --rewrite-times，或从文件中取出该包",
        "Leave --rewrite-times out, or take the frame out of the file.",
    ),
    "Q018": (
        E,
        "地址“{detail}”看不懂",
        "The address “{detail}” cannot be read.",
        "写成 主机:端口，例如 127.0.0.1:9212 或 [::1]:9212",
        "Write HOST:PORT, such as 127.0.0.1:9212 or [::1]:9212.",
    ),
    "Q019": (
        E,
        "与 {detail} 的TLS握手失败：{known}",
        "The TLS handshake with {detail} failed: {known}.",
        "端口须是网关的 --tls-port；--tls-ca 须是签发其证书的CA或证书本身；主机名须写在证书里（否则用 --tls-name）；"
        "网关要求客户端证书时给出 --tls-cert",
        "The port must be the gateway's --tls-port; --tls-ca who signed its certificate, or that itself; the host "
        "must stand in the certificate (else --tls-name); give --tls-cert where the gateway asks for one.",
    ),
    "Q020": (
        E,
        "证书或私钥不可用：{detail}",
        "The certificate or key cannot be used: {detail}.",
        "给出PEM格式的文件",
        "Give files in PEM.",
    ),
}


def complain(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of a code with its words."""
    return worded(code, COMPLAINTS[code], place or Place(), **values)
