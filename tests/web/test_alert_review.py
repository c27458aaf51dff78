"""The after-action report: from the site's own data, kept, and honest about what is missing (issue 4, section 2.5)."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

from alert_steps import said
from django.utils import timezone


def make(client, alert) -> str:  # type: ignore[no-untyped-def]
    return said(client.post(f"/alert/{alert.pk}/review/", follow=True))


def texts(content: bytes) -> str:
    from test_plan_by_hand import pdf_text

    return pdf_text(content)


def test_a_report_counts_receipts_by_hour_and_names_what_is_missing(site, ordered) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.review import gathered
    from lantian.office.audit.models import Event

    issued = timezone.now() - timedelta(hours=6)
    ordered.orders.update(issued_at=issued)
    cutting = list(ordered.orders.filter(cuts=True)[:6])
    for order, hours in zip(cutting, (0.2, 0.8, 1.5, 1.9, 2.5, 4.1), strict=True):
        order.receipt_at = issued + timedelta(hours=hours)
        order.save()
    facts = gathered(ordered)
    assert list(facts.by_hour) == [(0, 2), (1, 2), (2, 1), (3, 0), (4, 1)]
    assert (facts.received, facts.in_time, facts.hours_allowed) == (6, 4, 2)
    assert sum(row.cells[0] for row in facts.by_district) == facts.cuts
    told = " ".join(w.zh for w in facts.missing)
    assert "空气质量模式" in told
    assert "用电" in told
    assert "评估报告已生成" in make(site("leader"), ordered)
    one = ordered.reviews.get()
    pdf = site("air").get(f"/alert/review/{one.pk}/pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    text = texts(pdf.content)
    for piece in ("应急响应评估", "下达后逐小时回执", "各区县", "未能评估的内容"):
        assert piece in text, piece
    assert re.search(r"其中2\d*小时内4\d*份", text)  # each figure carries its mark in the appendix
    from docx import Document

    word = site("air").get(f"/alert/review/{one.pk}/docx/").content
    rows = [
        "|".join(c.text for c in row.cells)
        for t in Document(io.BytesIO(word)).tables
        for row in t.rows
    ]
    assert any("空气质量模式" in row for row in rows)
    event = json.loads(Event.objects.filter(what="alert.reviewed").latest("number").event)
    assert set(event["files"].values()) == {one.pdf_id, one.docx_id}
    assert event["values"]["missing"] == len(one.missing)


def test_days_without_air_are_named_and_days_with_air_are_shown(site, ordered) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay
    from lantian.office.alert.review import AROUND, gathered

    start, last = timezone.localdate(ordered.start), timezone.localdate(ordered.end - timedelta(seconds=1))  # fmt: skip
    CityDay.objects.filter(day__gte=start - AROUND).delete()
    facts = gathered(ordered)
    assert not facts.air
    missing = [w.zh for w in facts.missing if "空气质量：" in w.zh]
    assert len(missing) == 3  # before, during, after
    assert all("有日评价的0天" in words for words in missing)
    for i, pm25 in enumerate((40, 180)):
        day = start + timedelta(days=i - 1)
        CityDay.objects.create(day=day, stations=4, pm25=pm25, pm10=60, so2=8, no2=40, co=1, o3=50)
    facts = gathered(ordered)
    assert [(one.phase.zh, one.day) for one in facts.air] == [
        ("预警前", start - timedelta(days=1)), ("预警期间", start),
    ]  # fmt: skip
    assert facts.air[1].aqi is not None
    assert facts.air[1].aqi > facts.air[0].aqi
    assert last >= start
    make(site("air"), ordered)
    assert ordered.reviews.exists()


def test_without_orders_there_is_nothing_to_review(site, signed) -> None:  # type: ignore[no-untyped-def]
    assert "无可评估" in make(site("leader"), signed)
    assert not signed.reviews.exists()
    assert site("district").post(f"/alert/{signed.pk}/review/").status_code == 403


def test_no_other_form_and_no_other_report(site, ordered) -> None:  # type: ignore[no-untyped-def]
    make(site("leader"), ordered)
    one = ordered.reviews.get()
    client = site("leader")
    assert client.get(f"/alert/review/{one.pk}/exe/").status_code == 404
    assert client.get("/alert/review/999999/pdf/").status_code == 404
