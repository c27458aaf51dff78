"""From checked files to the frozen rules of HJ 212."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import RuleFile
from lantian.rulebook.hj212_tables import schema
from lantian.rulebook.hj212_tables.model import (
    CommandRule,
    DataType,
    Encrypted,
    Factor,
    FieldRule,
    LinkRule,
    Meaning,
    Parameter,
    Protocol,
)
from lantian.rulebook.model import RuleHead


def build_factors(file: RuleFile, shelf: Shelf) -> tuple[RuleHead, tuple[Factor, ...]]:
    """Return the codes of one table; a code may stand twice, as the standard prints some."""
    model: schema.FactorsFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"hj212.factors.{model.edition}", sources, shelf=shelf)
    rows = []
    for i, row in enumerate(model.rows):
        rows.append(
            Factor(
                code=row.code,
                name_zh=row.zh,
                name_en=row.en,
                unit=row.unit,
                data_type=DataType.of(row.type) if row.type else None,
                emission_unit=row.emission_unit,
                code_2005=row.code_2005,
                scope=model.scope,
                edition=model.edition,
                ref=_ref(head, f"表{row.table} {row.code}" if row.table else row.code, row,
                         sources, ("rows", i)),
                note=row.note,
                states=dict(row.states),
            )
        )  # fmt: skip
    return head, tuple(rows)


def build_protocol(file: RuleFile, shelf: Shelf, older: Mapping[str, Protocol]) -> Protocol:
    """Return one edition; what it carries from another edition has the mark of the carrying."""
    model: schema.ProtocolFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "hj212.protocol", sources, shelf=shelf)
    base = None
    if model.carried is not None:
        base = older.get(model.carried.version)
        if base is None:
            shelf.refuse("R058", file, ("carried", "from"), detail=model.carried.version)

    def ref(part: str, i: int, row: schema.Row, clause: str) -> RuleRef:
        return _ref(head, clause, row, sources, (part, i))

    systems = {
        r.st: Meaning(r.st, r.zh, r.en, ref("systems", i, r, f"ST={r.st}"))
        for i, r in enumerate(model.systems)
    }
    flags = {
        r.flag: Meaning(r.flag, r.zh, r.en, ref("flags", i, r, f"Flag={r.flag}"))
        for i, r in enumerate(model.flags)
    }
    states = {
        r.state: Meaning(r.state, r.zh, r.en, ref("facility_states", i, r, f"SBx-RS={r.state}"))
        for i, r in enumerate(model.facility_states)
    }
    letters = {
        r.letter: Meaning(r.letter, r.zh, r.en, ref("letters", i, r, f"编码首字母 {r.letter}"))
        for i, r in enumerate(model.letters)
    }
    links = {
        r.link: LinkRule(
            r.link, r.over_time_s, r.resends, ref("links", i, r, f"超时与重发 {r.link}")
        )
        for i, r in enumerate(model.links)
    }
    returns: dict[str, dict[str, Meaning]] = defaultdict(dict)
    for i, r in enumerate(model.returns):
        code = str(r.code)
        cited = ref("returns", i, r, f"{r.name}={code}")
        returns[r.name][code] = Meaning(code, r.zh, r.en, cited)
    carry = _Carry(model, base, head)
    return Protocol(
        head=head,
        version=model.edition,
        flag_bits=model.flag_bits,
        segment_bytes=model.segment_bytes,
        cp_bytes=model.cp_bytes,
        fields=tuple(
            FieldRule(f.name, f.form, f.shortest, f.longest, f.required, f.zh) for f in model.fields
        ),
        systems=carry.over("systems", systems),
        parameters=carry.over("parameters", _parameters(model, ref)),
        commands=carry.over("commands", _commands(model, ref, file, shelf, base)),
        flags=flags or carry.over("flags", flags),
        returns=dict(returns) or carry.returns(),
        facility_states=carry.over("facility_states", states),
        encrypted=None
        if model.encrypted is None
        else Encrypted(
            tuple(model.encrypted.commands), model.encrypted.data_from, model.encrypted.data_to
        ),
        open_zh=tuple(model.open_zh),
        letters=carry.over("letters", letters),
        links=carry.over("links", links),
    )


def _parameters(model: schema.ProtocolFile, ref: Any) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for i, row in enumerate(model.parameters):
        one = Parameter(
            name=row.name,
            data_type=DataType.of(row.type),
            low=row.low,
            high=row.high,
            one_of=tuple(row.one_of),
            name_zh=row.zh,
            name_en=row.en,
            ref=ref("parameters", i, row, row.name),
        )
        for name in (row.name, *row.also):
            found[name] = one
    return found


def _commands(
    model: schema.ProtocolFile, ref: Any, file: RuleFile, shelf: Shelf, base: Protocol | None
) -> dict[str, tuple[CommandRule, ...]]:
    known = {p.name for p in model.parameters} | set(base.parameters if base else ())
    rows: dict[str, list[CommandRule]] = defaultdict(list)
    for i, row in enumerate(model.commands):
        for name in (*row.needs, *row.may):
            if name not in known:
                shelf.refuse("R058", file, ("commands", i), detail=f"parameters: {name}")
        rows[row.cn].append(
            CommandRule(
                cn=row.cn,
                side=row.side,
                role=row.role,
                name_zh=row.zh,
                name_en=row.en,
                needs=tuple(row.needs),
                may=tuple(row.may),
                open=row.open,
                ref=ref("commands", i, row, f"CN={row.cn}"),
            )
        )
    for cn, own in rows.items():
        if len({(r.side, r.role) for r in own}) < len(own):
            shelf.refuse("R012", file, ("commands",), detail=cn)
    return {cn: tuple(own) for cn, own in rows.items()}


class _Carry:
    """Rows of an older edition under the head and the mark of the edition that carries them."""

    def __init__(self, model: schema.ProtocolFile, base: Protocol | None, head: RuleHead) -> None:
        self._carried, self._base, self._head = model.carried, base, head

    def over(self, part: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rows of `part`, those of this edition before the carried ones."""
        if self._base is None or self._carried is None:
            return dict(own)
        out = {}
        for key, value in getattr(self._base, part).items():
            if key not in self._carried.without:
                out[key] = self._marked(value)
        return out | dict(own)

    def returns(self) -> dict[str, Mapping[str, Meaning]]:
        """Return the return codes, carried."""
        if self._base is None:
            return {}
        return {
            name: {code: self._marked(m) for code, m in rows.items()}
            for name, rows in self._base.returns.items()
        }

    def _marked(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._marked(v) for v in value)
        assert self._carried is not None
        ref = self._head.ref(value.ref.clause, self._carried.status)
        return replace(value, ref=ref)


def _ref(
    head: RuleHead, clause: str, row: schema.Row, sources: Sources, loc: tuple[str | int, ...]
) -> RuleRef:
    if row.source:
        sources.find(row.source, loc)
    return head.ref(clause, row.status)
