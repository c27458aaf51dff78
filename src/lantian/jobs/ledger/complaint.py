"""What is wrong with a ledger, in words: codes Y001 to Y008."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E = Severity.ERROR
_KEEP = (
    "保全原件，与数据库和备份核对",
    "Keep the file as it is and compare with the store and the backups.",
)

COMPLAINTS: Mapping[str, Words] = {
    "Y001": (E, "不是台账导出文件：{detail}", "Not an exported ledger: {detail}.",
             "用系统的导出功能重新导出", "Export it again."),
    "Y002": (E, "第 {number} 条事件无法读取：{detail}", "Event {number} cannot be read: {detail}.", *_KEEP),
    "Y003": (E, "第 {number} 条的序号应为 {expected}：此前有事件被删除或调换",
             "Entry {number} should be number {expected}: entries before it were removed or moved.", *_KEEP),
    "Y004": (E, "第 {number} 条与前一条不衔接：前一条的哈希应为 {expected}，记录为 {found}",
             "Entry {number} does not follow the one before: its hash is {expected}, {found} is noted.", *_KEEP),
    "Y005": (E, "第 {number} 条的内容被改动：按内容算得哈希 {expected}，记录为 {found}",
             "Entry {number} was altered: its content hashes to {expected}, {found} is noted.", *_KEEP),
    "Y006": (E, "{day} 的日根不符：记录为 {expected}，算得 {found}",
             "The root of {day} does not fit: {expected} is noted, computed {found}.", *_KEEP),
    "Y007": (E, "第 {number} 条引用的文件“{name}”不在：{expected}",
             "Entry {number} names a file “{name}” that is not there: {expected}.",
             "从备份找回该文件", "Bring the file back from a backup."),
    "Y008": (E, "第 {number} 条引用的文件“{name}”被改动：哈希应为 {expected}，现为 {found}",
             "The file “{name}” of entry {number} was altered: {expected} is noted, now {found}.", *_KEEP),
}  # fmt: skip


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
