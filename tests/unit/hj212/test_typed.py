"""Readings with units and flags, information codes as facts (HJ 212-2017 tables B.1 to B.10)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from frames import HEAD, LEXICON, framed, one

from lantian.domain.hj212.information import Device, Kind, read_facts
from lantian.domain.hj212.number import fits, read_number
from lantian.domain.hj212.packet import Packet
from lantian.domain.hj212.readings import data_time, day_of_packet, read_values
from lantian.domain.hj212.stamp import is_moment, is_time, read_epoch, read_stamp, write_stamp
from lantian.kernel.calendar import beijing
from lantian.rulebook.hj212_tables.model import DataType

TIME = "DataTime=20180801085800"


def packet(text: str, cn: str = "2011", flag: str = "4") -> Packet:
    head = HEAD.replace("CN=2011", f"CN={cn}").replace("Flag=4", f"Flag={flag}")
    return one(framed(f"{head}CP=&&{text}&&")).packet


def test_a_reading_is_number_unit_flag_and_citation() -> None:
    (cod,) = read_values(packet(f"{TIME};w01018-Rtd=12.50,w01018-Flag=M,w01018-EFlag=A1"), LEXICON)
    assert cod.values == {"Rtd": Decimal("12.50")}
    assert str(cod.values["Rtd"]) == "12.50"  # as written, not as a binary fraction
    assert (cod.unit, cod.flag, cod.normal) == ("mg/L", "M", False)
    assert cod.flag_meaning is not None
    assert cod.flag_meaning.name_zh == "维护"
    assert cod.texts == {"EFlag": "A1"}
    assert [ref.status for ref in cod.refs] == ["secondary", "secondary"]
    assert "w01018" in cod.refs[0].clause


def test_what_is_no_number_stays_text() -> None:
    (cod,) = read_values(packet(f"{TIME};w01018-Rtd=--,w01018-Foo=7"), LEXICON)
    assert cod.values == {}
    assert cod.texts == {"Rtd": "--", "Foo": "7"}
    assert (cod.flag, cod.normal) == (None, None)


@pytest.mark.parametrize("apart", ["Flag=N", "w01018-Flag=N"])
def test_a_flag_apart_joins_its_factor(apart: str) -> None:
    (cod,) = read_values(packet(f"{TIME};w01018-Rtd=1;{apart}"), LEXICON)
    assert (cod.values, cod.flag) == ({"Rtd": Decimal(1)}, "N")


def test_of_two_flags_the_first_counts_and_the_other_is_kept() -> None:
    (cod,) = read_values(packet(f"{TIME};w01018-Rtd=1,w01018-Flag=N,w01018-Flag=D"), LEXICON)
    assert (cod.flag, cod.texts) == ("N", {"Flag": "D"})


def test_sample_time_and_factors_that_share_a_group() -> None:
    text = f"{TIME};w01018-SampleTime=20180801080000,w01018-Rtd=1,w21003-SampleTime=x,w21003-Rtd=2"
    cod, ammonia = read_values(packet(text), LEXICON)
    assert cod.sampled == beijing(2018, 8, 1, 8)
    assert (ammonia.sampled, ammonia.texts) == (None, {"SampleTime": "x"})


def test_codes_of_2005_have_the_same_meaning() -> None:
    old = one(
        framed(
            "ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817;011-Rtd=231.0,011-Flag=N&&"
        )
    )
    (cod,) = read_values(old.packet, LEXICON)
    assert cod.factor is not None
    assert cod.factor.code == "w01018"
    assert cod.flag_meaning is not None
    assert cod.flag_meaning.ref.edition == "2005"


def test_a_code_printed_twice_has_no_single_meaning() -> None:
    (pump,) = read_values(packet(f"{TIME};e70101-Rtd=1"), LEXICON)
    assert pump.factor is None
    assert len(pump.meanings) == 2
    assert pump.unit == ""


def test_facts_of_every_kind() -> None:
    text = (
        f"{TIME};PolId=w01018;i11001-Info=//清洗管路//;i12001-Info=6,i13004-Info=168.0;"
        "i13006-Info=20180731120000;i22001-Info=1;i33102-Info=40"
    )
    log, state, heat, when, logger, room = read_facts(packet(text, "3020"), LEXICON)
    at = beijing(2018, 8, 1, 8, 58)
    assert {f.at for f in (log, state, heat, when, logger, room)} == {at}
    assert (log.kind, log.device, log.text, log.about) == (
        Kind.LOG, Device.INSTRUMENT, "清洗管路", "w01018",
    )  # fmt: skip
    assert (state.kind, state.state, state.number) == (Kind.STATE, "power fault", Decimal(6))
    assert (heat.kind, heat.number) == (Kind.PARAMETER, Decimal("168.0"))
    assert heat.factor is not None
    assert heat.factor.unit == "degC"
    assert (when.moment, when.number) == (beijing(2018, 7, 31, 12), None)
    assert (logger.device, logger.state) == (Device.LOGGER, "stopped")
    assert (room.device, room.kind) == (Device.AUXILIARY, Kind.PARAMETER)
    assert log.refs[0].document.endswith("（HJ 212-2017）")


def test_serial_numbers_and_treatment_devices() -> None:
    (serial,) = read_facts(packet(f"{TIME};PolId=w01018;w01018-SN=ABC", "3019"), LEXICON)
    assert (serial.kind, serial.about, serial.text) == (Kind.SERIAL, "w01018", "ABC")
    on, hours = read_facts(packet(f"{TIME};SB1-RS=4;SB2-RT=12.5", "2021"), LEXICON)
    assert (on.code, on.state, on.kind) == ("SB1-RS", "alarm", Kind.FACILITY)
    assert (hours.code, hours.number, hours.state) == ("SB2-RT", Decimal("12.5"), None)


@pytest.mark.parametrize(
    ("flag", "day", "province", "name"),
    [
        ("4", "20180801", "hebei", "烟气温度量程上限"),
        ("8", "20260801", "", "CPU序号"),
        ("8", "20260801", "hebei", "烟气温度量程上限"),
    ],
)
def test_codes_that_clash_are_read_by_place_and_day(
    flag: str, day: str, province: str, name: str
) -> None:
    text = f"DataTime={day}085800;i23006-Info=400"
    (fact,) = read_facts(packet(text, "3020", flag), LEXICON, province)
    assert fact.factor is not None
    assert fact.factor.name_zh == name


def test_other_codes_are_facts_without_a_row() -> None:
    unknown, odd = read_facts(packet(f"{TIME};i99999-Info=1;x1-Info=2", "3020"), LEXICON)
    assert (unknown.kind, unknown.device, unknown.factor) == (Kind.OTHER, Device.OTHER, None)
    assert (odd.kind, odd.code, odd.refs) == (Kind.OTHER, "x1", ())


def test_the_day_of_a_packet() -> None:
    assert day_of_packet(packet(TIME)) == date(2018, 8, 1)
    assert day_of_packet(packet("BeginTime=20170101000000;EndTime=20170102000000", "2031")) == date(
        2017, 1, 1
    )
    assert day_of_packet(packet("")) == date(2018, 8, 1)  # of QN
    assert day_of_packet(Packet("2017", {"QN": "1617936069734"}, ())) == date(2021, 4, 9)
    assert day_of_packet(Packet("2017", {}, ())) is None
    assert data_time(packet("DataTime=1617936069734")) == read_epoch("1617936069734")
    assert data_time(packet("")) is None


def test_times() -> None:
    moment = read_stamp("20180801085857223")
    assert moment == datetime(2018, 8, 1, 8, 58, 57, 223000, tzinfo=beijing(2018, 1, 1).tzinfo)
    assert write_stamp(moment, milliseconds=True) == "20180801085857223"
    assert write_stamp(moment) == "20180801085857"
    for bad in (
        "",
        "20180231000000",
        "20181301000000",
        "20180801240000",
        "2018080108585",
        "２０１８0801085857",
        "20180801085857 ",
    ):
        assert read_stamp(bad) is None
        assert not is_time(bad)
        assert not is_moment(bad)
    assert read_epoch("1617936069734") == beijing(2021, 4, 9, 10, 41).replace(
        second=9, microsecond=734000
    )
    assert read_epoch("16179360697345") is None


@pytest.mark.parametrize(
    ("text", "written", "good"),
    [
        ("99999.99", "N5.2", True), ("100000", "N5.2", False), ("1.234", "N5.2", False),
        ("-0.5", "N1.1", True), ("0012", "N2", True), ("1.0", "N1", False), ("x", "N1", True),
        ("123456", "C4", True),
    ],
)  # fmt: skip
def test_widths(text: str, written: str, good: bool) -> None:
    assert fits(text, DataType.of(written)) is good


@pytest.mark.parametrize(
    "text", [None, "", "1e5", "NaN", "+1", ".5", "5.", "1,5", "٣", "1 ", "0x1"]
)
def test_what_is_no_number(text: str | None) -> None:
    assert read_number(text) is None
