"""Workbooks in and out: layouts, reading, writing, marking. Heavy libraries load on use."""

from lantian.adapters.excel.catalogue import layout_names, load_layout
from lantian.adapters.excel.locate import Locate
from lantian.adapters.excel.mark import mark_list
from lantian.adapters.excel.read import ReadList, read_list
from lantian.adapters.excel.write import write_list

__all__ = [
    "Locate",
    "ReadList",
    "layout_names",
    "load_layout",
    "mark_list",
    "read_list",
    "write_list",
]
