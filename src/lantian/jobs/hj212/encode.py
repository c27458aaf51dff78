"""Plain objects, one a line, to frames."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.encode import encode, split
from lantian.domain.hj212.lexicon import Lexicon, version_of
from lantian.domain.hj212.packet import Group, Item, Packet
from lantian.domain.hj212.stamp import read_stamp, write_stamp
from lantian.jobs.hj212.keys import read_keys
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.hj212_tables import load_hj212

_MOST_PARTS = 9_999


@dataclass(frozen=True, slots=True)
class Encoded:
    """One line of the input: its frames, or why there are none."""

    line: int
    frames: tuple[bytes, ...]
    problems: tuple[Problem, ...] = ()


class EncodeRun:
    """Encodes lines of JSON.

    Parameters
    ----------
    source
        Name of the input, for problems.
    splits
        Whether a CP that is too long becomes several packets; their QNs follow the given one by
        a millisecond each.
    keys
        File with SM4 keys, for objects that say ``"encrypted": true``.
    rules
        Folders of further rule files.

    Raises
    ------
    LantianError
        Where keys or rules cannot be read.
    """

    def __init__(
        self,
        source: str = "",
        *,
        splits: bool = False,
        keys: Path | None = None,
        rules: tuple[Path, ...] = (),
    ) -> None:
        self._source, self._splits = source, splits
        self._keys = read_keys(keys)
        self._lexicon = Lexicon(load_hj212(*rules))

    def encoded(self, lines: Iterable[bytes]) -> Iterator[Encoded]:
        """Return the frames of every line that is not empty."""
        for n, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield Encoded(n, self._frames(line, n))
            except LantianError as error:
                place = Place(file=self._source, line=n)
                told = tuple(
                    Problem(p.code, p.severity, place, p.message_zh, p.message_en, p.remedy_zh,
                            p.remedy_en)
                    for p in error.problems
                )  # fmt: skip
                yield Encoded(n, (), told)

    def _frames(self, line: bytes, n: int) -> tuple[bytes, ...]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            detail = str(error).split(":")[0]
            raise LantianError(complain("H301", n=n, detail=detail)) from error
        if not isinstance(value, dict):
            raise LantianError(complain("H301", n=n, detail=type(value).__name__))
        if value.get("ok") is False:
            raise LantianError(complain("H306"))
        packet = packet_of(value)
        encrypt = None
        if value.get("encrypted"):
            mn = packet.fields.get("MN", "")
            cipher = self._keys.of(mn)
            if cipher is None:
                raise LantianError(complain("H009", detail=mn or "MN"))
            encrypt = cipher.encrypt
        parts = self._parts(packet) if self._splits else (packet,)
        return tuple(encode(part, self._lexicon, encrypt) for part in parts)

    def _parts(self, packet: Packet) -> tuple[Packet, ...]:
        protocol = self._lexicon.rules.protocols[packet.version]
        first = read_stamp(packet.fields.get("QN", ""))
        n_most = min(len(packet.groups), _MOST_PARTS)
        qns = []
        if first is not None:
            step = timedelta(milliseconds=1)
            qns = [write_stamp(first + i * step, milliseconds=True) for i in range(n_most)]
        return split(packet, qns, protocol)


def packet_of(value: Mapping[str, Any]) -> Packet:
    """Return the packet of an object with ``fields`` and ``groups``.

    Raises
    ------
    LantianError
        H304 where they have another form.
    """
    fields = value.get("fields")
    groups = value.get("groups", [])
    problems = []
    if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
        problems.append(complain("H304", field="fields", detail=_short(fields)))
    if not isinstance(groups, list) or not all(_is_group(g) for g in groups):
        problems.append(complain("H304", field="groups", detail=_short(groups)))
    if problems:
        raise LantianError(*problems)
    assert isinstance(fields, dict)
    return Packet(version_of(fields)[0], dict(fields), tuple(_group(g) for g in groups))


def _is_group(value: object) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    return all(
        isinstance(v, str | None)
        or (isinstance(v, list) and len(v) > 0 and all(isinstance(x, str | None) for x in v))
        for v in value.values()
    )


def _group(value: Mapping[str, Any]) -> Group:
    items: list[Item] = []
    for name, held in value.items():
        items += [(name, v) for v in (held if isinstance(held, list) else [held])]
    return tuple(items)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:60] + "…"
