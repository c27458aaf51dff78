"""Signing in, lock-out, headers, languages, large type, the record (issue 4, section 1)."""

from __future__ import annotations

import json

import pytest

from lantian.jobs.ledger.verify import run_verify


def test_wrong_passwords_lock_and_are_told(site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    for _ in range(4):
        response = client.post("/sign-in/", {"username": "demo-air", "password": "wrong"})
        assert response.status_code == 200
        assert "用户名或密码不对" in response.content.decode()
    locked = client.post("/sign-in/", {"username": "demo-air", "password": "wrong"})
    assert locked.status_code == 429
    assert "已暂时锁定" in locked.content.decode()


def test_pages_carry_their_headers(site) -> None:  # type: ignore[no-untyped-def]
    response = site().get("/public/air/")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    text = response.content.decode()
    assert "style=" not in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_both_languages_and_invented_data_labelled(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    assert "虚构演示数据" in client.get("/air/").content.decode()
    client.post("/language/", {"language": "en", "next": "/air/"})
    page = client.get("/air/").content.decode()
    assert "Invented data" in page
    assert 'lang="en"' in page
    assert "Light pollution" in client.get("/air/period/2026/").content.decode()


def test_large_type_and_no_open_redirect(site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    assert client.post("/type-size/", {"next": "/public/air/"})["Location"] == "/public/air/"
    assert 'class="large"' in client.get("/public/air/").content.decode()
    assert client.post("/type-size/", {"next": "//elsewhere.example/"})["Location"] == "/"


def test_public_pages_are_rate_limited(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.public.limits import PER_MINUTE

    client = site()
    statuses = [client.get("/public/water/").status_code for _ in range(PER_MINUTE + 1)]
    assert set(statuses[:PER_MINUTE]) == {200}
    assert statuses[-1] == 429


# --- the record -----------------------------------------------------------------------------


def test_what_the_city_was_filled_with_is_in_the_record(site, tmp_path) -> None:  # type: ignore[no-untyped-def]
    client = site("auditor")
    page = client.get("/record/?verify=1").content.decode()
    assert "核验无误" in page
    assert "air.import" in page
    content = b"".join(client.get("/record/ledger.jsonl").streaming_content)
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(content)
    run = run_verify(path)
    assert run.problems == []
    assert run.entries >= 6
    kinds = [json.loads(line)["event"]["what"] for line in content.decode().splitlines()[1:]]
    assert kinds.count("water.import") == 2
    assert client.get("/record/?what=site.set").content.decode().count("<details>") == 1


def test_a_change_in_the_database_is_found(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    Event.objects.filter(number=2).update(event='{"what":"nothing"}')
    page = site("auditor").get("/record/?verify=1").content.decode()
    assert "2 (hash)" in page
    Event.objects.filter(number=3).delete()
    assert "4 (number)" in site("auditor").get("/record/?verify=1").content.decode()


def test_entries_are_never_changed_or_removed_by_the_site(site) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError, transaction

    from lantian.office.audit.models import Event

    site()
    event = Event.objects.first()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()


def test_a_failed_action_leaves_no_event(person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.site.actions import set_site
    from lantian.office.site.models import Setting

    before = Event.objects.count()
    with pytest.raises(KeyError):
        set_site(person("operator"), {"city": "别处", "colour": "red"})
    assert Event.objects.count() == before
    assert Setting.read()["city"] == "示例市"
