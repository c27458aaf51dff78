"""Where reading collects its problems: placed by cell, counted where they are many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lantian.adapters.excel import codes
from lantian.adapters.excel.sheetxml import column_letters
from lantian.kernel.problem import Place, Problem

MAX_ALIKE = 1000


@dataclass(slots=True)
class Sink:
    """Problems of one sheet. `file` and `sheet` are put into every place."""

    file: str
    sheet: str
    header_row: int = 1
    problems: list[Problem] = field(default_factory=list)
    _alike: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _counted: dict[tuple[str, str, int], tuple[int, int, str]] = field(default_factory=dict)

    def place(self, row: int | None = None, column: int | None = None, header: str = "") -> Place:
        """Return the place of a row, a column or a cell of this sheet."""
        cell = f"{column_letters(column)}{row}" if row and column is not None else ""
        return Place(file=self.file, sheet=self.sheet, cell=cell, row=row, column=header)

    def add(
        self,
        code: str,
        row: int | None = None,
        column: int | None = None,
        header: str = "",
        /,
        **values: object,
    ) -> None:
        """Add one problem; beyond `MAX_ALIKE` in a column they are only counted (X054)."""
        key = (code, header, -1 if column is None else column)
        self._alike[key] += 1
        if self._alike[key] <= MAX_ALIKE:
            place = self.place(row, column, header)
            self.problems.append(codes.problem(code, place, header=header, **values))

    def count(self, code: str, row: int, column: int, header: str, value: str, n: int = 1) -> None:
        """Count a harmless oddity; told once a column with the first example."""
        key = (code, header, column)
        seen, first, example = self._counted.get(key, (0, row, value))
        self._counted[key] = (seen + n, first, example)

    def finish(self) -> list[Problem]:
        """Return everything, the counted oddities and the unlisted remainders included."""
        for (code, header, column), (n, row, value) in self._counted.items():
            self.problems.append(
                codes.problem(
                    code, self.place(row, column, header), header=header, n=n, value=value
                )
            )
        self._counted.clear()
        for (code, header, column), n in self._alike.items():
            if n > MAX_ALIKE:
                at = self.place(self.header_row, None if column < 0 else column, header)
                self.problems.append(
                    codes.problem("X054", at, header=header, n=n - MAX_ALIKE, what=code)
                )
        self._alike.clear()
        return self.problems
