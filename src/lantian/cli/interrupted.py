"""What every command says when Ctrl-C ends it; imports nothing heavy, for it may come early."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

import click

EXIT_INTERRUPTED = 130


def told_interrupted() -> NoReturn:
    """Say in one sentence that nothing was left half-written, and exit 130."""
    click.echo("已中断，未留下半成品文件。Interrupted; no half-written file left.", err=True)
    sys.exit(EXIT_INTERRUPTED)


def deaf() -> None:
    """Ignore Ctrl-C once the work is done, so that leaving Python cannot be interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
