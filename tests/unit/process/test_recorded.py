"""Issue 4, section 1: a process whose steps happen outside and are recorded, as every process may declare it.

Facts with days of the past, periods from step to step, dates written in documents, steps of every state, matters
that are taken up again, the law behind a step.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lantian.domain.process import (
    Attempt,
    Recorded,
    Standing,
    begin,
    explain,
    offers,
    record,
    running,
    take,
)
from lantian.kernel.calendar import beijing
from lantian.kernel.problem import LantianError
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.process_tables import check_processes, load_processes
from lantian.rulebook.process_tables.model import Process

FILE = """\
kind: process
process: example
name_zh: 示例
name_en: example
subject: example
recorded: true
edition: '1'
document: 示例文件
clause: 第一条
valid_from: 2026-01-01
source: [s1]
status: unverified
sources:
- {id: s1, document: 示例，不是真实文件}
states:
- {key: open, name_zh: 待办, name_en: open}
- {key: review, name_zh: 评审中, name_en: review}
- {key: done, name_zh: 办结, name_en: done, final: true}
start: open
transitions:
- {key: hand-in, name_zh: 提交, name_en: hand in, from: [open], to: review, roles: [soil, system],
   evidence: [{key: report, name_zh: 报告, name_en: report}], ground: soil-survey}
- {key: return, name_zh: 退回, name_en: return, from: [review], to: open, roles: [soil, system]}
- {key: pass, name_zh: 通过, name_en: pass, from: [review], to: done, roles: [soil, system]}
- {key: again, name_zh: 重新启动, name_en: again, from: [done], to: open, reopens: true, roles: [soil, system]}
- {key: publish, name_zh: 公示, name_en: publish, from: [any], stays: true, roles: [soil, system]}
clocks:
- {key: review, name_zh: 评审, name_en: review, from: [hand-in], until: [return, pass], written: true,
   working_days: 5, source: [s1], status: unverified}
- {key: notice, name_zh: 公示期, name_en: notice, from: [publish], window: true, ends: [pass],
   days: 15, source: [s1], status: unverified}
