"""The shape of a check: its card (code, severity, texts, ground) and the findings it yields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lantian.domain.inventory.checks.context import Context
from lantian.kernel.problem import Severity
from lantian.rulebook.model import Status

Text = tuple[str, str]
"""The same sentence in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a check exists: the document behind it and how well it is attested.

    `document` is Chinese; `status` is never better than the source allows. A check that is
    only sensible has status ``design`` and says so.
    """

    document: Text
    status: Status
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault found: which rule, which table, row and field, and the values to print."""

    code: str
    table: str
    row: int
    field: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Found(Protocol):
    """Makes a `Finding` of the check that is running."""

    def __call__(self, table: str, row: int, field: str, /, **values: Any) -> Finding:
        """Return the finding at `table`, `row`, `field`."""
        ...


Body = Callable[[Context, Found], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One check of the list.

    Attributes
    ----------
    code
        Stable code, ``L`` and three digits; never reused.
    severity
        Error where a plan or an order made from the row would be wrong, warning where it is
        probably wrong, hint where something useful is missing.
    tables, fields
        Where it looks.
    title, message, remedy, why
        Texts in Chinese and English; `message` is a template over the finding's values.
    ground
        Document and status.
    missing
        True for "this is not filled in": when every row of the table lacks it, the column
        itself is absent and one problem says so for all rows.
    body
        The check itself.
    """

    code: str
    severity: Severity
    tables: tuple[str, ...]
    fields: tuple[str, ...]
    title: Text
    message: Text
    remedy: Text
    why: Text
    ground: Ground
    missing: bool
    body: Body

    def findings(self, context: Context) -> Iterator[Finding]:
        """Yield the faults of the context's list, in list order of each table."""
        code = self.code

        def found(table: str, row: int, field: str, /, **values: Any) -> Finding:
            return Finding(code, table, row, field, values)

        return self.body(context, found)


def check(
    code: str,
    severity: Severity,
    tables: str,
    fields: str,
    *,
    title: Text,
    message: Text,
    remedy: Text,
    why: Text,
    ground: Ground,
    missing: bool = False,
) -> Callable[[Body], CheckRule]:
    """Return the decorator that turns a check's body into its `CheckRule`.

    `tables` and `fields` are names separated by spaces.
    """

    def wrap(body: Body) -> CheckRule:
        return CheckRule(
            code=code,
            severity=severity,
            tables=tuple(tables.split()),
            fields=tuple(fields.split()),
            title=title,
            message=message,
            remedy=remedy,
            why=why,
            ground=ground,
            missing=missing,
            body=body,
        )

    return wrap
