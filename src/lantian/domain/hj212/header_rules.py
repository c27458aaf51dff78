"""Fields against the rules of an edition: what is tolerated, what refuses a packet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.packet import FIELD_ORDER, flag_bits
from lantian.domain.hj212.stamp import is_moment, read_epoch
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.hj212_tables.model import VERSIONS, FieldRule, Protocol

_EXTENSION: Final = re.compile(r"[A-Z]\d")  # A0 to Z9 are free for extensions
_HEX: Final = re.compile(r"[0-9A-F]+")
_DIGITS: Final = re.compile(r"[0-9]+")


def unique(codes: Iterable[str]) -> tuple[str, ...]:
    """Return each code once, in order of first use."""
    return tuple(dict.fromkeys(codes))


class HeaderRules:
    """The rules of the fields of one edition."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._by_name = {rule.name: rule for rule in protocol.fields}
        self._number_width = {n: self._by_name[n].longest for n in ("PNUM", "PNO")}

    def judge(
        self,
        fields: dict[str, str],
        cp: str | None,
        segment_bytes: int,
        tolerances: list[str],
        problems: list[Problem],
        place: Place,
    ) -> None:
        """Add what is tolerated and what is wrong with the fields."""
        for name in ("ST", "CN", "MN"):
            if not fields.get(name):
                problems.append(complain("H101", place, field=name))
        for name, value in fields.items():
            if name in FIELD_ORDER:
                code = self._form(name, value)
                if code:
                    tolerances.append(code)
        for name in ("QN", "PW", "Flag"):
            if name not in fields and self._wanted(name):
                tolerances.append(f"{name.lower()}-missing")
        self._meaning(fields, tolerances, problems, place)
        self._split(fields, tolerances)
        if segment_bytes > self.protocol.segment_bytes:
            tolerances.append("segment-over-long")
        if cp is not None and len(cp.encode("utf-8", "replace")) > self.protocol.cp_bytes:
            tolerances.append("cp-over-long")

    def _wanted(self, name: str) -> bool:
        rule = self._by_name.get(name)
        return rule is not None and rule.required == "always"

    def _form(self, name: str, value: str) -> str:
        """Return the tolerance that the form of a value needs, empty where none."""
        rule = self._by_name.get(name)
        if rule is None:
            return "rf-early"
        if name == "QN":
            if is_moment(value):
                return ""
            return "qn-epoch" if read_epoch(value) is not None else "qn-form"
        if name in {"PNUM", "PNO"}:
            return "" if self._number(name, value) else "packet-number-form"
        if name == "RF":
            return "" if value == "1" else "rf-form"
        if name == "Flag":
            return "" if flag_bits(value) and (value == "0" or value[0] != "0") else "flag-form"
        good = rule.shortest <= len(value) <= rule.longest and _written(rule, value)
        return "" if good or name == "CN" else f"{name.lower()}-form"

    def _meaning(
        self,
        fields: dict[str, str],
        tolerances: list[str],
        problems: list[Problem],
        place: Place,
    ) -> None:
        st, cn, flag = fields.get("ST", ""), fields.get("CN", ""), fields.get("Flag", "")
        known = st in self.protocol.systems or _EXTENSION.fullmatch(st) is not None
        if st and not known and "st-form" not in tolerances:
            tolerances.append("st-unlisted")
        if cn and not (len(cn) == 4 and _DIGITS.fullmatch(cn)):
            problems.append(complain("H102", place, field="CN", detail=cn[:40]))
        elif cn and cn not in self.protocol.commands:
            tolerances.append("cn-unlisted")
        bits = flag_bits(flag)
        if bits is not None and bits.version_bits >= len(VERSIONS):
            tolerances.append("flag-version")
            problems.append(complain("H105", place, detail=flag))
        qn = fields.get("QN", "")
        if len(qn) == 17 and _DIGITS.fullmatch(qn) and not is_moment(qn):
            problems.append(complain("H106", place, field="QN", detail=qn))

    def _split(self, fields: dict[str, str], tolerances: list[str]) -> None:
        """Compare PNUM and PNO with the D bit."""
        bits = flag_bits(fields.get("Flag", ""))
        has = [name for name in ("PNUM", "PNO") if name in fields]
        split = bits is not None and bits.split
        if has and not split:
            tolerances.append("packet-number-unflagged")
        elif split and len(has) < 2:
            tolerances.append("packet-number-missing")
        elif (
            len(has) == 2
            and "packet-number-form" not in tolerances
            and not self._numbers(fields["PNUM"], fields["PNO"])
        ):
            tolerances.append("packet-number-form")

    def _number(self, name: str, value: str) -> bool:
        return bool(_DIGITS.fullmatch(value)) and 0 < len(value) <= self._number_width[name]

    def _numbers(self, pnum: str, pno: str) -> bool:
        good = self._number("PNUM", pnum) and self._number("PNO", pno)
        return good and 1 <= int(pno) <= int(pnum)


def _written(rule: FieldRule, value: str) -> bool:
    if rule.form == "hex":
        return _HEX.fullmatch(value) is not None
    if rule.form == "system":
        return value.isascii() and value.isalnum()
    return value.isascii() and value.isprintable() and " " not in value
