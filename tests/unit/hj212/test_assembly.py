"""Split messages (HJ 212, PNUM and PNO): joined in any order, given up with what is missing."""

from __future__ import annotations

import itertools

import pytest
from frames import HEAD, LEXICON, MN, RULES, codes, framed, one

from lantian.domain.hj212.assembly import Assembler
from lantian.domain.hj212.encode import encode, split
from lantian.domain.hj212.packet import Decoded, Packet
from lantian.kernel.problem import LantianError

LONG = Packet(
    "2017",
    {"QN": "20180801085857223", "ST": "32", "CN": "2051", "PW": "123456", "MN": MN, "Flag": "5"},
    (
        (("DataTime", "20180801085800"),),
        *(((f"a2{i:04d}-Avg", "12.5"), (f"a2{i:04d}-Flag", "N")) for i in range(1, 86)),
    ),
)
P17 = RULES.protocol("2017")
QNS = [f"2018080108585{i}000" for i in range(10)]


def parts() -> list[Decoded]:
    return [one(encode(p, LEXICON)) for p in split(LONG, QNS, P17)]


def test_a_long_message_is_split_and_joined() -> None:
    three = parts()
    assert [p.packet.fields["PNO"] for p in three] == ["1", "2", "3"]
    assert {p.packet.fields["Flag"] for p in three} == {"7"}
    assert [p.acceptance for p in three] == ["strict"] * 3
    for order in itertools.permutations(three):
        assembler = Assembler()
        assert assembler.add(order[0]) == assembler.add(order[1]) == []
        (message,) = assembler.add(order[2])
        assert message.complete
        assert message.packet.groups == LONG.groups
        assert message.parts == tuple(three)
        assert assembler.close() == []


def test_what_fits_is_not_split() -> None:
    short = LONG._replace(groups=LONG.groups[:3])
    assert split(short, [], P17) == (short,)
    (message,) = Assembler().add(one(encode(short, LEXICON)))
    assert message.complete
    assert message.packet == short


def test_datatime_that_every_part_repeats_is_kept_once() -> None:
    two = [
        one(
            framed(
                f"{HEAD.replace('Flag=4;', f'Flag=6;PNUM=2;PNO={i};')}CP=&&DataTime=20180801085800;w0100{i}-Rtd=1&&"
            )
        )
        for i in (1, 2)
    ]
    assembler = Assembler()
    assembler.add(two[0])
    (message,) = assembler.add(two[1])
    assert [g[0][0] for g in message.packet.groups] == ["DataTime", "w01001-Rtd", "w01002-Rtd"]


def test_messages_of_several_loggers_are_kept_apart() -> None:
    mine = parts()
    other = [
        p._replace(packet=p.packet._replace(fields={**p.packet.fields, "MN": "F" * 24}))
        for p in mine
    ]
    assembler = Assembler()
    messages = [
        m for pair in zip(mine, other, strict=True) for part in pair for m in assembler.add(part)
    ]
    assert [m.packet.fields["MN"] for m in messages] == [MN, "F" * 24]


def test_a_part_sent_again_changes_nothing() -> None:
    three = parts()
    assembler = Assembler()
    for part in (three[0], three[0], three[1], three[0]):
        assert assembler.add(part) == []
    assert assembler.add(three[2])[0].complete


def test_a_part_that_never_comes() -> None:
    three = parts()
    assembler = Assembler()
    assembler.add(three[0])
    assembler.add(three[2])
    assert assembler.expire("20180801085852000") == []
    (message,) = assembler.expire("20180801085852001")
    assert [p.code for p in message.problems] == ["H401"]
    assert "2" in message.problems[0].message_en
    assert not message.complete
    assert len(message.parts) == 2
    assert assembler.expire("nonsense") == []


def test_a_number_that_comes_again_with_other_content() -> None:
    three = parts()
    changed = three[0]._replace(packet=three[0].packet._replace(groups=((("a", "b"),),)))
    assembler = Assembler()
    assembler.add(three[0])
    (given_up,) = assembler.add(changed)
    assert [p.code for p in given_up.problems] == ["H401", "H402"]
    assert given_up.parts == (three[0],)
    (rest,) = assembler.close()
    assert rest.parts == (changed,)


@pytest.mark.parametrize(
    "fields",
    [{"PNUM": "2", "PNO": "3"}, {"PNUM": "x", "PNO": "1"}, {"PNO": "1"}, {"PNUM": "2", "PNO": "0"}],
)
def test_numbers_that_cannot_be_joined(fields: dict[str, str]) -> None:
    part = parts()[0]
    kept = {k: v for k, v in part.packet.fields.items() if k not in {"PNUM", "PNO"}}
    odd = part._replace(packet=part.packet._replace(fields={**kept, **fields}))
    (message,) = Assembler().add(odd)
    assert [p.code for p in message.problems] == ["H403"]
    assert not message.complete


def test_what_waits_is_bounded() -> None:
    part = parts()[0]
    assembler = Assembler(most_open=5)
    given_up = []
    for i in range(20):
        fields = {**part.packet.fields, "MN": f"{i:024d}"}
        given_up += assembler.add(part._replace(packet=part.packet._replace(fields=fields)))
    assert len(given_up) == 15
    assert len(assembler.close()) == 5


def test_the_packets_that_wait_are_bounded_too() -> None:
    part = parts()[0]
    assembler = Assembler(most_parts=7)
    given_up = []
    for i in range(1, 22):
        fields = {**part.packet.fields, "PNUM": "9999", "PNO": str(i)}
        given_up += assembler.add(part._replace(packet=part.packet._replace(fields=fields)))
    assert [len(m.parts) for m in given_up] == [8, 8]
    assert [len(m.parts) for m in assembler.close()] == [5]
    for order in itertools.permutations(parts()):
        assert [m.complete for p in order for m in assembler.add(p)] == [True]


def test_what_cannot_be_split() -> None:
    huge = LONG._replace(groups=((("i11001-Info", "//" + "x" * 1000 + "//"),),))
    for packet, qns, code in (
        (huge, QNS, "H303"),
        (LONG, QNS[:2], "H304"),
        (LONG._replace(fields={}), QNS, "H304"),
    ):
        with pytest.raises(LantianError) as caught:
            split(packet, qns, P17)
        assert [p.code for p in caught.value.problems] == [code]


def test_an_edition_that_counts_to_nine() -> None:
    """HJ 212-2025: PNUM has one digit."""
    wide = LONG._replace(
        version="2025",
        fields={**LONG.fields, "Flag": "9"},
        groups=tuple((("i11001-Info", f"//{'x' * 800}{i}//"),) for i in range(10)),
    )
    with pytest.raises(LantianError) as caught:
        split(wide, QNS, RULES.protocol("2025"))
    assert [p.code for p in caught.value.problems] == ["H303"]
    nine = split(wide._replace(groups=wide.groups[:9]), QNS, RULES.protocol("2025"))
    assert [p.fields["PNO"] for p in nine] == list("123456789")
    assert one(encode(nine[8], LEXICON)).acceptance == "strict"


def test_split_packets_carry_the_bit_of_flag() -> None:
    assert codes(parts()[0]) == []
    assert all(p.packet.flag is not None and p.packet.flag.split for p in parts())
