"""The leaders' report as PDF and as Word, from the same values."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from lantian.adapters.paper.press import TEMPLATES, Press

CHART_PPI = 200
PICTURE_WIDTH_MM = 165


def report_pdf(press: Press, values: Mapping[str, Any]) -> bytes:
    """Return the report as PDF."""
    return press.pdf("report.typ", {"report": values})


def report_docx(press: Press, values: Mapping[str, Any]) -> bytes:
    """Return the report as Word; its charts are the PDF's, drawn as pictures."""
    # docxtpl takes a third of a second to load: only who writes Word waits for it
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    template = DocxTemplate(str(TEMPLATES / "report.docx"))
    pictures = {
        f"picture_{name}": InlineImage(
            template,
            io.BytesIO(press.png("chart.typ", {"report": values, "name": name}, CHART_PPI)),
            width=Mm(PICTURE_WIDTH_MM),
        )
        for name in ("targets", "cost")
    }
    unit = "元/kg" if values["money_unit"] == "万元/日" else "单位/kg"
    template.render({**values, **pictures, "marginal_head": f"边际成本 {unit}"}, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()
