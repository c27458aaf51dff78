"""Commands both ways: what a packet commands or reports, and packets from what is to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import FlagBits, Group, Packet
from lantian.kernel.problem import LantianError
from lantian.kernel.trace import RuleRef
from lantian.rulebook.hj212_tables.model import CommandRule, Protocol

INTERACTION = "91"
"""System code of answers."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its parameters.

    Attributes
    ----------
    rule
        The row of the table.
    parameters
        Plain parameters by name, as written.
    factors
        Items by factor, information code or treatment device, then by suffix.
    others
        Names the tables do not know, as written.
    """

    rule: CommandRule
    parameters: Mapping[str, str]
    factors: Mapping[str, Mapping[str, str]]
    others: Mapping[str, str | None]

    @property
    def ref(self) -> RuleRef:
        """The row it was read by."""
        return self.rule.ref

    def expects(self, flag: FlagBits | None) -> tuple[str, ...]:
        """Return the commands that have to answer, in order: 9011 and 9012, 9013, or 9014."""
        if self.rule.role == "request":
            return ("9011", "9012")
        if self.rule.role == "notice":
            return ("9013",)
        if self.rule.role == "upload" and flag is not None and flag.answer:
            return ("9014",)
        return ()


def rule_of(packet: Packet, protocol: Protocol, side: str = "") -> CommandRule | None:
    """Return the row of the table a packet was sent by, None for an unknown command.

    Where both sides use a command, the side named decides, else what the packet carries: a report
    carries what it reports.
    """
    rows = protocol.commands.get(packet.cn, ())
    mine = [row for row in rows if not side or row.side in {side, "both"}]
    if len(mine) < 2:
        return mine[0] if mine else None
    suffixes = {name.rpartition("-")[2] for group in packet.groups for name, _ in group}

    def carries(row: CommandRule) -> bool:
        names = row.needs or row.may
        return bool(names) and any(n.rpartition("-")[2] in suffixes for n in names)

    uploads = [row for row in mine if row.role == "upload"]
    requests = [row for row in mine if row.role != "upload"]
    for row in uploads:
        own = set(row.needs) - {n for r in requests for n in r.needs}
        if any(n.rpartition("-")[2] in suffixes for n in own):
            return row
    for row in requests:
        if carries(row) or not suffixes:
            return row
    return (uploads or mine)[0]


def read_command(packet: Packet, lexicon: Lexicon, side: str = "") -> Command | None:
    """Return the command of a packet, None where the edition has none of that code."""
    rule = rule_of(packet, lexicon.rules.protocols[packet.version], side)
    if rule is None:
        return None
    table = lexicon.table(packet.version, packet.cn)
    parameters: dict[str, str] = {}
    factors: dict[str, dict[str, str]] = {}
    others: dict[str, str | None] = {}
    for group in packet.groups:
        for written, value in group:
            name = table.name(written)
            if name.parameter is None or value is None:
                others.setdefault(written, value)
            elif name.code:
                factors.setdefault(name.code, {}).setdefault(name.suffix, value)
            else:
                parameters.setdefault(name.parameter.name, value)
    return Command(rule, parameters, factors, others)


def build_command(
    lexicon: Lexicon,
    version: str,
    cn: str,
    side: str,
    header: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
    factors: Mapping[str, Mapping[str, str]] | None = None,
    *,
    answer: bool = False,
    backfill: bool = False,
) -> Packet:
    """Return the packet of a command.

    Parameters
    ----------
    version, cn, side
        Edition, command, and who sends it: ``platform`` or ``field``.
    header
        QN, ST, PW and MN.
    parameters, factors
        As in `Command`. Plain parameters stand in groups of their own, in the order of the
        table; the items of a factor share one.
    answer
        Whether the receiver must answer.
    backfill
        RF=1: data sent again (2025).

    Raises
    ------
    LantianError
        H305 where that side has no such command, H304 where a field of the header is missing or
        RF is no field of the edition, H207 and H208 where a parameter is missing or does not
        belong.
    """
    protocol = lexicon.rules.protocols[version]
    rows = [r for r in protocol.commands.get(cn, ()) if r.side in {side, "both"}]
    if not rows:
        raise LantianError(complain("H305", given=version, detail=cn))
    rule = rows[0]
    plain = dict(parameters or {})
    by_factor = {code: dict(items) for code, items in (factors or {}).items()}
    _refuse_misfits(rule, plain, by_factor)
    groups: list[Group] = []
    for name in (*rule.needs, *rule.may, *plain):
        if name in plain:
            groups.append(((name, plain.pop(name)),))
    for code, items in by_factor.items():
        groups.append(tuple((f"{code}-{suffix}", value) for suffix, value in items.items()))
    fields = _header(protocol, cn, header, backfill)
    fields["Flag"] = str(FlagBits(protocol.flag_bits, False, answer).value)
    if backfill:
        fields["RF"] = "1"
    return Packet(version, fields, tuple(groups))


def _header(
    protocol: Protocol, cn: str, header: Mapping[str, str], backfill: bool
) -> dict[str, str]:
    """Return the fields before Flag; refuses a header that lacks one."""
    fields = {"QN": header.get("QN", ""), "ST": header.get("ST", ""), "CN": cn}
    fields |= {"PW": header.get("PW", ""), "MN": header.get("MN", "")}
    missing = [name for name, value in fields.items() if not value]
    if backfill and "RF" not in {rule.name for rule in protocol.fields}:
        missing.append("RF")
    if missing:
        detail = f"{protocol.version} CN={cn}"
        raise LantianError(*(complain("H304", field=name, detail=detail) for name in missing))
    return fields


def _refuse_misfits(
    rule: CommandRule, plain: Mapping[str, str], factors: Mapping[str, Mapping[str, str]]
) -> None:
    given = set(plain)
    for code, items in factors.items():
        prefix = "SBx" if code.startswith("SB") else "x"
        given |= {f"{prefix}-{suffix}" for suffix in items}
    problems = [
        complain("H207", given=rule.cn, detail=name) for name in rule.needs if name not in given
    ]
    if not rule.open:
        allowed = {*rule.needs, *rule.may}
        problems += [
            complain("H208", given=rule.cn, detail=name) for name in sorted(given - allowed)
        ]
    if problems:
        raise LantianError(*problems)


def answer_to(packet: Packet, lexicon: Lexicon, cn: str, code: str = "") -> Packet:
    """Return the answer 9011, 9012, 9013 or 9014 to a packet: same QN, PW and MN, ST=91.

    Parameters
    ----------
    code
        QnRtn of 9011 or ExeRtn of 9012.
    """
    name = {"9011": "QnRtn", "9012": "ExeRtn"}.get(cn)
    header = {**packet.fields, "ST": INTERACTION}
    parameters = {name: code} if name else {}
    return build_command(lexicon, packet.version, cn, "field", header, parameters)
