"""Ports to listen on: the one that was asked for, or a free one, and what to do where it is taken."""

from __future__ import annotations

import socket
from typing import IO, Any

import click

_TRIED = 20


class CannotStart(click.ClickException):
    """Something in the way of a start, with what to do about it."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it, without a word of English in front."""
        click.echo(self.format_message(), file=file, err=file is None)


def port_for(wanted: int | None, usual: int, host: str, option: str, names: tuple[str, str]) -> int:
    """Return the port to listen on.

    Parameters
    ----------
    wanted
        What was asked for, 0 for any free one; None: the usual one, or the next that is free.
    option
        The option by which another one is asked for.
    names
        Who listens, in Chinese and English.

    Raises
    ------
    CannotStart
        Where the port asked for is taken, or the address is none of this machine: exit 2.
    """
    if wanted is not None:
        return _bound(wanted, host, option, names)
    for port in range(usual, min(usual + _TRIED, 65_536)):
        if _free(port, host):
            if port != usual:
                click.echo(f"{usual} 端口已被占用，{names[0]}改用 {port}。Port {usual} is taken, "
                           f"the {names[1]} takes {port}.", err=True)  # fmt: skip
            return port
    return _bound(0, host, option, names)


def _free(port: int, host: str) -> bool:
    try:
        return _bind(port, host) == port
    except OSError:
        return False


def _bound(port: int, host: str, option: str, names: tuple[str, str]) -> int:
    try:
        return _bind(port, host)
    except OSError as error:
        raise CannotStart(
            f"{names[0]}不能在 {host}:{port} 监听：{error.strerror}。请停止占用者，或换一个端口：{option} "
            f"{port + 1 if 0 < port < 65_535 else 0}，{option} 0 自动选空闲的。\n"
            f"The {names[1]} cannot listen on {host}:{port}: stop whoever does, or ask for another port by {option}."
        ) from error


def _bind(port: int, host: str) -> int:
    """Return the port that was taken for a moment, without sharing it with anybody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))
        one.listen(1)
        return int(one.getsockname()[1])
