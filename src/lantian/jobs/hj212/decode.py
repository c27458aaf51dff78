"""A stream of frames to one plain object a frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from lantian.domain.hj212.commands import read_command
from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.content import review
from lantian.domain.hj212.decode import NOT_REACHED, Decoder
from lantian.domain.hj212.framing import Noise
from lantian.domain.hj212.information import Fact, read_facts
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded, Group, Packet
from lantian.domain.hj212.readings import Reading, read_values
from lantian.jobs.hj212.keys import read_keys
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.hj212_tables import load_hj212

PIECE_BYTES = 1 << 16


@dataclass
class Tally:
    """What was met in a stream."""

    frames: int = 0
    bytes_read: int = 0
    bytes_unused: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    by_version: Counter[str] = field(default_factory=Counter)
    tolerances: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain dictionaries."""
        return {
            "frames": self.frames,
            "bytes_read": self.bytes_read,
            "bytes_unused": self.bytes_unused,
            "by_class": dict(self.by_class),
            "by_version": dict(self.by_version),
            "tolerances": dict(self.tolerances),
            "problems": dict(self.problems),
        }


class DecodeRun:
    """Decodes one stream; records come out as they are found.

    Parameters
    ----------
    source
        Name of the stream, for problems.
    keys
        File with SM4 keys.
    typed
        Whether readings, facts and the command are added.
    province
        Whose own information codes may be read.
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
        keys: Path | None = None,
        typed: bool = False,
        province: str = "",
        rules: tuple[Path, ...] = (),
    ) -> None:
        known = read_keys(keys)
        self._lexicon = Lexicon(load_hj212(*rules))

        def key_of(mn: str) -> Any:
            cipher = known.of(mn)
            return cipher.decrypt if cipher else None

        self._decoder = Decoder(self._lexicon, key_of, source)
        self._source, self._typed, self._province = source, typed, province
        self._noise: Noise | None = None
        self.tally = Tally()

    def records(self, pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        """Return the records of a stream that comes in pieces."""
        for piece in pieces:
            self.tally.bytes_read += len(piece)
            yield from self._records(self._decoder.feed(piece))
        yield from self._records(self._decoder.close())
        if self._noise is not None:
            yield self._only_noise(self._noise)

    def _records(self, events: Iterable[Decoded | Noise]) -> Iterator[dict[str, Any]]:
        for event in events:
            if isinstance(event, Noise):
                self.tally.bytes_unused += event.length
                # Empty lines between frames are no news; anything else is told with what follows.
                self._noise = None if event.blank else event
            else:
                yield self._record(event)

    def _record(self, decoded: Decoded) -> dict[str, Any]:
        problems: list[Problem] = []
        if self._noise is not None:
            problems.append(self._about(self._noise))
            self._noise = None
        problems += decoded.problems
        if decoded.ok:
            problems += review(decoded, self._lexicon, self._source, self._province)
        record = record_of(decoded, problems)
        if self._typed:
            record |= self._typed_part(decoded.packet)
        self._count(record)
        return record

    def _typed_part(self, packet: Packet) -> dict[str, Any]:
        command = read_command(packet, self._lexicon)
        return {
            "command": None
            if command is None
            else {
                "cn": command.rule.cn,
                "role": command.rule.role,
                "side": command.rule.side,
                "name_zh": command.rule.name_zh,
                "name_en": command.rule.name_en,
                "status": command.ref.status,
                "expects": list(command.expects(packet.flag)),
            },
            "backfilled": packet.backfilled,
            "readings": [
                _reading(r) for r in read_values(packet, self._lexicon, self._province)
            ],
            "facts": [_fact(f) for f in read_facts(packet, self._lexicon, self._province)],
        }  # fmt: skip

    def _only_noise(self, noise: Noise) -> dict[str, Any]:
        record: dict[str, Any] = {
            "ok": False,
            "version": None,
            "class": "refused",
            "tolerances": [],
            "crc_ok": None,
            "length_ok": None,
            "fields": {},
            "groups": [],
            "problems": [as_dict(self._about(noise))],
            "offset": noise.offset,
            "bytes": noise.length,
            "version_by": NOT_REACHED,
            "encrypted": False,
        }
        self._count(record, frame=False)
        return record

    def _about(self, noise: Noise) -> Problem:
        detail = noise.sample[:32].decode("ascii", "backslashreplace").encode("unicode_escape")
        place = Place(file=self._source, offset=noise.offset)
        return complain("H001", place, n=noise.length, detail=detail.decode("ascii"))

    def _count(self, record: Mapping[str, Any], *, frame: bool = True) -> None:
        tally = self.tally
        tally.frames += frame
        tally.by_class[record["class"]] += 1
        tally.by_version[record["version"] or "none"] += 1
        tally.tolerances.update(record["tolerances"])
        tally.problems.update(p["code"] for p in record["problems"])


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Return what a stream gives, as soon as it gives it.

    Raises
    ------
    LantianError
        H501 where it cannot be read.
    """
    read = getattr(stream, "read1", stream.read)
    try:
        while piece := read(PIECE_BYTES):
            yield piece
    except OSError as error:
        raise unreadable(getattr(stream, "name", ""), error) from error


