"""Kept byte streams opened again: files of raw frames and spool segments, damage told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from lantian.domain.hj212.framing import Frame, FrameReader, Noise
from lantian.gateway.loggers.complaint import complain
from lantian.jobs.gateway.spool import ACCEPTED, HEAD_BYTES, MAGIC, Reader, read_head
from lantian.kernel.problem import LantianError, Place

_PIECE: Final = 1 << 16


class Kept(NamedTuple):
    """One frame as it was kept.

    Attributes
    ----------
    wire
        Its bytes.
    received_ms
        When it came, milliseconds since 1970; None in a file of raw frames.
    place
        File and offset.
    """

    wire: bytes
    received_ms: int | None
    place: Place


def files_of(source: Path) -> list[Path]:
    """Return the files of a source in the order they are sent: itself, or what is in the folder.

    In a folder with a spool, or with segments, only segments count; else every file.

    Raises
    ------
    LantianError
        Q011 where it cannot be read, Q012 where a folder is empty.
    """
    place = Place(file=str(source))
    try:
        if not source.is_dir():
            if not source.exists():
                raise LantianError(complain("Q011", place, detail="不存在 it does not exist"))
            return [source]
        folder = source / "spool" if (source / "spool").is_dir() else source
        files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise LantianError(complain("Q011", place, detail=error.strerror or "?")) from error
    segments = [p for p in files if p.suffix == ".spool"]
    if not (segments or files):
        raise LantianError(complain("Q012", place))
    return segments or files


def kept_frames(source: Path, *, as_is: bool = False) -> Iterator[Kept]:
    """Yield the frames of a source.

    Parameters
    ----------
    source
        A file or folder, see `files_of`.
    as_is
        Send damaged frames of raw files too, and what the server refused. The chain of a segment
        is checked all the same: bytes that follow a break are nobody's.

    Raises
    ------
    LantianError
        Q011 to Q014, with file and offset.
    """
    found = False
    for path in files_of(source):
        for one in _of_file(path, as_is):
            found = True
            yield one
    if not found:
        raise LantianError(complain("Q012", Place(file=str(source))))


def _of_file(path: Path, as_is: bool) -> Iterator[Kept]:
    try:
        with path.open("rb") as stream:
            is_segment = stream.read(len(MAGIC)) == MAGIC
        if is_segment or path.suffix == ".spool":
            yield from _of_segment(path, as_is)
        else:
            yield from _of_stream(path, as_is)
    except OSError as error:
        place = Place(file=path.name)
        raise LantianError(complain("Q011", place, detail=error.strerror or "?")) from error


def _of_stream(path: Path, as_is: bool) -> Iterator[Kept]:
    reader = FrameReader()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            for event in reader.feed(piece):
                yield from _one(event, path, as_is)
        for event in reader.close():
            yield from _one(event, path, as_is)


def _one(event: Frame | Noise, path: Path, as_is: bool) -> Iterator[Kept]:
    place = Place(file=path.name, offset=event.offset)
    if isinstance(event, Noise):
        if not event.blank and not as_is:
            detail = f"{event.length} 字节不属于任何包 bytes belong to no frame"
            raise LantianError(complain("Q013", place, detail=detail))
        return
    damage = _damage(event)
    if damage and not as_is:
        raise LantianError(complain("Q013", place, detail=damage))
    yield Kept(event.wire, None, place)


def _damage(frame: Frame) -> str:
    """Return what is wrong with a frame on the wire, empty where nothing is."""
    if frame.ending in {"cut", "end", "lost"}:
        return "没有结尾 it has no end"
    if frame.ending == "cipher":
        return ""  # length and checksum are those of the text in clear
    if frame.crc_given != frame.crc_computed:
        return f"CRC {frame.crc_text}，应为 should be {frame.crc_computed:04X}"
    if frame.length_given != len(frame.segment):
        return f"长度 length {frame.length_given}，实际 found {len(frame.segment)}"
    return ""


def _of_segment(path: Path, as_is: bool) -> Iterator[Kept]:
    """Yield the records of a segment whose head and chain are right.

    A segment that breaks off within its last record (a kill in the middle of writing) is told as
    damaged too: what was cut off cannot be sent.
    """
    with path.open("rb") as stream:
        segment = read_head(path, stream.read(HEAD_BYTES))
    if segment is None:
        detail = "段头或文件名不对 its head or name is wrong"
        raise LantianError(complain("Q014", Place(file=path.name, offset=0), detail=detail))
    reader = Reader(segment)
    for record in reader:
        if as_is or record.status == ACCEPTED:
            place = Place(file=path.name, offset=record.offset)
            yield Kept(record.frame, record.received_ms, place)
    if reader.broken:
        detail = "记录不完整或哈希链断开 a record is not whole, or the chain is broken"
        place = Place(file=path.name, offset=reader.good)
        raise LantianError(complain("Q014", place, detail=detail))
