"""Typst behind one door: the bundled fonts, the templates, and values passed as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from lantian.kernel.problem import LantianError, Place, Problem, Severity

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"


@cache
def _fonts() -> Any:
    """Return the fonts of the machine and ours, looked for once a process: that takes longer than a page."""
    return typst.Fonts(
        include_system_fonts=True,
        include_embedded_fonts=True,
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
    )


class Press:
    """A compiler that keeps its fonts and templates warm between pages.

    Parameters
    ----------
    timestamp
        Creation time written into the files (Unix seconds), so that the same plan gives the
        same bytes.
    """

    def __init__(self, timestamp: int = 0) -> None:
        self._fonts = _fonts()
        self._compilers: dict[str, Any] = {}
        self._timestamp = timestamp

    def pdf(self, template: str, values: Mapping[str, Any]) -> bytes:
        """Return the PDF of a template; each value is passed as JSON text."""
        return self._run(template, values, format="pdf", pdf_tags=False)

    def png(self, template: str, values: Mapping[str, Any], ppi: float) -> bytes:
        """Return the first page of a template as PNG."""
        return self._run(template, values, format="png", ppi=ppi)

    def _run(self, template: str, values: Mapping[str, Any], **options: Any) -> bytes:
        compiler = self._compilers.get(template)
        if compiler is None:
            compiler = typst.Compiler(
                str(TEMPLATES / template), root=str(TEMPLATES), font_paths=self._fonts
            )
            self._compilers[template] = compiler
        inputs = {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
        if options["format"] == "pdf":
            options["timestamp"] = self._timestamp
        try:
            out = compiler.compile(sys_inputs=inputs, **options)
        except typst.TypstError as error:
            raise LantianError(_unprintable(template, error)) from error
        first = out[0] if isinstance(out, list) else out
        assert isinstance(first, bytes)
        return first


def _unprintable(template: str, error: Exception) -> Problem:
    return Problem(
        "W001",
        Severity.ERROR,
        Place(file=template),
        f"页面无法排版：{error}",
        f"The page could not be set: {error}",
        "请把这条信息和方案文件一起反馈；plan.json 和工作簿不受影响。",
        "Report this with the plan file; plan.json and the workbooks are not affected.",
    )
