"""What a gateway is told at its start: where, who, how much."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lantian.jobs.gateway.registry import Network

RESEND_WINDOW_S: Final = 9_900
"""The longest any logger may go on sending a packet again: 99 s (OverTime, N2) × (99 + 1) (ReCount, N2)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds against floods, slow senders and mistakes (docs/gateway-threats.md).

    Attributes
    ----------
    connections, per_address
        Open connections in all and from one address.
    frames_per_s, frames_burst
        Of one logger, by all its connections; beyond, they are read more slowly. A frame over 1,036
        bytes counts as several, so that this bounds bytes too: 207 kB a second.
    first_frame_s
        Time for a first accepted frame after connecting, long enough for who reports every ten minutes;
        where an address sent accepted frames before, `idle_s` holds from the beginning.
    idle_s
        Silence after which a connection is closed; longer than the hour of an hourly sender.
    partial_s
        Time for a frame to become complete once it began.
    unread_bytes, unread_s
        Answers a peer may leave unread, and for how long.
    refused
        Refused frames in a row after which a connection is closed.
    noise_bytes
        Bytes since the last accepted frame after which it is closed.
    failures, block_s
        Wrong passwords and unknown MNs from an address that sends nothing else, and how long it is then kept out.
    frame_bytes
        Longest frame that is taken; the standard's own is 1,036.
    kept_refused
        Refused frames an address may have kept in a minute; the others are counted only.
    queue_bytes
        Frames waiting for the disk; beyond, nothing is read.
    """

    connections: int = 10_000
    per_address: int = 256
    frames_per_s: float = 200.0
    frames_burst: float = 4_000.0
    first_frame_s: float = 660.0
    idle_s: float = 7_500.0
    partial_s: float = 30.0
    unread_bytes: int = 65_536
    unread_s: float = 60.0
    refused: int = 50
    noise_bytes: int = 65_536
    failures: int = 20
    block_s: float = 600.0
    frame_bytes: int = 8_300
    kept_refused: int = 30
    queue_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of `serve`.

    Attributes
    ----------
    home, registry
        Folder of the gateway; register of loggers.
    keys
        File of SM4 keys.
    hosts, port
        Addresses to listen on; port 0 takes a free one.
    tls_port, certificate, private_key
        A second port that speaks TLS, where a certificate is given.
    client_ca
        Certificates of loggers must be signed by this one.
    http_port
        Port of /health and /metrics on 127.0.0.1; None: none.
    allow
        Networks that may connect at all; empty: all.
    over_time_s, resends
        Time-out and number of resends of commands (2017: 10 s, 5 s on ADSL, 3 times).
    set_time
        Whether a logger that asks for calibration (1013) is told the time.
    segment_bytes, sweep_s, state_s
        Size of a spool segment; how often limits are looked after; how often health.json is written.
    """

    home: Path
    registry: Path
    keys: Path | None = None
    hosts: tuple[str, ...] = ("127.0.0.1",)
    port: int = 9212
    tls_port: int | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    client_ca: Path | None = None
    http_port: int | None = None
    allow: tuple[Network, ...] = ()
    over_time_s: float = 10.0
    resends: int = 3
    set_time: bool = True
    segment_bytes: int = 64 << 20
    sweep_s: float = 5.0
    state_s: float = 5.0
    limits: Limits = field(default_factory=Limits)

    def allows(self, address: str) -> bool:
        """Whether an address may connect."""
        if not self.allow:
            return True
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found.version == n.version and found in n for n in self.allow)
