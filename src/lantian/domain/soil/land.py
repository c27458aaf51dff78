"""The land class a parcel is judged by: from what is given, else from its planned uses."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.domain.soil.complaint import complain
from lantian.domain.soil.model import Parcel
from lantian.kernel.problem import Problem
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.soil_tables.model import LandClass, LandUse, LandUses


@dataclass(frozen=True, slots=True)
class LandDecision:
    """The classes to judge by (both where none is known), why, and what is wrong with it."""

    classes: tuple[LandClass, ...]
    sensitive: tuple[LandUse, ...]
    trace: Trace
    problems: tuple[Problem, ...]

    @property
    def known(self) -> bool:
        """Whether one class is decided."""
        return len(self.classes) == 1


def decide_land_class(
    parcel: Parcel, uses: LandUses, asked: LandClass | None = None
) -> LandDecision:
    """Return the class of a parcel.

    Parameters
    ----------
    parcel
        With its planned uses and the class its sheet gives.
    uses
        Codes of the day.
    asked
        Class named on the command line; it counts where the parcel itself decides nothing.

    Notes
    -----
    A plan of several uses takes the stricter class (GB 36600-2018, clause 4, as a choice of
    Lantian's; decision 0081). A given class never makes the plan's own class less strict.
    """
    found, problems = _planned(parcel, uses)
    planned = min((u.land_class for u in found if u.land_class), default=None)
    open_uses = any(u.land_class is None for u in found)
    unknown = len(found) < len(parcel.planned_uses)
    if planned is LandClass.SECOND and (open_uses or unknown) and parcel.given_class is None:
        planned = None  # what is not known may be class 1
    steps = tuple(_step(u) for u in found)
    sensitive = tuple(u for u in found if u.sensitive)
    given = parcel.given_class
    if given is not None and planned is not None and given > planned:
        words = "、".join(u.name_zh for u in found if u.land_class is planned)
        problems.append(
            complain(
                "S021", parcel.place, parcel=parcel.parcel_id, detail=given.label_zh, known=words
            )
        )
        given = planned
    chosen = given or planned or asked
    if chosen is None:
        why = "、".join(parcel.planned_uses) or "未填规划用途和用地类别"
        problems.append(complain("S020", parcel.place, parcel=parcel.parcel_id, detail=why))
        trace = Trace("用地类别未知，两类都评价", "land class unknown: judged by both", steps=steps)
        return LandDecision(tuple(LandClass), sensitive, trace, tuple(problems))
    where = "填写" if given is not None else "规划用途" if planned is not None else "指定"
    where_en = {"填写": "given", "规划用途": "by its planned use", "指定": "asked for"}[where]
    mixed = uses.mixed if len({u.land_class for u in found}) > 1 else None
    trace = Trace(
        f"{chosen.label_zh}（{where}）", f"land class {chosen.value} ({where_en})", int(chosen),
        {"planned_uses": "、".join(parcel.planned_uses)}, mixed, steps,
    )  # fmt: skip
    return LandDecision((chosen,), sensitive, trace, tuple(problems))


def _planned(parcel: Parcel, uses: LandUses) -> tuple[list[LandUse], list[Problem]]:
    found: list[LandUse] = []
    problems: list[Problem] = []
    for text in parcel.planned_uses:
        use = uses.find(text)
        if use is None:
            words = "代码或名称不在对照表中"
            problems.append(complain("S022", parcel.place, detail=text, known=words))
            continue
        found.append(use)
        if use.land_class is None:
            if parcel.given_class is None:
                problems.append(complain("S022", parcel.place, detail=text, known=use.ask_zh))
        elif use.ref.status == "unverified" and parcel.given_class is None:
            problems.append(complain("S023", parcel.place, detail=text, known=use.ref.clause))
    return found, problems


def _step(use: LandUse) -> Trace:
    ref: RuleRef = use.ref
    if use.land_class is None:
        return Trace(f"{use.name_zh}：{use.ask_zh}", f"{use.code}: class not decided", rule=ref)
    return Trace(
        f"{use.name_zh}：{use.land_class.label_zh}",
        f"{use.code}: class {use.land_class.value}",
        int(use.land_class),
        rule=ref,
    )
