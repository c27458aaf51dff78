"""A survey from its workbook: parcels, samples, results; rows that fit nowhere are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lantian.adapters.excel.form import FormData, FormRow
from lantian.domain.soil.model import GivenResult, Parcel, Sample, SampleKind, Stage, Survey
from lantian.jobs.soil.form import Cells, open_form
from lantian.jobs.told import Told
from lantian.kernel.problem import Place

_KINDS = {
    **dict.fromkeys(("", "普通", "普通样", "正常", "样品", "土壤", "normal"), SampleKind.NORMAL),
    **dict.fromkeys(("平行", "平行样", "duplicate"), SampleKind.DUPLICATE),
    **dict.fromkeys(("对照", "对照样", "对照点", "背景", "reference"), SampleKind.REFERENCE),
    **dict.fromkeys(
        ("空白", "运输空白", "全程序空白", "淋洗空白", "设备淋洗空白", "blank"), SampleKind.BLANK
    ),
}
_STAGES = {
    **dict.fromkeys(("初步调查", "初步", "initial"), Stage.INITIAL),
    **dict.fromkeys(("详细调查", "详细", "detailed"), Stage.DETAILED),
}


@dataclass
class ReadSurvey:
    """A survey, how many rows of results the file has, and how many fit nowhere, by code."""

    survey: Survey
    rows_read: int
    unused: Counter[str] = field(default_factory=Counter)


def read_survey(path: Path, layout: Path | None, told: Told) -> ReadSurvey:
    """Return the survey of a workbook or of a CSV file of results.

    Raises
    ------
    LantianError
        X codes where nothing can be read.
    """
    data = open_form(path, layout, "result", ("parcel", "point"))
    for problem in data.problems:
        told.add(problem)
    return _Reader(data, told, path).survey()


class _Reader:
    def __init__(self, data: FormData, told: Told, path: Path) -> None:
        self.data, self.cells, self.path = data, Cells(told), path
        self.parcels: dict[str, Parcel] = {}
        self.samples: dict[str, Sample] = {}
        self.unused: Counter[str] = Counter()

    def survey(self) -> ReadSurvey:
        for row in self.data.rows.get("parcel", ()):
            self._parcel(row)
        named = bool(self.parcels)
        for row in self.data.rows.get("point", ()):
            self._sample(row, named)
        listed = bool(self.samples)
        results = []
        for row in self.data.rows["result"]:
            one = self._result(row, named, listed)
            if one is not None:
                results.append(one)
        survey = Survey(tuple(self.parcels.values()), tuple(self.samples.values()), tuple(results))
        return ReadSurvey(survey, len(self.data.rows["result"]), self.unused)

    def _parcel(self, row: FormRow) -> None:
        cells, key = self.cells, row["parcel_id"]
        if not key:
            cells.say("S014", row, detail="地块编号")
            return
        if key in self.parcels:
            cells.say("S038", row, "parcel_id", what="地块", detail=key)
            return
        stage = _STAGES.get(row["stage"].strip())
        if row["stage"] and stage is None:
            cells.say("S027", row, "stage", detail=row["stage"])
        arsenic = cells.positive(row, "background_as", "砷背景值")
        self.parcels[key] = Parcel(
            parcel_id=key,
            place=row.place("parcel_id"),
            name=row["name"],
            planned_uses=cells.many(row, "planned_use"),
            given_class=cells.land_class(row, "land_class"),
            stage=stage,
            area_m2=cells.positive(row, "area_m2", "面积"),
            key_area_m2=cells.positive(row, "key_area_m2", "重点区域面积"),
            background_mg_kg={"砷": arsenic} if arsenic is not None else {},
            background_source=row["background_source"],
        )

    def _sample(self, row: FormRow, named: bool) -> None:
        cells, key = self.cells, row["sample_id"]
        if not key:
            cells.say("S014", row, detail="样品编号")
            return
        if key in self.samples:
            cells.say("S038", row, "sample_id", what="样品", detail=key)
            return
        kind = _KINDS.get(row["kind"].strip())
        parcel_id = row["parcel_id"]
        if named and parcel_id not in self.parcels and kind is not SampleKind.BLANK:
            cells.say("S039", row, "parcel_id", what="地块", detail=parcel_id or "（空）")
            return
        if not named and kind is not SampleKind.BLANK:
            self._implied(parcel_id, row)
        self.samples[key] = Sample(
            sample_id=key,
            parcel_id=parcel_id,
            place=row.place("kind" if kind is None else "sample_id"),
            point_id=row["point_id"],
            depth=row["depth"],
            kind=kind,
            duplicate_of=row["duplicate_of"],
            day=cells.day(row, "day") if row["day"] else None,
        )

    def _implied(self, parcel_id: str, row: FormRow) -> None:
        """Note a parcel that no sheet describes."""
        sheet = Place(file=row.file, sheet=row.sheet)
        self.parcels.setdefault(parcel_id, Parcel(parcel_id, sheet))

    def _result(self, row: FormRow, named: bool, listed: bool) -> GivenResult | None:
        sample_id, parcel_id = row["sample_id"], row["parcel_id"]
        known = self.samples.get(sample_id)
        if known is not None:
            parcel_id = known.parcel_id
        elif sample_id:
            if named and not parcel_id and len(self.parcels) == 1:
                parcel_id = next(iter(self.parcels))
            if named and parcel_id not in self.parcels:
                self.cells.say("S039", row, "parcel_id", what="地块", detail=parcel_id or "（空）")
                self.unused["S039"] += 1
                return None
            if listed:
                self.cells.say("S036", row, "sample_id", detail=sample_id, known=parcel_id)
            if not named:
                self._implied(parcel_id, row)
            self.samples[sample_id] = Sample(sample_id, parcel_id, row.place("sample_id"))
        return GivenResult(
            sample_id=sample_id,
            parcel_id=parcel_id,
            item=row["item"],
            cas=row["cas"],
            value=row["value"],
            unit=row["unit"],
            limit=row["limit"],
            place=row.place(),
            value_place=row.place("value"),
            unit_place=row.place("unit"),
        )
