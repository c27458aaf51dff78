"""What the site knows of an alert that ran: orders, receipts hour by hour, reports, changes, the air around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lantian.jobs.bulletin.document import (
    Bulletin,
    Figure,
    Paragraph,
    Part,
    Section,
    TableBlock,
    Words,
    paragraph,
)

BEFORE, DURING, AFTER = (
    Words("预警前", "before"),
    Words("预警期间", "during"),
    Words("预警后", "after"),
)


@dataclass(frozen=True, slots=True)
class AirDay:
    """One day of the city around the alert; `aqi` None where it could not be judged."""

    day: date
    phase: Words
    aqi: int | None
    category: Words
    primary: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its name and its counts or texts."""

    name: str
    cells: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What was kept of an alert; `missing` names what cannot be worked out, and why."""

    orders: int
    cuts: int
    received: int
    in_time: int
    hours_allowed: int
    reported: int
    photos: int
    by_hour: Sequence[
        tuple[int, int]
    ] = ()  # hours after the orders went out (0: the first), receipts
    by_district: Sequence[Row] = ()  # firms that cut, received, reported
    steps: Sequence[Row] = ()  # when, what, who
    adjusted: Sequence[Row] = ()  # firm; before, after, why and by whom
    air: Sequence[AirDay] = ()
    missing: list[Words] = field(default_factory=list)


def review_sections(facts: ReviewFacts, bulletin: Bulletin) -> list[Section]:
    """Return the sections that follow the plan's figures in the review of an alert."""
    found = [
        Section(Words("经过", "Course"), (_steps(facts),)),
        Section(Words("管控令与回执", "Orders and receipts"), _receipts(facts, bulletin)),
    ]
    if facts.adjusted:
        found.append(Section(Words("人工调整", "Changes by hand"), (_adjusted(facts),)))
    if facts.air:
        title = Words("预警前、中、后的空气质量", "The air before, during and after")
        found.append(Section(title, (_air(facts, bulletin),)))
    if facts.missing:
        rows = tuple((str(i), words) for i, words in enumerate(facts.missing, 1))
        table = TableBlock(
            Words("不能计算的内容及原因", "Not worked out, and why"),
            (Words("序号", "no."), Words("内容和原因", "what, and why")), rows, (1,), (1, 9),
        )  # fmt: skip
        found.append(Section(Words("未能评估的内容", "What is missing"), (table,)))
    return found


def _steps(facts: ReviewFacts) -> TableBlock:
    return TableBlock(
        Words("各步的时间和人员", "Steps, times and people"),
        (Words("时间", "time"), Words("步骤", "step"), Words("人员", "by")),
        tuple((row.name, *map(str, row.cells)) for row in facts.steps),
        (1, 2),
        (2, 5, 3),
    )


def _receipts(facts: ReviewFacts, bulletin: Bulletin) -> tuple[Paragraph | TableBlock, ...]:
    def put(key: str, shown: object, zh: str, en: str) -> Figure:
        return bulletin.put(f"review.{key}", shown, zh, en)

    parts: dict[str, Part] = {
        "orders": put("orders", facts.orders, "下达的管控令数", "orders that went out"),
        "cuts": put("cuts", facts.cuts, "其中要求减排的", "of these, orders that cut"),
        "received": put("received", facts.received, "减排企业中已确认收到的", "of those that cut, confirmed"),
        "in_time": put("in_time", facts.in_time, "时限内确认收到的", "confirmed in time"),
        "hours": put("hours", facts.hours_allowed, "催办时限，小时", "hours after which a receipt is asked for"),
        "reported": put("reported", facts.reported, "减排企业中已报告执行情况的", "of those that cut, reported"),
        "photos": put("photos", facts.photos, "报告所附照片数", "pictures handed in with reports"),
    }  # fmt: skip
    sentence = paragraph((
        "共下达管控令{orders}份，其中要求减排{cuts}份；已确认收到{received}份，其中{hours}小时内{in_time}份；"
        "已报告执行情况{reported}份，附照片{photos}张。",
        "{orders} orders went out, {cuts} of them cut; {received} were confirmed, {in_time} within {hours} h; "
        "{reported} firms reported, with {photos} pictures.",
    ), **parts)  # fmt: skip
    blocks: list[Paragraph | TableBlock] = [sentence]
    if facts.by_hour:
        blocks.append(TableBlock(
            Words("下达后逐小时回执", "Receipts by hour after the orders went out"),
            (Words("下达后第几小时", "hour after"), Words("回执", "receipts"), Words("累计", "in all")),
            _running(facts.by_hour, bulletin),
        ))  # fmt: skip
    if facts.by_district:
        blocks.append(TableBlock(
            Words("各区县", "By district"),
            (Words("区县", "district"), Words("减排企业", "firms that cut"), Words("已回执", "received"),
             Words("已报告", "reported")),
            tuple((row.name or Words("清单未填", "not in the list"), *(
                bulletin.put(f"review.{row.name}.{i}", n, f"{row.name} 计数", f"{row.name} count")
                for i, n in enumerate(row.cells)
            )) for row in facts.by_district),
        ))  # fmt: skip
    return tuple(blocks)


def _running(
    by_hour: Sequence[tuple[int, int]], bulletin: Bulletin
) -> tuple[tuple[Part, ...], ...]:
    rows: list[tuple[Part, ...]] = []
    total = 0
    for hour, count in by_hour:
        total += count
        rows.append((
            str(hour + 1),
            bulletin.put(f"review.hour.{hour}", count, f"第{hour + 1}小时内的回执数", f"receipts in hour {hour + 1}"),
            bulletin.put(f"review.until.{hour}", total, f"到第{hour + 1}小时止累计", f"until hour {hour + 1}"),
        ))  # fmt: skip
    return tuple(rows)


def _adjusted(facts: ReviewFacts) -> TableBlock:
    return TableBlock(
        Words("经人工调整的管控令", "Orders changed by hand"),
        (Words("企业", "firm"), Words("算出的方案", "worked out"), Words("下达", "went out"),
         Words("理由和人员", "why and by whom")),
        tuple((row.name, *map(str, row.cells)) for row in facts.adjusted), (1, 2, 3), (2, 3, 3, 3),
    )  # fmt: skip


def _air(facts: ReviewFacts, bulletin: Bulletin) -> TableBlock:
    rows: list[tuple[Part, ...]] = []
    for one in facts.air:
        shown: Part = "—"
        if one.aqi is not None:
            how = f"{one.day} 城市日评价AQI，由站点小时值计算"
            shown = bulletin.put(
                f"review.aqi.{one.day}", one.aqi, how, f"AQI of the city on {one.day}"
            )
        rows.append((one.phase, str(one.day), shown, one.category, one.primary or "—"))
    return TableBlock(
        Words("逐日空气质量指数", "Daily air quality index"),
        (Words("阶段", "phase"), Words("日期", "day"), Words("AQI", "AQI"), Words("级别", "category"),
         Words("首要污染物", "primary pollutant")),
        tuple(rows), (1, 3, 4),
    )  # fmt: skip
