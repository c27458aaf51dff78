"""Information codes as typed facts: logs, states and parameters of instruments (3020, 3021).

A code is ``i``, the class of device, the class of information and three more characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lantian.domain.hj212.items import is_log
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.number import read_number
from lantian.domain.hj212.packet import Packet
from lantian.domain.hj212.readings import data_time, day_of_packet
from lantian.domain.hj212.stamp import read_stamp
from lantian.kernel.trace import RuleRef
from lantian.rulebook.hj212_tables.model import Factor


class Kind(StrEnum):
    """What a fact is."""

    LOG = "log"
    STATE = "state"
    PARAMETER = "parameter"
    SERIAL = "serial"  # a unique number (3019)
    FACILITY = "facility"  # state or hours of a treatment device
    OTHER = "other"


class Device(StrEnum):
    """What it is a fact about."""

    INSTRUMENT = "instrument"
    LOGGER = "logger"
    AUXILIARY = "auxiliary"
    FACILITY = "facility"
    OTHER = "other"


_KINDS = {"1": Kind.LOG, "2": Kind.STATE, "3": Kind.PARAMETER}
_DEVICES = {"1": Device.INSTRUMENT, "2": Device.LOGGER, "3": Device.AUXILIARY}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a device says about itself.

    Attributes
    ----------
    kind, device
        Class of information and of device, from the code.
    code
        Information code, or the name of the treatment device.
    about
        The factor whose instrument it is (PolId), empty where none is named.
    at
        DataTime of the packet.
    written
        The value as written.
    number, state, moment, text
        The value as a number, as the name of a state, as a time, as the text of a log; None
        where it is none.
    factor
        The row of the tables; None where none or several have the code.
    refs
        The rows it was read by.
    """

    kind: Kind
    device: Device
    code: str
    about: str
    at: datetime | None
    written: str | None
    number: Decimal | None
    state: str | None
    moment: datetime | None
    text: str | None
    factor: Factor | None
    refs: tuple[RuleRef, ...]


def read_facts(packet: Packet, lexicon: Lexicon, province: str = "") -> tuple[Fact, ...]:
    """Return the facts of a packet: x-Info, x-SN, SBx-RS and SBx-RT, in order.

    Codes that mean different things in a province and in 2025 (i23006 to i23008) are read by the
    province named; without one, by the national table of the day.
    """
    table = lexicon.table(packet.version, packet.cn)
    at = data_time(packet)
    about = ""
    facts = []
    for group in packet.groups:
        for written_name, value in group:
            if written_name == "PolId":
                about = value or ""
            name = table.name(written_name)
            if name.suffix == "Info":
                facts.append(_information(packet, name.code, about, at, value, lexicon, province))
            elif name.suffix == "SN":
                refs = (name.parameter.ref,) if name.parameter else ()
                facts.append(
                    Fact(Kind.SERIAL, Device.INSTRUMENT, "SN", name.code or about, at, value,
                         None, None, None, value, None, refs)
                )  # fmt: skip
            elif name.suffix in {"RS", "RT"} and name.code.startswith("SB"):
                facts.append(_facility(packet, name.code, name.suffix, at, value, lexicon))
    return tuple(facts)


def _information(
    packet: Packet,
    code: str,
    about: str,
    at: datetime | None,
    value: str | None,
    lexicon: Lexicon,
    province: str,
) -> Fact:
    day = day_of_packet(packet)
    found = lexicon.meanings(code, day, province) if day else ()
    factor = found[0] if len(found) == 1 else None
    is_code = len(code) == 6 and code[0] == "i"
    kind = _KINDS.get(code[2], Kind.OTHER) if is_code else Kind.OTHER
    device = _DEVICES.get(code[1], Device.OTHER) if is_code else Device.OTHER
    written = value or ""
    text = written[2:-2] if is_log(written) else None
    moment = read_stamp(written) if factor and _type(factor) == "time" else None
    states = factor.states if factor else {}
    return Fact(
        kind,
        device,
        code,
        about,
        at,
        value,
        None if moment else read_number(value),
        states.get(written),
        moment,
        text,
        factor,
        tuple(f.ref for f in found),
    )


def _type(factor: Factor) -> str:
    return factor.data_type.kind if factor.data_type else ""


def _facility(
    packet: Packet, code: str, suffix: str, at: datetime | None, value: str | None, lexicon: Lexicon
) -> Fact:
    protocol = lexicon.rules.protocols[packet.version]
    state = protocol.facility_states.get(value or "") if suffix == "RS" else None
    return Fact(
        Kind.FACILITY,
        Device.FACILITY,
        f"{code}-{suffix}",
        "",
        at,
        value,
        read_number(value),
        state.name_en if state else None,
        None,
        None,
        None,
        (state.ref,) if state else (protocol.parameters[f"SBx-{suffix}"].ref,),
    )
