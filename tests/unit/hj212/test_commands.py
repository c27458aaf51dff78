"""Every command of every edition, both ways: built, written, read, understood (Annex C)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from frames import LEXICON, MN, RULES, one

from lantian.domain.hj212.commands import answer_to, build_command, read_command, rule_of
from lantian.domain.hj212.content import review
from lantian.domain.hj212.encode import encode
from lantian.domain.hj212.packet import FlagBits
from lantian.kernel.problem import LantianError
from lantian.rulebook.hj212_tables.model import CommandRule

DAY = {"2005": "20160801", "2017": "20180801", "2025": "20260801"}
VALUES = {
    "number": "1", "time": "20180801085800", "clock": "083000", "text": "ab", "code": "w01018",
    "flag": "N", "info": "1",
}  # fmt: skip
OWN = {"RtdInterval": "30", "InfoId": "i13004", "NewPW": "654321", "Stime": "15"}


def header(version: str) -> dict[str, str]:
    mn = "LD130133000015" if version == "2005" else MN
    return {"QN": f"{DAY[version]}085857223", "ST": "32", "PW": "123456", "MN": mn}


def parts(version: str, names: tuple[str, ...]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    plain: dict[str, str] = {}
    factors: dict[str, dict[str, str]] = {}
    for name in names:
        kind = RULES.protocol(version).parameters[name].data_type.kind
        value = OWN.get(name, VALUES[kind])
        if name.startswith("SBx-"):
            factors.setdefault("SB1", {})[name[4:]] = value
        elif name == "x-Info":
            factors.setdefault("i13004", {})["Info"] = "168.0"
        elif name.startswith("x-"):
            code = {"2005": "011"}.get(version, "w01018")
            factors.setdefault(code, {})[name[2:]] = value
        else:
            plain[name] = value
    return plain, factors


ROWS = [
    (version, row)
    for version, protocol in RULES.protocols.items()
    for rows in protocol.commands.values()
    for row in rows
]


def test_the_tables_have_the_commands_of_the_reference() -> None:
    cns = {v: set(p.commands) for v, p in RULES.protocols.items()}
    assert len(cns["2017"]) == 33
    assert cns["2025"] - cns["2017"] == {
        "1001", "1002", "1014", "2013", "2052", "2062", "2111", "3022", "3024", "9015",
    }  # fmt: skip
    assert {"2071", "2072"} == cns["2005"] - cns["2017"]
    assert not any(cn.startswith("30") for cn in cns["2005"])


@pytest.mark.parametrize(("version", "row"), ROWS, ids=[f"{v}-{r.cn}-{r.side}" for v, r in ROWS])
@pytest.mark.parametrize("everything", [True, False])
def test_built_written_read(version: str, row: CommandRule, everything: bool) -> None:
    side = "field" if row.side == "both" else row.side
    names = (*row.needs, *row.may) if everything else row.needs
    plain, factors = parts(version, names)
    packet = build_command(
        LEXICON, version, row.cn, side, header(version), plain, factors, answer=True
    )
    decoded = one(encode(packet, LEXICON))
    assert decoded.packet == packet
    assert (decoded.version, decoded.acceptance) == (version, "strict")
    assert not [p for p in review(decoded, LEXICON) if p.code not in {"H202", "H203"}]
    command = read_command(decoded.packet, LEXICON, side)
    assert command is not None
    assert command.rule == row
    assert (command.parameters, command.factors) == (plain, factors)
    assert command.others == {}
    assert command.ref.rule_id == "hj212.protocol"


@pytest.mark.parametrize(
    ("cn", "cp_names", "side"),
    [
        ("1011", (), "platform"),
        ("1011", ("PolId",), "platform"),
        ("1011", ("SystemTime",), "field"),
        ("1061", (), "platform"),
        ("1061", ("RtdInterval",), "field"),
        ("2011", (), "platform"),
        ("2011", ("DataTime", "x-Rtd"), "field"),
        ("2031", ("BeginTime", "EndTime"), "platform"),
        ("2031", ("DataTime", "x-Avg"), "field"),
        ("2041", ("DataTime", "SBx-RT"), "field"),
        ("3015", (), "platform"),
        ("3015", ("DataTime", "VaseNo"), "field"),
        ("3017", ("PolId",), "platform"),
        ("3017", ("PolId", "CstartTime", "CTime"), "field"),
        ("3019", ("PolId",), "platform"),
        ("3019", ("PolId", "x-SN"), "field"),
        ("3020", ("PolId", "InfoId", "BeginTime", "EndTime"), "platform"),
        ("3020", ("DataTime", "PolId", "x-Info"), "field"),
    ],
)
def test_who_sent_it_shows_in_what_it_carries(
    cn: str, cp_names: tuple[str, ...], side: str
) -> None:
    plain, factors = parts("2017", cp_names)
    packet = build_command(LEXICON, "2017", cn, side, header("2017"), plain, factors)
    found = rule_of(packet, RULES.protocol("2017"))
    assert found is not None
    assert found.side == side


def test_what_has_to_answer() -> None:
    def expects(
        version: str, cn: str, side: str, answer: bool, names: tuple[str, ...] = ()
    ) -> object:
        plain, factors = parts(version, names)
        packet = build_command(LEXICON, version, cn, side, header(version), plain, factors)
        command = read_command(packet, LEXICON, side)
        assert command is not None
        return command.expects(FlagBits(1, False, answer))

    assert expects("2017", "1062", "platform", True, ("RtdInterval",)) == ("9011", "9012")
    assert expects("2017", "2012", "platform", True) == ("9013",)
    assert expects("2025", "9015", "field", True) == ("9013",)
    assert expects("2017", "2011", "field", True, ("DataTime",)) == ("9014",)
    assert expects("2017", "2011", "field", False, ("DataTime",)) == ()
    assert expects("2017", "9014", "field", True) == ()


@pytest.mark.parametrize(
    ("cn", "code", "cp"),
    [("9011", "1", "QnRtn=1"), ("9012", "100", "ExeRtn=100"), ("9013", "", ""), ("9014", "", "")],
)
def test_answers_echo_the_request(cn: str, code: str, cp: str) -> None:
    request = build_command(
        LEXICON, "2017", "1062", "platform", header("2017"), {"RtdInterval": "30"}, answer=True
    )
    answer = answer_to(request, LEXICON, cn, code)
    assert answer.fields["QN"] == request.fields["QN"]
    assert (answer.fields["ST"], answer.fields["CN"], answer.fields["Flag"]) == ("91", cn, "4")
    assert encode(answer, LEXICON)[6:-6].endswith(f"CP=&&{cp}&&".encode())


REFUSALS: list[tuple[str, str, str, str, Mapping[str, str], bool]] = [
    ("H305", "2017", "9015", "field", {}, False),
    ("H305", "2017", "1062", "field", {"RtdInterval": "30"}, False),
    ("H305", "2005", "3020", "field", {}, False),
    ("H207", "2017", "1062", "platform", {}, False),
    ("H208", "2017", "1062", "platform", {"RtdInterval": "30", "VaseNo": "1"}, False),
    ("H304", "2017", "2011", "field", {"DataTime": "20180801085800"}, True),
]


@pytest.mark.parametrize(("code", "version", "cn", "side", "plain", "backfill"), REFUSALS)
def test_what_cannot_be_built(
    code: str, version: str, cn: str, side: str, plain: Mapping[str, str], backfill: bool
) -> None:
    with pytest.raises(LantianError) as caught:
        build_command(LEXICON, version, cn, side, header(version), plain, backfill=backfill)
    assert [p.code for p in caught.value.problems] == [code]


def test_a_header_must_be_complete() -> None:
    with pytest.raises(LantianError) as caught:
        build_command(LEXICON, "2017", "9014", "field", {"QN": "1"})
    assert [p.code for p in caught.value.problems] == ["H304"] * 3


def test_backfill_of_2025() -> None:
    packet = build_command(
        LEXICON, "2025", "2051", "field", header("2025"), {"DataTime": "20260801085800"},
        {"w01018": {"Avg": "1"}}, answer=True, backfill=True,
    )  # fmt: skip
    frame = encode(packet, LEXICON)
    assert b"Flag=9;RF=1;CP=&&" in frame
    assert one(frame).packet.backfilled


def test_an_unknown_command_is_read_without_a_row() -> None:
    packet = build_command(LEXICON, "2017", "9014", "field", header("2017"))
    login = packet._replace(fields={**packet.fields, "CN": "9021"})
    assert read_command(login, LEXICON) is None
    odd = packet._replace(groups=((("what", "1"), ("w01018-Rtd", None)),))
    command = read_command(odd, LEXICON)
    assert command is not None
    assert command.others == {"what": "1", "w01018-Rtd": None}