def open_source(path: Path) -> BinaryIO:
    """Return a file opened for reading bytes.

    Raises
    ------
    LantianError
        H501 where it cannot be opened.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path.name, error) from error


@contextmanager
def open_sink(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write bytes to; it takes its place only when all has been written.

    Raises
    ------
    LantianError
        H501 where it cannot be written.
    """
    new = path.with_name(path.name + ".new")
    try:
        with new.open("wb") as sink:
            yield sink
        new.replace(path)
    except OSError as error:
        raise unreadable(path.name, error) from error
    finally:
        with suppress(OSError):
            new.unlink()


def unreadable(name: object, error: OSError) -> LantianError:
    """Return the error of a file that cannot be read."""
    return LantianError(complain("H501", Place(file=str(name)), detail=error.strerror or "?"))


def record_of(decoded: Decoded, problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the plain object of one frame."""
    return {
        "ok": decoded.ok,
        "version": None if decoded.version_by == NOT_REACHED else decoded.version,
        "class": decoded.acceptance,
        "tolerances": list(decoded.tolerances),
        "crc_ok": decoded.crc_ok,
        "length_ok": decoded.length_ok,
        "fields": dict(decoded.packet.fields),
        "groups": [group_as_dict(group) for group in decoded.packet.groups],
        "problems": [as_dict(p) for p in problems],
        "offset": decoded.offset,
        "bytes": len(decoded.wire),
        "version_by": decoded.version_by,
        "encrypted": decoded.encrypted,
    }


def group_as_dict(group: Group) -> dict[str, Any]:
    """Return a group as name and value; a name that stands twice has a list of its values."""
    out: dict[str, Any] = {}
    for name, value in group:
        if name not in out:
            out[name] = value
        elif isinstance(out[name], list):
            out[name].append(value)
        else:
            out[name] = [out[name], value]
    return out


def as_dict(problem: Problem) -> dict[str, Any]:
    """Return a problem as a plain object with its byte offset."""
    return problem.as_dict() | {"offset": problem.place.offset}


def _reading(reading: Reading) -> dict[str, Any]:
    factor = reading.factor
    return {
        "code": reading.code,
        "name_zh": factor.name_zh if factor else "",
        "name_en": factor.name_en if factor else "",
        "unit": reading.unit,
        "values": {suffix: str(value) for suffix, value in reading.values.items()},
        "texts": dict(reading.texts),
        "flag": reading.flag,
        "flag_zh": reading.flag_meaning.name_zh if reading.flag_meaning else "",
        "sampled": reading.sampled.isoformat() if reading.sampled else None,
        "rules": [ref.as_dict() for ref in reading.refs],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "device": fact.device.value,
        "code": fact.code,
        "name_zh": fact.factor.name_zh if fact.factor else "",
        "about": fact.about,
        "at": fact.at.isoformat() if fact.at else None,
        "written": fact.written,
        "number": str(fact.number) if fact.number is not None else None,
        "unit": fact.factor.unit if fact.factor else "",
        "state": fact.state,
        "moment": fact.moment.isoformat() if fact.moment else None,
        "text": fact.text,
        "rules": [ref.as_dict() for ref in fact.refs],
    }
