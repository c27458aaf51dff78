"""Contract of docs/gateway.md, register of loggers: rows with problems to row and column, secrets unseen."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.jobs.gateway.registry import Logger, read_registry, write_registry
from lantian.kernel.problem import LantianError

GOOD = 'mn: "M1", password: "000123", outlet: DA1, firm: F1'


def problems(folder: Path, text: str, name: str = "loggers.yaml", **extra):
    path = folder / name
    path.write_text(text, "utf-8")
    with pytest.raises(LantianError) as caught:
        read_registry(path, **extra)
    return [(p.code, p.place.row, p.place.column) for p in caught.value.problems], caught.value


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{password: x, outlet: D, firm: F}", [("J102", 1, "mn")]),
        ("{mn: 0010, password: x, outlet: D, firm: F}", [("J103", 1, "mn")]),  # octal 8 in YAML
        ("{mn: M, password: 000123, outlet: D, firm: F}", [("J103", 1, "password")]),
        ('{mn: M, password: "a;b", outlet: D, firm: F}', [("J103", 1, "password")]),
        ("{mn: 'M M', password: x, outlet: D, firm: F}", [("J103", 1, "mn")]),
        (f"{{{GOOD}, addres: 10.0.0.1}}", [("J105", 1, "addres")]),
        (f"{{{GOOD}, addresses: 10.0.0.300}}", [("J103", 1, "addresses")]),
        (f"{{{GOOD}, version: 2016}}", [("J103", 1, "version")]),
        (f"{{{GOOD}, minute_interval: 7}}", [("J103", 1, "minute_interval")]),
        (f"{{{GOOD}, realtime_interval: 0}}", [("J103", 1, "realtime_interval")]),
        (f"{{{GOOD}, cns: 20511}}", [("J103", 1, "cns")]),
        (f"{{{GOOD}, vendor: nobody}}", [("J107", 1, "vendor")]),
        ("5", [("J103", 1, "")]),
        (f"{{{GOOD}}}\n  - {{{GOOD}}}", [("J104", 2, "mn")]),
    ],
)
def test_each_mistake_has_its_row_and_column(tmp_path: Path, row: str, expected) -> None:
    found, _ = problems(tmp_path, f"loggers:\n  - {row}\n", vendors=["short-codes"])
    assert found == expected


def test_all_mistakes_of_a_file_are_told_at_once_and_no_password(tmp_path: Path) -> None:
    text = "loggers:\n  - {mn: A, password: secret;1, outlet: D}\n  - {mn: B B, password: hidden, outlet: D, firm: F}\n"
    found, error = problems(tmp_path, text)
    assert {(code, row) for code, row, _ in found} == {("J102", 1), ("J103", 1), ("J103", 2)}
    assert "secret" not in str(error)
    for p in error.problems:
        assert "secret" not in p.message_zh + p.message_en


@pytest.mark.parametrize(
    "text",
    ["loggers: 5\n", "- a\n", "loggers: [\n", "kind: other\nloggers: []\n", "\0", "a: &a [*a]"],
)
def test_no_register_at_all(tmp_path: Path, text: str) -> None:
    found, _ = problems(tmp_path, text)
    assert [code for code, _, _ in found] == ["J101"]


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "loggers.yaml"
    path.write_bytes("企业".encode("gb18030"))
    with pytest.raises(LantianError, match="J101"):
        read_registry(path)
    with pytest.raises(LantianError, match="J001"):
        read_registry(tmp_path / "none.yaml")


def test_csv_says_the_same_as_yaml(tmp_path: Path) -> None:
    csv = tmp_path / "loggers.csv"
    csv.write_text(
        "mn,password,outlet,firm,st,addresses,minute_interval\n"
        "0012,000123,DA1,F1,31 32,10.0.0.0/8 2001:db8::/32,\n\n"
        "M2,x,DA2,F2,,,5\n",
        "utf-8-sig",
    )
    first, second = read_registry(csv).loggers.values()
    assert (first.mn, first.password, first.st) == ("0012", "000123", ("31", "32"))
    assert first.addresses == (
        ipaddress.ip_network("10.0.0.0/8"),
        ipaddress.ip_network("2001:db8::/32"),
    )
    assert (first.minute_interval, second.minute_interval) == (10, 5)  # water: ten minutes


def test_csv_tells_the_line(tmp_path: Path) -> None:
    text = "mn,password,outlet,firm\nA,x,D,F\n\nB,x,D,\nA,x,D,F,more\n"
    found, _ = problems(tmp_path, text, "loggers.csv")
    assert found == [("J102", 4, "firm"), ("J105", 5, "(+)")]
    found, _ = problems(tmp_path, "name\nA\n", "other.csv")
    assert found[0][0] == "J101"


word = st.text("ABCDEFabcdef0123456789_-", min_size=1, max_size=24)
network = st.builds(
    lambda a, n: ipaddress.ip_network((a, n), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
logger = st.builds(
    Logger,
    mn=word,
    password=st.text("0123456789abc#!中", min_size=1, max_size=12),
    outlet=word,
    firm=word,
    name=st.sampled_from(["", "一号排口", "007", "yes"]),
    st=st.sampled_from([(), ("31",), ("31", "32")]),
    version=st.sampled_from(["", "2005", "2017", "2025"]),
    addresses=st.lists(network, max_size=2).map(tuple),
    sm4_key=st.sampled_from(["", "K1"]),
    vendor=st.sampled_from(["", "short-codes"]),
    cns=st.sampled_from([("2051",), ("2011", "2051", "2061", "2031")]),
    minute_interval=st.sampled_from([1, 5, 10]),
    realtime_interval=st.integers(1, 3600),
    active=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(logger, max_size=4, unique_by=lambda x: x.mn))
def test_what_is_written_is_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, loggers
) -> None:
    path = tmp_path_factory.mktemp("register") / "loggers.yaml"
    write_registry(path, loggers)
    assert list(read_registry(path).loggers.values()) == loggers
    assert path.stat().st_mode & 0o077 == 0


def test_an_address_belongs_to_a_network_of_its_own_family() -> None:
    one = Logger("M", "x", "D", "F", addresses=(ipaddress.ip_network("10.1.0.0/16"),))
    assert one.may_come_from(ipaddress.ip_address("10.1.2.3"))
    assert not one.may_come_from(ipaddress.ip_address("10.2.0.1"))
    assert not one.may_come_from(ipaddress.ip_address("::1"))
    assert Logger("M", "x", "D", "F").may_come_from(ipaddress.ip_address("::1"))
