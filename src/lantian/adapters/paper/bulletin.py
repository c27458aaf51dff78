"""A bulletin as PDF and as editable Word, from the same values."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from lantian.adapters.paper.press import Press

CHART_PPI = 200
CHART_WIDTH_MM = 168
_FONT = "Noto Sans CJK SC"
_BLUE, _MUTED = "1F4E8C", "5B6673"
_NUMBERS = "一二三四五六七八九十"


def bulletin_pdf(press: Press, values: Mapping[str, Any]) -> bytes:
    """Return a bulletin (`jobs.bulletin.document.as_values`) as PDF.

    Raises
    ------
    LantianError
        W001 where the page cannot be set.
    """
    return press.pdf("bulletin.typ", {"bulletin": values})


def bulletin_docx(press: Press, values: Mapping[str, Any]) -> bytes:
    """Return a bulletin as Word; its charts are the PDF's, drawn as pictures."""
    return _Word(press, values).bytes()


class _Word:
    """Builds the document; python-docx is imported only where Word is asked for."""

    def __init__(self, press: Press, values: Mapping[str, Any]) -> None:
        from docx import Document
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        self._press, self._values = press, values
        self._zh = values["language"] == "zh"
        self.doc = Document()
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(20)
        page.top_margin = page.bottom_margin = Mm(18)
        normal = self.doc.styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(10.5)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
        normal.paragraph_format.space_after = Pt(4)
        self.doc.core_properties.title = values["title"]
        self.doc.core_properties.author = "Lantian"

    def bytes(self) -> bytes:
        """Return the file."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for text, size, colour, bold in (
            (self._values["title"], 19, _BLUE, True),
            (self._values["subtitle"], 9.5, _MUTED, False),
        ):
            line = self.doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._text(line, text, size, colour, bold=bold)
        if self._values["invented"]:
            line = self.doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            words = "虚构演示数据，非真实结果" if self._zh else "Invented demonstration data"
            self._text(line, words, 10, "B3261E", bold=True)
        for i, section in enumerate(self._values["sections"]):
            head = f"{_NUMBERS[i]}、" if self._zh else f"{i + 1}. "
            self._heading(head + section["title"], 13)
            for block in section["blocks"]:
                self._block(block)
        self._appendix()
        out = io.BytesIO()
        self.doc.save(out)
        return out.getvalue()

    # --- blocks ----------------------------------------------------------------------------

    def _block(self, block: Mapping[str, Any]) -> None:
        from docx.shared import Mm

        if block["kind"] == "text":
            line = self.doc.add_paragraph()
            if self._zh:
                line.paragraph_format.first_line_indent = Mm(7.4)
            self._runs(line, block["runs"])
        elif block["kind"] == "table":
            self._text(self.doc.add_paragraph(), block["title"], 9.5, None, bold=True)
            self._table(block["head"], block["rows"], text_columns=set(block["texts"]))
        else:
            line = self.doc.add_paragraph()
            line.paragraph_format.keep_with_next = True
            self._text(line, block["title"], 9.5, None, bold=True)
            picture = self._press.png("bulletin-chart.typ", {"block": block}, CHART_PPI)
            self.doc.add_picture(io.BytesIO(picture), width=Mm(CHART_WIDTH_MM))

    def _appendix(self) -> None:
        self._heading("附：数字来源" if self._zh else "Appendix: where each number comes from", 12)
        head = (
            ("序号", "数字", "计算", "依据")
            if self._zh
            else ("no.", "figure", "computation", "rule")
        )
        rows = [
            [
                [{"text": str(f["mark"])}],
                [{"text": f["shown"]}],
                [{"text": f["how"]}],
                [{"text": f["rule"]}],
            ]
            for f in self._values["figures"]
        ]
        self._table(head, rows, size=7.5, text_columns={2, 3}, widths=(10, 16, 84, 60))
        for note in self._values["notes"]:
            self._text(self.doc.add_paragraph(), note, 8, _MUTED)

    def _table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[Sequence[Mapping[str, Any]]]],
        *,
        size: float = 9,
        text_columns: frozenset[int] | set[int] = frozenset({0}),
        widths: Sequence[float] = (),
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        table = self.doc.add_table(rows=1, cols=len(head), style="Table Grid")
        table.autofit = not widths
        made = [table.rows[0].cells]
        for cell, text in zip(made[0], head, strict=True):
            self._text(cell.paragraphs[0], text, size, None, bold=True)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _repeat_head(table.rows[0])
        for row in rows:
            made.append(table.add_row().cells)
            for k, (cell, runs) in enumerate(zip(made[-1], row, strict=True)):
                line = cell.paragraphs[0]
                line.alignment = (
                    WD_ALIGN_PARAGRAPH.LEFT if k in text_columns else WD_ALIGN_PARAGRAPH.RIGHT
                )
                self._runs(line, runs, size)
        for k, width in enumerate(widths):
            table.columns[k].width = Mm(width)
            for cells in made:  # the library's own way to a column's cells walks the table for each
                cells[k].width = Mm(width)
        for cell in (c for cells in made for c in cells):
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)

    # --- text ------------------------------------------------------------------------------

    def _heading(self, text: str, size: float) -> None:
        from docx.shared import Pt

        line = self.doc.add_paragraph()
        line.paragraph_format.space_before = Pt(10)
        line.paragraph_format.keep_with_next = True
        self._text(line, text, size, _BLUE, bold=True)

    def _runs(
        self, line: Any, runs: Sequence[Mapping[str, Any]], size: float | None = None
    ) -> None:
        from docx.shared import Pt, RGBColor

        for run in runs:
            made = line.add_run(run["text"])
            if size:
                made.font.size = Pt(size)
            if run.get("mark"):
                mark = line.add_run(str(run["mark"]))
                mark.font.superscript = True
                mark.font.color.rgb = RGBColor.from_string(_MUTED)

    def _text(
        self, line: Any, text: str, size: float, colour: str | None, *, bold: bool = False
    ) -> None:
        from docx.shared import Pt, RGBColor

        run = line.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)


def _repeat_head(row: Any) -> None:
    """Let Word repeat the head of a table on every page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
