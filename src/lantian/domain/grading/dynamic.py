"""Dynamic management: from a ground to a proposed downgrade, and when a firm may apply again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lantian.kernel.calendar import add_months
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.grading_tables.model import GradingProcess, Ground


@dataclass(frozen=True, slots=True)
class Downgrade:
    """A proposal; a person with the right signs it.

    `to_grade` is "" where no source says to which grade a firm falls: a person must say it.
    `apply_again_on` is the first day of a new application, None where no source gives a wait.
    """

    ground: Ground
    from_grade: str
    to_grade: str
    apply_again_on: date | None
    needs_person_zh: tuple[str, ...]
    rules: tuple[RuleRef, ...]
    trace: Trace


def propose_downgrade(
    process: GradingProcess,
    ground_key: str,
    *,
    grade: str,
    scheme: tuple[str, ...],
    found_on: date,
    proven: str = "",
    wait_months: int | None = None,
) -> Downgrade:
    """Return the downgrade that a ground calls for.

    Parameters
    ----------
    process
        The process of the province in force on `found_on`.
    ground_key
        Key of `process.grounds`.
    grade, scheme
        The grade the firm holds, and the grades of its industry, best first.
    found_on
        Day on which the ground was established.
    proven
        What the facts of the check still prove; used where the ground says "proven".
    wait_months
        The bureau's own waiting period, where its province gives none; marked as such.

    Raises
    ------
    KeyError
        If the province knows no such ground.
    """
    ground = process.grounds[ground_key]
    needs: list[str] = []
    to = ""
    if ground.to_grade == "lowest":
        to = scheme[-1]
    elif ground.to_grade == "proven":
        to = proven
        if not proven:
            needs.append("须附检查事实：降至哪一级取决于检查后仍能证明的等级")
    else:
        needs.append("没有来源规定降至哪一级，须由主管部门决定")
    if to and scheme.index(to) <= scheme.index(grade):
        needs.append(f"检查后仍能证明 {to} 级，不低于现等级 {grade}，不构成降级")
        to = grade
    months = ground.wait_months if ground.wait_months is not None else wait_months
    again = add_months(found_on, months) if months is not None else None
    if months is None:
        needs.append("没有来源规定重新申请的等待期，可由主管部门设定")
    rules = [ground.ref, ground.to_ref]
    if ground.wait_ref is not None:
        rules.append(ground.wait_ref)
    own = ground.wait_months is None and months is not None
    trace = Trace(
        what_zh=f"{ground.name_zh}：{grade} → {to or '待定'}",
        what_en=f"{ground.name_en}: {grade} to {to or 'open'}",
        value=to,
        inputs={
            "认定日期": found_on.isoformat(),
            "等待期": f"{months} 个月{'（主管部门自定）' if own else ''}" if months else "未规定",
            "可重新申请": again.isoformat() if again else "未规定",
        },
        rule=ground.ref,
        steps=(Trace("降至", "to", to, rule=ground.to_ref),),
    )
    return Downgrade(ground, grade, to, again, tuple(needs), tuple(rules), trace)
