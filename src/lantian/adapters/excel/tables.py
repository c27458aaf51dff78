"""Read one table of the list from the sheets it was found in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lantian.adapters.excel.cells import Cells, convert, text_of
from lantian.adapters.excel.detect import TableMatch
from lantian.adapters.excel.fields import KEYS, Kind
from lantian.adapters.excel.group import Grouper
from lantian.adapters.excel.layout import Column, TableLayout
from lantian.adapters.excel.locate import Locator
from lantian.adapters.excel.rows import build
from lantian.adapters.excel.sheetxml import BrokenSheetError, column_index
from lantian.adapters.excel.sink import Sink
from lantian.adapters.lake.source import Block
from lantian.domain.grading.grade import Grade
from lantian.kernel.problem import Problem

_TOTALS = frozenset(("合计", "总计", "小计", "共计", "累计", "total", "sum", "全市合计", "总和"))
_AREA = re.compile(r"^([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?$")


class TableReader:
    """Reads a table and keeps what it noticed: `problems`, `rows_read`, `unused_columns`."""

    def __init__(
        self,
        table: TableLayout,
        matches: Sequence[TableMatch],
        locator: Locator,
        progress: Callable[[int], None] | None,
        unused: dict[int, list[str]],
    ) -> None:
        self.table, self._matches = table, matches
        self._locator, self._progress, self._unused = locator, progress, unused
        self.problems: list[Problem] = []
        self.rows_read = 0
        self.unused_columns = 0

    def read(self) -> Iterator[Any]:
        """Yield the rows of the list."""
        sinks: dict[int, tuple[int, Sink]] = {}

        def differs(column: Column, row: int, kept: str) -> None:
            offset, sink = sinks[max((o for o in sinks if o < row), default=0)]
            sink.add(
                "X048",
                row - offset,
                None,
                column.headers[0] if column.headers else column.key,
                value=kept,
            )

        grouper = Grouper(self.table, differs) if self.table.group_by else None
        offset = 0
        for match in self._matches:
            self._locator.add(match, offset)
            sink = Sink(match.source.file, match.source.name, match.header.row)
            sinks[offset] = (offset, sink)
            last = match.header.row
            used = 0
            self._header_problems(match, sink)
            try:
                for block in match.source.blocks(match.header.row, _numeric(match)):
                    last = block.rows[-1]
                    self.rows_read += len(block.rows)
                    kept = self._without_totals(match, block, sink)
                    used += len(kept.rows)
                    numbers = [r + offset for r in kept.rows] if offset else list(kept.rows)
                    columns = self._typed(match, kept, sink)
                    if grouper is not None:
                        grouper.add(numbers, columns, _extra(match, kept))
                    else:
                        yield from build(self.table, numbers, columns, self._grade)
                    if self._progress is not None:
                        self._progress(len(block.rows))
            except BrokenSheetError as error:
                sink.add("X025", sheet=match.source.name, why=str(error))
            else:
                if not used and match.columns:
                    sink.add("X021" if self.table.required else "X026", sheet=match.source.name)
                self._oddities(match, sink)
            offset += last
            if grouper is None:
                self.problems += sink.finish()
        if grouper is not None:
            numbers, columns = grouper.finish()
            for _, sink in sinks.values():
                self.problems += sink.finish()
            yield from build(self.table, numbers, columns, self._grade)

    def _grade(self, text: str) -> Grade | None:
        words = next((c.values for c in self.table.columns if c.spec.kind is Kind.GRADE), {})
        return Grade.parse(words.get(text, text))

    # --- header

    def _header_problems(self, match: TableMatch, sink: Sink) -> None:
        table, head = self.table, match.header
        if match.renamed:
            sink.add("X024", sheet=table.sheet, found=match.source.name)
        if match.source.typed and match.columns and head.row != table.header_row:
            sink.add("X020", head.row, row=head.row, expected=table.header_row)
        optional: list[str] = []
        for column in table.headed:
            if column.key in match.columns:
                self._column_problems(match, column, sink)
            elif column.required or column.spec.key in KEYS[table.name]:
                sink.add("X013", head.row, None, column.headers[0], row=head.row)
            else:
                optional.append(column.headers[0])
        if optional:
            sink.add("X014", head.row, headers="、".join(optional))
        # A flat file feeds several tables; what none of them uses is told once.
        extra = self._unused.pop(id(match.source), [])
        self.unused_columns += len(extra)
        if extra:
            sink.add("X016", head.row, n=len(extra), headers="、".join(extra))

    def _column_problems(self, match: TableMatch, column: Column, sink: Sink) -> None:
        head, index = match.header, match.columns[column.key]
        same = head.find(column.headers)
        if len(same) > 1:
            sink.add("X015", head.row, same[1], head.names[index], n=len(same))
        unit, scale, said = match.unit(column)
        if said:
            converted = scale != column.factor
            sink.add(
                "X023", head.row, index, head.names[index], found=said, unit=column.unit or "无",
                action=f"按 {unit} 换算读入" if converted else "表头单位不认识，按版式单位读入",
                action_en=f"converted from {unit}" if converted else "unknown, the layout's unit is used",
            )  # fmt: skip

    # --- rows

    def _without_totals(self, match: TableMatch, block: Block, sink: Sink) -> Block:
        """Return the block without blank rows and rows of totals."""
        keys = [match.columns[k] for k in KEYS[self.table.name] if k in match.columns]
        watched = [block.columns[i] for i in dict.fromkeys([0, *keys]) if i < len(block.columns)]
        mapped = [
            block.columns[i]
            for i in {*match.columns.values(), *match.extra.values()}
            if i < len(block.columns)
        ]
        dropped: set[int] = set()
        blanks: list[int] = []
        for i, cells in enumerate(zip(*watched, strict=True)):
            if any(isinstance(c, str) and _is_total(c) for c in cells):
                dropped.add(i)
                sink.add("X051", block.rows[i], row=block.rows[i])
            elif all(_blank(c) for c in cells) and all(_blank(c[i]) for c in mapped):
                blanks.append(i)
        n = len(block.rows)
        trailing = n
        while blanks and blanks[-1] == trailing - 1:
            dropped.add(blanks.pop())
            trailing -= 1
        if blanks:
            dropped |= set(blanks)
            sink.count("X052", block.rows[blanks[0]], 0, "", "", len(blanks))
        if not dropped:
            return block
        keep = [i for i in range(n) if i not in dropped]
        return Block([block.rows[i] for i in keep], [[c[i] for i in keep] for c in block.columns])

    def _typed(self, match: TableMatch, block: Block, sink: Sink) -> dict[str, Sequence[Any]]:
        out: dict[str, Sequence[Any]] = {}
        width, n = len(block.columns), len(block.rows)
        for column in self.table.columns:
            if column.headers:
                index = match.columns.get(column.key)
                if index is None:
                    continue
                unit, scale, _ = match.unit(column)
                name = match.header.names[index]
                cells = Cells(column, index, name, unit, scale, sink, match.source.typed)
                raw = block.columns[index] if index < width else [None] * n
                values = convert(cells, block.rows, raw)
                if column.key in KEYS[self.table.name] and not self.table.group_by:
                    for i, value in enumerate(values):
                        if value == "":
                            cells.problem("X045", block.rows[i])
                out[column.key] = values
            elif column.join:
                parts = [_raw(match, block, h) for h in column.join]
                out[column.key] = [
                    column.separator.join(text_of(p) for p in row)
                    for row in zip(*parts, strict=True)
                ]
            elif column.value is not None:
                cells = Cells(column, 0, column.key, column.unit, column.factor, sink, False)
                out[column.key] = convert(cells, [match.header.row], [column.value]) * n
        return out

    # --- hidden and merged

    def _oddities(self, match: TableMatch, sink: Sink) -> None:
        head = match.header
        hidden: list[int] = []
        for odd in match.source.oddities():
            if odd.kind == "hidden_sheet":
                sink.add("X018", what=f"表“{match.source.name}”(sheet)")
            elif odd.kind == "hidden_column":
                sink.add("X018", head.row, what=f"{odd.area} 列(column)")
            elif odd.kind == "hidden_row" and odd.row > head.row:
                hidden.append(odd.row)
            elif odd.kind == "ragged":
                sink.add("X022", odd.row, 0, "", n=odd.count, expected=len(head.names))
            elif odd.kind == "merged":
                self._merged(match, odd.area, sink)
        if hidden:
            shown = "、".join(str(r) for r in hidden[:5]) + ("…" if len(hidden) > 5 else "")
            sink.add("X018", hidden[0], what=f"第 {shown} 行，共 {len(hidden)} 行(rows)")

    def _merged(self, match: TableMatch, area: str, sink: Sink) -> None:
        found = _AREA.match(area)
        if found is None:
            return
        first, top, last, bottom = found.groups()
        left, right = column_index(first), column_index(last or first)
        used = match.columns.values()
        if int(bottom or top) > match.header.row and any(left <= i <= right for i in used):
            name = match.header.names[left] if left < len(match.header.names) else ""
            sink.add("X019", int(top), left, name, area=area)


def _numeric(match: TableMatch) -> set[int]:
    return {
        match.columns[c.key]
        for c in match.table.headed
        if c.spec.kind is Kind.DECIMAL and c.key in match.columns
    }


def _raw(match: TableMatch, block: Block, header: str) -> Sequence[Any]:
    index = match.extra.get(header)
    if index is None or index >= len(block.columns):
        return [None] * len(block.rows)
    return block.columns[index]


def _extra(match: TableMatch, block: Block) -> dict[str, Sequence[Any]]:
    return {h: _raw(match, block, h) for h in match.extra}


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_total(text: str) -> bool:
    if len(text) > 12:
        return False
    plain = "".join(unicodedata.normalize("NFKC", text).split()).rstrip(":").casefold()
    return plain in _TOTALS
