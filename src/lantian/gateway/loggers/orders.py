"""What a logger does when the platform commands: 9011, the data or the act, 9012 (HJ 212-2017, 6.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lantian.domain.hj212.commands import answer_to, build_command, read_command
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import write_frame, write_segment
from lantian.domain.hj212.framing import Noise
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded, Packet
from lantian.domain.hj212.stamp import read_stamp
from lantian.gateway.loggers.device import Device
from lantian.gateway.loggers.writer import minute_text
from lantian.kernel.problem import LantianError

_READY: Final = "1"
_WRONG_PASSWORD, _WRONG_MN, _WRONG_CN = "3", "4", "8"
_DONE, _BAD_CONDITION, _NO_DATA = "1", "3", "100"
_BEIJING_MS: Final = 8 * 3_600_000
_ACTS: Final = frozenset({"3011", "3012", "3013", "3014", "3015", "3016", "3021", "1072"})
"""Requests that are done without anything to see."""


class Orders:
    """Answers commands for every logger of a city; keeps nothing of its own between them.

    Parameters
    ----------
    lexicon
        Rules of the codec.
    true_ms
        The true time, milliseconds since 1970 (Beijing).
    """

    def __init__(self, lexicon: Lexicon, true_ms: Callable[[], int]) -> None:
        self._lexicon, self._true_ms = lexicon, true_ms

    def obey(self, device: Device, frame: bytes, now_s: float) -> list[bytes]:
        """Return what a logger sends for one frame of the platform; none for what is no command."""
        decoder = Decoder(self._lexicon)
        out: list[bytes] = []
        for event in decoder.feed(frame) + decoder.close():
            if not isinstance(event, Noise):
                out += self._one(device, event, now_s)
        return out

    def _one(self, device: Device, decoded: Decoded, now_s: float) -> list[bytes]:
        packet = decoded.packet
        if not decoded.ok:
            device.tally.broken += 1
            return []
        if packet.cn in {"9011", "9012", "9013", "9014"}:
            device.tally.surplus += 1
            return []
        device.tally.commands[packet.cn] += 1
        command = read_command(packet, self._lexicon, "platform")
        if packet.fields.get("MN") != device.plan.mn:
            return [self._answer(packet, "9011", _WRONG_MN)]
        if packet.fields.get("PW") != device.plan.password:
            return [self._answer(packet, "9011", _WRONG_PASSWORD)]
        if command is None:
            return [self._answer(packet, "9011", _WRONG_CN)]
        if command.rule.role == "notice":
            if packet.cn == "2012":
                device.realtime_on = False
            return [self._answer(packet, "9013")]
        frames, code = self._done(device, packet, command.parameters, now_s)
        return [
            self._answer(packet, "9011", _READY), *frames, self._answer(packet, "9012", code)
        ]  # fmt: skip

    def _done(
        self, device: Device, packet: Packet, given: Mapping[str, str], now_s: float
    ) -> tuple[list[bytes], str]:
        """Return the data of a request and its result."""
        cn = packet.cn
        if cn in {"2051", "2061", "2031"}:
            frames = _history(device, cn, given, now_s)
            return (
                frames or []
            ), _BAD_CONDITION if frames is None else _DONE if frames else _NO_DATA
        if cn == "2011":
            device.realtime_on = True
            return [], _DONE
        if cn == "1012":
            moment = read_stamp(given.get("SystemTime", ""))
            if moment is None:
                return [], _BAD_CONDITION
            device.set_clock(int(moment.timestamp() * 1000) + _BEIJING_MS, self._true_ms())
            return [], _DONE
        if cn in {"1000", "1062", "1064"}:
            return [], _DONE if _set(device, cn, given) else _BAD_CONDITION
        if cn == "1011":
            # Its own clock: the QN it would use now.
            return [self._report(device, packet, {"SystemTime": device.next_qn()[:14]}, {})], _DONE
        if cn == "1061":
            interval = {"RtdInterval": str(device.realtime_min * 60)}
            return [self._report(device, packet, interval, {})], _DONE
        if cn == "1063":
            return [
                self._report(device, packet, {"MinInterval": str(device.minute_min)}, {})
            ], _DONE
        if cn == "3019":
            pol = given.get("PolId", device.plan.factors[0].code)
            serial = f"{device.plan.number:024d}"
            return [self._report(device, packet, {"PolId": pol}, {pol: {"SN": serial}})], _DONE
        if cn == "3020":
            return self._information(device, packet, given)
        return [], _DONE if cn in _ACTS else _NO_DATA

    def _information(
        self, device: Device, packet: Packet, given: Mapping[str, str]
    ) -> tuple[list[bytes], str]:
        told = {"i12001": "0", "i22001": "0", "i13001": "200", "i13004": "165", "i13005": "30",
                "i13007": "0", "i13008": "1"}  # fmt: skip
        code = given.get("InfoId", "")
        if code not in told:
            return [], _NO_DATA
        parameters = {"DataTime": minute_text(device.minute) + "00"}
        if "PolId" in given:
            parameters["PolId"] = given["PolId"]
        return [self._report(device, packet, parameters, {code: {"Info": told[code]}})], _DONE

    def _report(
        self, device: Device, request: Packet, parameters: Mapping[str, str],
        factors: Mapping[str, Mapping[str, str]],
    ) -> bytes:  # fmt: skip
        header = {"QN": device.next_qn(), "ST": device.plan.st, "PW": device.plan.password,
                  "MN": device.plan.mn}  # fmt: skip
        packet = build_command(
            self._lexicon, request.version, request.cn, "field", header, parameters, factors
        )
        return write_frame(write_segment(packet))

    def _answer(self, packet: Packet, cn: str, code: str = "") -> bytes:
        try:
            return write_frame(write_segment(answer_to(packet, self._lexicon, cn, code)))
        except LantianError:  # a command without QN cannot be answered
            return b""


def _history(device: Device, cn: str, given: Mapping[str, str], now_s: float) -> list[bytes] | None:
    begin, end = (_minute(given.get(name, "")) for name in ("BeginTime", "EndTime"))
    if begin is None or end is None or end < begin:
        return None
    return device.history(cn, begin, end, now_s)


def _minute(text: str) -> int | None:
    moment = read_stamp(text)
    return None if moment is None else int(moment.timestamp() + 8 * 3600) // 60


def _set(device: Device, cn: str, given: Mapping[str, str]) -> bool:
    """Set time-out or interval; return whether the values can be used."""
    names = {"1000": ("OverTime", "ReCount"), "1062": ("RtdInterval",), "1064": ("MinInterval",)}[
        cn
    ]
    texts = [given.get(name, "") for name in names]
    if not all(t.isascii() and t.isdigit() and 0 < int(t) <= 3600 for t in texts):
        return False
    numbers = [int(t) for t in texts]
    if cn == "1000":
        device.over_time_s, device.resends = float(numbers[0]), numbers[1]
        return True
    if cn == "1062":
        device.realtime_min = max(1, numbers[0] // 60)
        return True
    if 60 % numbers[0] or numbers[0] % device.plan.minute_min:
        return False  # its course has no shorter period
    device.minute_min = numbers[0]
    return True
