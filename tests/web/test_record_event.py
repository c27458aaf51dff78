"""One event of the record with its proof, and what an altered one looks like (issue 4, section 2.7)."""

from __future__ import annotations

import pytest

from lantian.domain.ledger.merkle import proves


def test_every_event_is_proved_by_what_is_sent(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    client = site("auditor")
    numbers = list(Event.objects.values_list("number", flat=True))
    assert len(numbers) > 5
    roots = set()
    for number in numbers:
        sent = client.get(f"/record/{number}/?form=json").json()
        assert proves(
            sent["algorithm"], sent["hash"], sent["place"], sent["size"], sent["path"], sent["root"]
        )
        assert not proves(
            sent["algorithm"],
            sent["before"],
            sent["place"],
            sent["size"],
            sent["path"],
            sent["root"],
        )
        roots.add((sent["day"], sent["root"]))
    assert len(roots) == len({day for day, _ in roots})  # one root a day


def test_the_page_shows_hash_path_and_files(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    row = Event.objects.filter(what="list.accept").first()
    page = site("leader").get(f"/record/{row.number}/").content.decode()
    for piece in (row.hash, row.before, "清单采纳为新版", "在当日默克尔根之下", "清单-"):
        assert piece in page, piece


def test_an_altered_event_is_called_so(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    row = Event.objects.get(number=2)
    Event.objects.filter(number=2).update(event=row.event.replace("demo-", "dem0-"))
    assert "内容被改动过" in site("leader").get("/record/2/").content.decode()
    Event.objects.filter(number=2).update(event="{")
    assert "内容被改动过" in site("leader").get("/record/2/").content.decode()
    assert "内容被改动过" not in site("leader").get("/record/3/").content.decode()


@pytest.mark.parametrize("number", ["0", "99999"])
def test_what_there_is_not_is_not_found(site, number: str) -> None:  # type: ignore[no-untyped-def]
    assert site("leader").get(f"/record/{number}/").status_code == 404
