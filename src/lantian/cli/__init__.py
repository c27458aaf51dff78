"""The command line: one module a command, each a thin layer over `lantian.jobs`."""

from lantian.cli.main import main

__all__ = ["main"]
