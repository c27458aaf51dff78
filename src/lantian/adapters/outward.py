"""The one door out: a signed POST to a receiver that is on a list, and nothing else.

No redirects, no proxies, no netrc; the name is looked up once and that address is spoken to, so that
a name cannot point elsewhere between the check and the call.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
MOST_ANSWER = 64 * 1024
"""Bytes of an answer that are kept."""
_REASONS: Mapping[type[BaseException], tuple[str, str]] = {
    TimeoutError: ("超时", "time ran out"),
    ConnectionRefusedError: ("对方拒绝连接", "the connection was refused"),
    ssl.SSLCertVerificationError: ("证书不可信", "the certificate is not trusted"),
}


class AddressError(ValueError):
    """An address that is not called; the reason in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class SendError(OSError):
    """No answer came; why, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where something is sent: scheme, host, port, path with query."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: status, the first `MOST_ANSWER` bytes, its signature if it gave one."""

    status: int
    body: bytes
    signature: str
    retry_after_s: int | None


def receiver_of(url: str, allowed: Collection[str]) -> Receiver:
    """Return the parts of an address that may be called.

    Parameters
    ----------
    allowed
        Hosts in small letters, ``host`` for the usual port of the scheme or ``host:port``.

    Raises
    ------
    AddressError
        For another scheme, a user or a fragment in it, or a host that is not on the list.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError("不是网址", "it is no address") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in PORTS or not host:
        raise AddressError("只能是 http 或 https 网址", "only http and https")
    if (
        parts.username is not None
        or parts.fragment
        or not url.isascii()
        or any(c <= " " for c in url)
    ):
        raise AddressError(
            "不能带用户名、锚点、空格或非 ASCII 字符",
            "no user, fragment, blank or non-ASCII letter",
        )
    usual = PORTS[parts.scheme]
    port = usual if port is None else port
    names = {f"{host}:{port}"} | ({host} if port == usual else set())
    if not names & set(allowed):
        raise AddressError("主机不在允许名单", "the host is not on the list")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(parts.scheme, host, port, path)


def signature(secret: str, stamp: int, body: bytes) -> str:
    """Return HMAC-SHA256 in hexadecimal over the stamp, a full stop and the body."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def post(to: Receiver, body: bytes, headers: Mapping[str, str], timeout_s: float) -> Answer:
    """Send a body and return what was answered.

    Raises
    ------
    SendError
        Where no whole answer came within `timeout_s`, or the host lies where none may be called.
    """
    deadline = time.monotonic() + timeout_s
    address = _looked_up(to)
    connection = _Pinned(to, address, timeout_s)
    try:
        connection.request("POST", to.path, body, dict(headers))
        found = connection.getresponse()
        content = b""
        while len(content) < MOST_ANSWER:
            if time.monotonic() > deadline:
                raise SendError(
                    f"{timeout_s:g} 秒内没有完整回执", f"no whole answer within {timeout_s:g} s"
                )
            part = found.read1(min(8192, MOST_ANSWER - len(content)))
            if not part:
                break
            content += part
        wait = found.headers.get("Retry-After", "")
        return Answer(
            found.status, content, found.headers.get("X-Receipt-Signature", "")[:200],
            int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 6 else None,
        )  # fmt: skip
    except SendError:
        raise
    except (OSError, http.client.HTTPException) as error:
        zh, en = _REASONS.get(type(error), ("连接失败", "the connection failed"))
        raise SendError(f"{zh}（{error}）"[:120], f"{en} ({error})"[:120]) from error
    finally:
        connection.close()


def _looked_up(to: Receiver) -> str:
    """Return the address of a host; none that belongs to the link, to many, or to nobody."""
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SendError(f"找不到主机 {to.host}", f"the host {to.host} was not found") from error
    text = str(found[0][4][0])
    own = ipaddress.ip_address(text.partition("%")[0])
    if own.is_link_local or own.is_multicast or own.is_unspecified:
        raise SendError(
            f"{to.host} 指向 {text}，不访问", f"{to.host} lies at {text}, where nothing is called"
        )
    return text


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked up before, under the host's own name."""

    def __init__(self, to: Receiver, address: str, timeout_s: float) -> None:
        super().__init__(to.host, to.port, timeout=timeout_s)
        self._to, self._address = to, address

    def connect(self) -> None:
        """Connect to the address; HTTPS checks the certificate against the host's name."""
        self.sock = socket.create_connection((self._address, self._to.port), self.timeout)
        if self._to.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._to.host)
