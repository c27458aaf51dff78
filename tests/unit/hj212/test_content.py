"""Content against the tables: problems H201 to H212, each at its byte, none changing the class."""

from __future__ import annotations

import pytest
from frames import CP, HEAD, LEXICON, VECTORS, framed, one

from lantian.domain.hj212.content import review


def cp(text: str, cn: str = "2011", head: str = HEAD) -> str:
    return f"{head.replace('CN=2011', f'CN={cn}')}CP=&&{text}&&"


TIME = "DataTime=20180801085800"
# code, segment, the text the place points at (None: the frame)
CASES = [
    ("H201", cp(f"{TIME};w01018-Rtd=--,w01018-Flag=D"), "w01018-Rtd=--"),
    ("H201", cp(f"{TIME};PolId=w01018;i13004-Info=hot", "3020"), "i13004-Info"),
    ("H202", cp(f"{TIME};w01018-Rtd=1.25"), "w01018-Rtd"),
    ("H202", cp(f"{TIME};PolId=w01018;w01018-SN={'9' * 25}", "3019"), "w01018-SN"),
    ("H202", cp(f"{TIME};i13005-Info=123", "3020"), "i13005-Info"),
    ("H203", cp(f"{TIME};w01018-Min=3,w01018-Avg=2,w01018-Max=4", "2051"), None),
    ("H203", cp(f"{TIME};a21026-ZsMin=1,a21026-ZsMax=0", "2051"), None),
    ("H204", cp(f"{TIME};w01018-Rtd=1,w01018-Flag=Q"), "w01018-Flag"),
    ("H205", cp(f"{TIME};w01018-Rtd=1;w01018-Rtd=2"), None),
    ("H206", cp(f"{TIME};w09999-Rtd=1"), "w09999-Rtd"),
    ("H207", cp("w01018-Rtd=1"), None),
    ("H207", cp("", "9012"), None),
    ("H208", cp(f"{TIME};w01018-Avg=1"), "w01018-Avg"),
    ("H209", cp("RtdInterval=29", "1062"), "RtdInterval"),
    ("H209", cp("RtdInterval=3601", "1062"), "RtdInterval"),
    ("H209", cp("MinInterval=7", "1064"), "MinInterval"),
    ("H209", cp("QnRtn=11", "9011"), "QnRtn"),
    ("H209", cp(f"{TIME};SB1-RS=7", "2021"), "SB1-RS"),
    ("H209", cp(f"{TIME};i12001-Info=4", "3020"), "i12001-Info"),
    ("H210", cp("DataTime=20180231085800;w01018-Rtd=1"), "DataTime"),
    ("H210", cp("PolId=w01018;CstartTime=250000;CTime=2", "3016"), "CstartTime"),
    ("H210", cp(f"{TIME};i13006-Info=soon", "3020"), "i13006-Info"),
    ("H211", cp(f"{TIME};e70101-Rtd=1"), "e70101-Rtd"),
    ("H212", cp(f"{TIME};i11001-Info=cleaned", "3020"), "i11001-Info"),
    ("H212", cp(f"{TIME};i11001-Info=//{'清' * 297}//", "3020"), "i11001-Info"),
]


@pytest.mark.parametrize(("code", "segment", "at"), CASES)
def test_each_problem_of_content(code: str, segment: str, at: str | None) -> None:
    frame = framed(segment)
    decoded = one(frame)
    problems = review(decoded, LEXICON, "x")
    assert [p.code for p in problems] == [code]
    (problem,) = problems
    assert problem.place.file == "x"
    assert problem.place.offset is not None
    assert frame[problem.place.offset :].startswith(at.encode() if at else b"##")
    assert decoded.acceptance == "strict" or "over-long" in str(decoded.tolerances)


@pytest.mark.parametrize(
    "segment",
    [
        HEAD + CP,
        cp(f"{TIME};w01018-Rtd=99999.9"),
        cp(f"{TIME};w01018-Rtd=00012.5"),
        cp(f"{TIME};w01018-Rtd=-1"),
        cp("RtdInterval=30", "1062"),
        cp("RtdInterval=3600", "1062"),
        cp("", "2011"),
        cp("", "9014"),
        cp("ExeRtn=100", "9012"),
        cp(f"{TIME};w01018-Cou=123456789.123,w01018-Avg=1", "2061"),
        cp(f"{TIME};PolId=w01018;i11001-Info=//{'清' * 295}//", "3020"),
        cp(f"{TIME};PolId=w01018;i12001-Info=10", "3020"),
        cp(f"{TIME};SB1-RT=12.5;SB2-RT=0", "2041"),
        cp("PolId=w01018;CstartTime=235959;Ctime=24", "3016"),
    ],
)
def test_what_is_well_said_is_left_alone(segment: str) -> None:
    assert review(one(framed(segment)), LEXICON) == ()


def test_places_follow_the_stream() -> None:
    frame = framed(cp(f"{TIME};w01018-Rtd=x;w21003-Rtd=y"))
    from lantian.domain.hj212.decode import Decoder

    _, second = Decoder(LEXICON).feed(framed(HEAD + CP) + frame)
    places = [p.place.offset for p in review(second, LEXICON)]  # type: ignore[arg-type]
    base = len(framed(HEAD + CP))
    assert places == [base + frame.index(b"w01018-Rtd"), base + frame.index(b"w21003-Rtd")]


def test_codes_of_a_province_only_where_asked() -> None:
    frame = framed(cp(f"{TIME};PolId=w01018;i13119-Info=1.02", "3020"))
    assert [p.code for p in review(one(frame), LEXICON)] == ["H206"]
    assert review(one(frame), LEXICON, province="hebei") == ()


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_published_packets_hold_no_error_of_content(vector: dict[str, str]) -> None:
    found = {p.code for p in review(one(vector["frame"].encode()), LEXICON)}
    assert found <= {"H202", "H206"}
