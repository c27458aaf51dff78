"""How the sheets of the orders workbook look: formats, page, unit of cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lantian.domain.response.model import Plan

BLUE = "#1F4E8C"
PALE = "#EEF3F9"
DRAFT = "拟稿，未经签发不生效"


@dataclass
class Styles:
    """Cell formats of one workbook, made once."""

    book: Any
    made: dict[str, Any] = field(default_factory=dict)

    def __call__(self, name: str) -> Any:
        """Return the format of a name."""
        if name not in self.made:
            self.made[name] = self.book.add_format({**_PLAIN, **_FORMATS[name]})
        return self.made[name]


_PLAIN = {"font_name": "Noto Sans CJK SC", "font_size": 9, "valign": "vcenter"}
_EDGE = {"border": 1, "border_color": "#B8C2CF"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "draft": {"bold": True, "font_color": "#B3261E"},
    "muted": {"font_color": "#5B6673"},
    "head": {
        **_EDGE,
        "bold": True,
        "bg_color": PALE,
        "font_color": BLUE,
        "text_wrap": True,
        "align": "center",
    },
    "text": {**_EDGE, "indent": 1},
    "wrap": {**_EDGE, "text_wrap": True, "indent": 1},
    "centre": {**_EDGE, "align": "center"},
    "int": {**_EDGE, "num_format": "0"},
    "count": {**_EDGE, "num_format": "#,##0"},
    "percent": {**_EDGE, "num_format": "0.0%"},
    "ratio": {**_EDGE, "num_format": "0.00%"},
    "mass": {**_EDGE, "num_format": "#,##0.00"},
    "money": {**_EDGE, "num_format": "#,##0.00"},
    "unsure": {**_EDGE, "align": "center", "bold": True, "font_color": "#B3261E"},
}


def cost_unit(plan: Plan) -> str:
    """Return the unit of a plan's costs."""
    return "元/日" if plan.cost_basis == "cny" else "规模单位/日"


def page(sheet: Any, title: str) -> None:
    """A4 landscape, one page wide, with page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{title}（{DRAFT}）&R&8第 &P 页 / 共 &N 页")
