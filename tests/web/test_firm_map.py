"""The map of firms by grade and state of their orders (issue 4, section 2.1)."""

from __future__ import annotations

import re
from pathlib import Path

from test_alert_pages import propose


def page(site, role: str, query: str = "") -> str:  # type: ignore[no-untyped-def]
    response = site(role).get(f"/firms/map/{query}")
    assert response.status_code == 200
    return response.content.decode()


def marks(text: str) -> int:
    return text.split('class="two"')[1].split("</svg>")[0].count("<circle")


def test_every_firm_that_may_be_seen_is_drawn_once(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    edition = current()
    assert marks(page(site, "leader")) == edition.firms
    own = Firm.objects.filter(edition=edition, district="示例区").count()
    assert 0 < marks(page(site, "district")) == own < edition.firms
    assert (
        marks(page(site, "leader", "?grade=A"))
        == Firm.objects.filter(edition=edition, grade="A").count()
    )
    assert marks(page(site, "enterprise")) == 1


def test_a_firm_without_coordinates_is_counted_and_not_drawn(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import FirmDetail

    detail = FirmDetail.objects.filter(firm__edition=current()).first()
    detail.values.pop("longitude_deg")
    detail.save()
    text = page(site, "leader")
    assert marks(text) == current().firms - 1
    assert "1 家清单未写坐标" in text


def test_orders_show_until_they_are_confirmed(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    assert 'open"' not in page(site, "leader")
    propose(site("air"))
    alert = Alert.objects.first()
    site("leader").post(f"/alert/{alert.pk}/sign/")
    site("air").post(f"/alert/{alert.pk}/plan/", {"edition": current().number})
    assert run_next()
    site("leader").post(f"/alert/{alert.pk}/issue/", {"accept_why": "清单待更新"})
    cutting = alert.orders.filter(cuts=True)
    assert page(site, "leader").count('open"') == cutting.count()
    order = cutting.get(firm_id="虚构-00001")
    site("enterprise").post(f"/alert/own/{order.pk}/")
    text = page(site, "leader")
    assert (text.count('open"'), text.count('received"')) == (cutting.count() - 1, 1)


def test_too_many_firms_are_told(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry import firm_map

    monkeypatch.setattr(firm_map, "MOST_DRAWN", 10)
    assert "请先在列表中筛选" in page(site, "leader")


def picture(site, role: str) -> str:  # type: ignore[no-untyped-def]
    response = site(role).get("/firms/map.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "private, max-age=60"
    return response.content.decode()


def places(text: str, form: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(form, text)]


def test_the_picture_shows_the_same_dots_as_the_map(site) -> None:  # type: ignore[no-untyped-def]
    for role in ("leader", "district", "enterprise"):
        drawn = places(picture(site, role), r"M([0-9.]+) ([0-9.]+)h0")
        walked = page(site, role).split('class="two"')[1].split("</svg>")[0]
        circles = places(walked, r'cx="([0-9.]+)" cy="([0-9.]+)"')
        # every dot is drawn twice, first its edge
        assert sorted(drawn) == sorted(circles * 2)
        assert circles


def test_the_picture_has_the_colours_of_the_style_sheet() -> None:
    from django.contrib.staticfiles.finders import find

    from lantian.office.registry.map_image import FILLS

    sheet = Path(str(find("site/site.css"))).read_text(encoding="utf-8")
    for rank, colour in FILLS.items():
        assert f".g{rank} {{ fill: {colour}; }}" in sheet


def test_more_firms_than_a_map_shows_are_no_picture(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("lantian.office.registry.map_image.MOST_DRAWN", 3)
    assert site("leader").get("/firms/map.svg").status_code == 404