"""
HOLIDAYS = load_holidays()
START = beijing(2026, 3, 2)


@pytest.fixture
def process(tmp_path: Path) -> Process:
    (tmp_path / "one.yaml").write_text(FILE, "utf-8")
    return load_processes(tmp_path).on("example", date(2026, 3, 2))


def at(days: int) -> datetime:
    return START + timedelta(days=days)


def happened(
    process: Process, standing: Standing, key: str, days: int, *papers: str, due: date | None = None
) -> Recorded:
    evidence = {"report": papers} if papers else {}
    attempt = Attempt(key, "某单位", "system", at(days), evidence=evidence, due=due)
    return record(process, standing, attempt, HOLIDAYS)


def test_what_lacks_a_paper_counts_and_is_told(process: Process) -> None:
    came = happened(process, begin(process, START), "hand-in", 0)
    assert (came.used, came.standing.state) == (True, "review")
    assert [p.code for p in came.problems] == ["C004"]
    assert happened(process, begin(process, START), "hand-in", 0, "报告").problems == ()


@pytest.mark.parametrize(
    ("key", "days", "code"), [("pass", 1, "C002"), ("x", 1, "C001"), ("hand-in", -1, "C011")]
)
def test_what_cannot_have_happened_does_not_count(
    process: Process, key: str, days: int, code: str
) -> None:
    before = begin(process, START)
    came = happened(process, before, key, days)
    assert (came.used, came.standing, [p.code for p in came.problems]) == (False, before, [code])


def test_a_period_that_had_not_passed_does_not_undo_what_happened(process: Process) -> None:
    standing = begin(process, START)
    for key, days in (("publish", 0), ("hand-in", 1)):
        standing = happened(
            process, standing, key, days, "报告" if key == "hand-in" else ""
        ).standing
    attempt = Attempt("pass", "某人", "soil", at(3))
    assert [p.code for p in explain(process, standing, attempt, HOLIDAYS)] == ["C008"]
    came = record(process, standing, attempt, HOLIDAYS)
    assert (came.used, came.standing.state, [p.code for p in came.problems]) == (
        True,
        "done",
        ["C008"],
    )


def test_steps_of_other_processes_are_taken_not_recorded() -> None:
    other = load_processes().on("grading-application", date(2026, 3, 2))
    with pytest.raises(ValueError, match="taken, not recorded"):
        record(other, begin(other, START), Attempt("submit", "甲", "enterprise", START), HOLIDAYS)


def test_a_clock_runs_from_step_to_step_and_ends_at_the_date_written(process: Process) -> None:
    standing = begin(process, START)
    assert running(process, standing, at(0), HOLIDAYS) == ()
    standing = happened(process, standing, "hand-in", 0, "报告").standing
    (one,) = running(process, standing, at(1), HOLIDAYS)
    assert (one.clock.key, one.due, one.written, one.late) == (
        "review",
        beijing(2026, 3, 10),
        False,
        False,
    )
    assert one.step is standing.steps[0]
    assert running(process, standing, at(30), HOLIDAYS)[0].late
    standing = happened(process, standing, "return", 2).standing
    assert running(process, standing, at(30), HOLIDAYS) == ()
    standing = happened(process, standing, "hand-in", 3, "报告", due=date(2026, 3, 31)).standing
    (one,) = running(process, standing, beijing(2026, 3, 31, 23), HOLIDAYS)
    assert (one.due, one.written, one.late) == (beijing(2026, 4, 1), True, False)
    (one,) = running(process, standing, beijing(2026, 4, 1), HOLIDAYS)
    assert one.late


def test_a_date_written_ends_a_period_whose_figure_needs_a_missing_notice(process: Process) -> None:
    standing = begin(process, START)
    far = 365 * 9  # no holiday notice of that year
    standing = happened(process, standing, "hand-in", far, "报告").standing
    (one,) = running(process, standing, at(far), HOLIDAYS)
    assert one.due is None
    assert one.why_zh
    standing = happened(
        process, begin(process, START), "hand-in", far, "报告", due=date(2035, 5, 1)
    ).standing
    assert running(process, standing, at(far), HOLIDAYS)[0].due == beijing(2035, 5, 2)


def test_a_step_of_every_state_leaves_it_and_a_closed_matter_is_taken_up_again(
    process: Process,
) -> None:
    standing = begin(process, START)
    for key, days in (
        ("publish", 0),
        ("hand-in", 20),
        ("pass", 21),
        ("publish", 22),
        ("again", 23),
    ):
        came = happened(process, standing, key, days, "报告" if key == "hand-in" else "")
        assert came.used, key
        standing = came.standing
    assert (standing.state, standing.since) == ("open", at(23))
    closed = Standing("done", START, START)
    assert {o.transition.key for o in offers(process, closed, "soil", "甲", START, HOLIDAYS)} == {
        "again",
        "publish",
    }


def test_who_may_record_is_said_by_the_process_and_a_step_is_nobody_s_task(
    process: Process,
) -> None:
    standing = begin(process, START)
    attempt = Attempt("hand-in", "某单位", "air", START, evidence={"report": ("报告",)})
    assert [p.code for p in explain(process, standing, attempt, HOLIDAYS)] == ["C003"]
    with pytest.raises(LantianError, match="C003"):
        take(process, standing, attempt, HOLIDAYS)
    assert not any(step.task for step in process.transitions.values())


def test_the_law_behind_a_step_is_that_of_the_day() -> None:
    rules = load_processes()
    old, new = (rules.article("soil-survey", date(2026, 8, day)) for day in (14, 15))
    assert old is not None
    assert new is not None
    assert (old.law_zh, new.law_zh) == ("土壤污染防治法", "生态环境法典")
    assert rules.article("", date(2026, 8, 15)) is None


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("ground: soil-survey", "ground: soil-nothing", "R033", 21),
        ("from: [done], to: open, reopens: true", "from: [done], to: open", "R014", 25),
        ("from: [review], to: open,", "from: [review], to: open, reopens: true,", "R058", 23),
        ("from: [any], stays: true", "from: [any], to: done", "R058", 26),
        ("from: [any], stays: true", "from: [any, open], stays: true", "R033", 26),
        ("from: [hand-in]", "from: [nothing]", "R033", 28),
        ("from: [hand-in], until", "until", "R033", 28),  # from entry into no state
        ("until: [return, pass]", "until: [nothing]", "R033", 28),
        ("until: [return, pass], ", "", "R058", 28),  # nothing would meet it
        ("until: [return, pass]", "state: review, until: [pass]", "R058", 28),
        ("ends: [pass]", "ends: [nothing]", "R033", 30),
        ("recorded: true\n", "", "R058", 27),  # cases name no dates
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_line(
    tmp_path: Path, before: str, after: str, code: str, line: int
) -> None:
    assert before in FILE
    (tmp_path / "one.yaml").write_text(FILE.replace(before, after, 1), "utf-8")
    assert (code, line) in [(p.code, p.place.line) for p in check_processes(tmp_path)]


def test_a_period_of_a_state_may_count_from_one_of_several_steps(tmp_path: Path) -> None:
    text = FILE.replace(
        "from: [hand-in], until: [return, pass]", "state: review, from: [hand-in, publish]"
    )
    (tmp_path / "one.yaml").write_text(text, "utf-8")
    assert check_processes(tmp_path) == ()
    process = load_processes(tmp_path).on("example", date(2026, 3, 2))
    standing = happened(process, begin(process, START), "hand-in", 0, "报告").standing
    standing = happened(process, standing, "publish", 1).standing
    began = {one.clock.key: one.began for one in running(process, standing, at(2), HOLIDAYS)}
    assert began == {"review": at(1), "notice": at(1)}
