"""Workbooks in and out: layouts, reading, writing, marking.

Import the submodules; nothing heavy is imported here.
"""
