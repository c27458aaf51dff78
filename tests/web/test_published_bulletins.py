"""Bulletins published and withdrawn by action (issue 4, section 2.8)."""

from __future__ import annotations


def bulletin(period: str):  # type: ignore[no-untyped-def]
    from lantian.office.publicity.models import PublishedBulletin

    return PublishedBulletin.objects.get(period=period, state="published")


def publish(site, role: str = "leader", period: str = "2026-10", edition: str = "2026"):  # type: ignore[no-untyped-def]
    sent = {"period": period, "edition": edition}
    return site(role).post("/publicity/bulletins/publish/", sent, follow=True)


def test_a_bulletin_is_made_published_taken_and_withdrawn(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    assert "公报已发布" in publish(site).content.decode()
    found = bulletin("2026-10")
    assert sorted(found.files) == ["en.docx", "en.pdf", "zh.docx", "zh.pdf"]
    client = site()
    assert found.title_zh in client.get("/public/bulletins/").content.decode()
    for form, head in (("zh.pdf", b"%PDF"), ("en.docx", b"PK")):
        answer = client.get(f"/public/bulletins/{found.pk}/{form}")
        assert b"".join(answer.streaming_content).startswith(head)
        assert answer["X-Content-SM3"] == found.files[form]["hash"]
    assert client.get(f"/public/bulletins/{found.pk}/fr.pdf").status_code == 404
    refused = publish(site).content.decode()
    assert "已经发布" in refused

    where = f"/publicity/bulletins/{found.pk}/withdraw/"
    assert "请写明理由" in site("leader").post(where, {"why": " "}, follow=True).content.decode()
    assert (
        "公报已撤回"
        in site("leader").post(where, {"why": "数据更正"}, follow=True).content.decode()
    )
    assert "已经撤回" in site("leader").post(where, {"why": "再撤"}, follow=True).content.decode()
    for address in (f"/public/bulletins/{found.pk}/", f"/public/bulletins/{found.pk}/zh.pdf"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "数据更正" in answer.content.decode()
    for address in (
        "/public/bulletins/",
        "/public/sitemap.xml",
        "/public/data/bulletins.csv",
        "/public/data/bulletins.json",
    ):
        answer = client.get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert f"/public/bulletins/{found.pk}/" not in text, address
    assert "公报已发布" in publish(site).content.decode()  # a corrected one may follow
    kinds = list(Event.objects.order_by("number").values_list("what", flat=True))[-3:]
    assert kinds == ["bulletin.published", "bulletin.withdrawn", "bulletin.published"]


def test_who_may_not_publish_and_what_cannot_be_published(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.publicity.models import PublishedBulletin

    before = PublishedBulletin.objects.count()
    for role in ("water", "enforcement", "district", "enterprise", "auditor", "operator"):
        assert publish(site, role).status_code == 403
    assert "没有数据" in publish(site, period="1999-01").content.decode()
    assert "请选择时段" in publish(site, period="昨天").content.decode()
    assert PublishedBulletin.objects.count() == before


def test_published_bytes_do_not_change_with_later_data(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay

    publish(site)
    found = bulletin("2026-10")
    client = site()
    first = b"".join(client.get(f"/public/bulletins/{found.pk}/zh.pdf").streaming_content)
    CityDay.objects.filter(day__month=10).delete()
    assert b"".join(client.get(f"/public/bulletins/{found.pk}/zh.pdf").streaming_content) == first
