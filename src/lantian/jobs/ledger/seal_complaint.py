"""What is wrong with seals of the ledger and the keys that make them, in words: codes V001 to V017."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W = Severity.ERROR, Severity.WARNING
_KEEP = (
    "保全原件，与另存的日根、备份核对",
    "Keep the file as it is; compare with roots kept elsewhere and with backups.",
)

COMPLAINTS: Mapping[str, Words] = {
    "V001": (E, "没有密钥文件 {detail}", "There is no key {detail}.",
             "用 lantian ledger key new 生成，或核对 LANTIAN_LEDGER_KEY",
             "Make one with lantian ledger key new, or check LANTIAN_LEDGER_KEY."),
    "V002": (E, "不是蓝天的密钥文件，或已损坏：{detail}", "No key of Lantian, or damaged: {detail}.",
             "换用正确的密钥文件或其备份", "Take the right file, or its backup."),
    "V003": (E, "私钥文件 {detail} 可被其他用户读取，不使用",
             "The private key {detail} can be read by others and is not used.",
             "chmod 600 该文件；如可能已泄露，换新密钥", "chmod 600 the file; if it may have leaked, make a new key."),
    "V004": (E, "私钥 {detail} 的口令不对或没有给出", "The passphrase of {detail} is wrong or was not given.",
             "以 LANTIAN_LEDGER_PASSPHRASE_FILE 指明口令文件", "Name its file by LANTIAN_LEDGER_PASSPHRASE_FILE."),
    "V005": (E, "密钥 {detail} 已存在，不会覆盖", "The key {detail} is there already and is never overwritten.",
             "换钥时先把旧私钥移到安全处；旧公钥须保留",
             "To change keys, move the old private key away; keep its public key."),
    "V006": (E, "{detail} 还没有结束，不能封存", "{detail} is not over and cannot be sealed.",
             "次日再封存", "Seal it on the next day."),
    "V007": (E, "封存记录无法读取：{detail}", "A seal cannot be read: {detail}.", *_KEEP),
    "V008": (E, "{day} 的封存与前一次不衔接：此前有封存被删除、调换或改动（应为 {expected}，记录为 {found}）",
             "The seal of {day} does not follow the one before: seals were removed, moved or altered "
             "({expected} is due, {found} is noted).", *_KEEP),
    "V009": (E, "{day} 的封存所含事件不符：应为 {expected}，现为 {found}",
             "The seal of {day} does not cover the entries that it should: {expected} is due, found {found}.", *_KEEP),
    "V010": (E, "{day} 的根不符：封存为 {expected}，算得 {found}",
             "The root of {day} does not fit: sealed {expected}, computed {found}.", *_KEEP),
    "V011": (E, "{day} 由另一把密钥封存：{found}，所给公钥为 {expected}",
             "{day} was sealed by another key: {found}; given were {expected}.",
             "核对公钥的来源；确为换钥时一并给出旧公钥",
             "Check where the public key comes from; after a change give the old one too."),
    "V012": (E, "{day} 的签名不符：密钥 {expected}", "The signature of {day} does not fit the key {expected}.", *_KEEP),
    "V013": (E, "{day} 没有封存", "{day} has no seal.",
             "刚过零点时先封存再导出；否则封存被删除，与备份核对",
             "Just after midnight seal first, then export; otherwise a seal was removed: compare with backups."),
    "V014": (W, "台账没有签名密钥：日根不签名，改写整条链难以证明", "The record has no key: its roots are not signed.",
             "执行 lantian ledger key new，公钥交审计保存",
             "Run lantian ledger key new and give the public key to the auditor."),
    "V015": (W, "台账有 {detail} 天未封存", "{detail} days of the record are not sealed.",
             "核对 lantian site work 是否在运行；执行 lantian ledger seal",
             "Is lantian site work running? Run lantian ledger seal."),
    "V016": (E, "台账哈希链有 {detail} 处不符，不封存",
             "The chain breaks in {detail} places and is not sealed.", *_KEEP),
    "V017": (E, "事件的证明不成立：{detail}", "The proof of the event does not hold: {detail}.",
             "向保存台账的单位索取完整导出核对", "Ask for the whole export and compare."),
}  # fmt: skip

BY_FAULT = {"order": "V008", "range": "V009", "root": "V010", "key": "V011", "signature": "V012",
         "missing": "V013"}  # fmt: skip
BY_KEY_FILE = {"absent": "V001", "form": "V002", "open": "V003", "passphrase": "V004", "exists": "V005"}  # fmt: skip


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
