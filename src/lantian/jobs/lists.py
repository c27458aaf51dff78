"""The front door to lists: read, write and mark them, whatever file they live in."""

from __future__ import annotations

from lantian.adapters.excel.catalogue import layout_names, load_layout
from lantian.adapters.excel.locate import Locate
from lantian.adapters.excel.mark import mark_list
from lantian.adapters.excel.read import ReadList, read_list
from lantian.adapters.excel.write import refuse_source, write_list
from lantian.adapters.lake.source import Progress

__all__ = [
    "Locate",
    "Progress",
    "ReadList",
    "layout_names",
    "load_layout",
    "mark_list",
    "read_list",
    "refuse_source",
    "write_list",
]
