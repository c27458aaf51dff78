"""Every way in which a packet may depart from the standard and still be read.

A tolerance that was used is kept with the packet: unusual form is itself a trace of who sent it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TOLERANCES: Final[Mapping[str, tuple[str, str]]] = {
    # the frame
    "crc-lower-case": ("CRC用小写字母", "checksum in lower-case letters"),
    "tail-lf": ("包尾只有换行，没有回车", "the frame ends with LF alone"),
    "tail-missing": ("没有包尾回车换行", "the frame has no CR LF"),
    "length-in-characters": ("长度按字符数而不是字节数", "length counts characters, not bytes"),
    "segment-over-long": ("数据段超过1024字节", "data segment longer than 1024 bytes"),
    "cp-over-long": ("CP内容超过950字节", "CP longer than 950 bytes"),
    "text-gb18030": ("文字用GB18030编码而不是UTF-8", "text in GB18030 instead of UTF-8"),
    "text-unreadable": ("文字既不是UTF-8也不是GB18030", "text neither UTF-8 nor GB18030"),
    "text-control": ("含控制字符", "control characters in the text"),
    "cipher-checked": (
        "长度与CRC按密文计算",
        "length and checksum taken over the encrypted text",
    ),
    # the fields
    "separator-comma": ("字段之间用逗号", "a comma between fields"),
    "separator-missing": ("CP之前缺分号", "no semicolon before CP"),
    "separator-doubled": ("字段之间有多余的分号", "an empty field between separators"),
    "field-space": ("字段名或值前后有空格", "blanks around a field's name or value"),
    "field-case": ("字段名大小写不同", "a field name in other case"),
    "field-order": ("字段次序不同", "fields in another order"),
    "field-unknown": ("有标准以外的字段", "a field the standard does not know"),
    "field-repeated": ("字段重复", "a field that stands twice"),
    "field-without-value": ("字段没有等号", "a field without an equals sign"),
    "cp-missing": ("没有CP", "no CP"),
    "cp-delimiters": ("CP前后缺“&&”", "CP without its && on both sides"),
    "qn-missing": ("没有QN", "no QN"),
    "qn-epoch": ("QN为13位的毫秒计数", "QN of 13 digits, milliseconds since 1970"),
    "qn-form": ("QN不是17位时间", "QN is not a time of 17 digits"),
    "st-form": ("ST不是两位", "ST is not two characters"),
    "st-unlisted": ("ST不在编码表内", "ST is not in the table"),
    "cn-unlisted": ("CN不在命令表内", "CN is not in the table of commands"),
    "pw-missing": ("没有PW", "no PW"),
    "pw-form": ("PW不是6个字符", "PW is not 6 characters"),
    "mn-form": ("MN的长度或字符不合标准", "MN of another length or other characters"),
    "flag-form": ("Flag不是0至255的数", "Flag is not a number from 0 to 255"),
    "flag-version": ("Flag的版本号不属于任何一版", "version bits of Flag of no edition"),
    "packet-number-form": (
        "PNUM或PNO不是合格的数",
        "PNUM or PNO is no number of the standard's form",
    ),
    "packet-number-unflagged": (
        "有PNUM、PNO而Flag没有标明",
        "PNUM and PNO without the bit of Flag",
    ),
    "packet-number-missing": ("Flag标明分包而没有PNUM、PNO", "Flag says split, no PNUM and PNO"),
    "rf-form": ("RF的值不是1", "RF is not 1"),
    # the content
    "group-empty": ("CP内有空的一组", "an empty group in CP"),
    "item-empty": ("组内有空的一项", "an empty item in a group"),
    "item-space": ("名称或值前后有空格", "blanks around a name or a value"),
    "item-without-value": ("一项没有等号", "an item without an equals sign"),
    "item-repeated": ("组内同名两项", "two items of one name in a group"),
    "item-equals": ("值内有等号", "an equals sign within a value"),
    "log-separators": ("日志文字内有分隔符", "separators within the text of a log"),
    "flag-apart": ("数据标记自成一组", "a data flag in a group of its own"),
    "times-joined": ("BeginTime与EndTime用逗号相连", "BeginTime and EndTime joined by a comma"),
    "times-epoch": ("时间为13位毫秒计数", "a time of 13 digits"),
    "times-17": ("时间带毫秒（17位）", "a time of 17 digits, with milliseconds"),
    "name-case": ("名称大小写不同", "a name in other case"),
    "name-unknown": ("名称不在标准内", "a name the standard does not know"),
    "code-malformed": (
        "因子编码的位数或字符不对",
        "a factor code with a digit too many or too few",
    ),
    "code-of-2005": ("用2005年版的数字编码", "a numeric code of 2005 in a later edition"),
    "code-later": ("2005年版的包用后来的编码", "a later code in a packet of 2005"),
    "rf-early": ("2025年版以前的包带RF", "RF in a packet before 2025"),
}


def describe(code: str) -> tuple[str, str]:
    """Return what a tolerance is, in Chinese and English."""
    return TOLERANCES[code]
