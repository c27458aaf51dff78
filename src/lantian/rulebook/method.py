"""A method of assessment as named numbers, each with its citation, and what is open about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, row_head
from lantian.rulebook.files import RuleFile
from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.model import RuleHead
from lantian.rulebook.schema import Cited, Text


class ValueRow(Cited):
    """One number of the method."""

    key: Text
    value: Number
    clause: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the method with its citation."""

    value: Fraction
    ref: RuleRef
    note: str


@dataclass(frozen=True, slots=True)
class Method:
    """One edition of a method."""

    head: RuleHead
    values: Mapping[str, Parameter]
    open_zh: tuple[str, ...]

    def number(self, key: str) -> Fraction:
        """Return a number of the method."""
        return self.values[key].value

    def whole(self, key: str) -> int:
        """Return a number of the method that counts something."""
        value = self.values[key].value
        assert value.denominator == 1, key
        return int(value)

    def ref(self, key: str) -> RuleRef:
        """Return the citation of a number."""
        return self.values[key].ref


def read_values(
    file: RuleFile,
    rows: Sequence[ValueRow],
    required: Sequence[str],
    head: RuleHead,
    sources: Sources,
    shelf: Shelf,
) -> dict[str, Parameter]:
    """Return the numbers of a file; refuses one given twice and a file that lacks one."""
    values: dict[str, Parameter] = {}
    for i, row in enumerate(rows):
        if row.key in values:
            shelf.refuse("R012", file, ("values", i), detail=row.key)
        cited = row_head(head, f"{head.rule_id}.{row.key}", row, sources, ("values", i))
        values[row.key] = Parameter(row.value, cited.ref(), row.note)
    for key in required:
        if key not in values:
            shelf.refuse("R058", file, ("values",), detail=key)
    return values
