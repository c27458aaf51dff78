"""The interface for other systems: tokens, scopes, refusals, reads, writes (issue 4, section 3)."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest
from interface_parts import ENOUGH, asker, make, with_scopes

PLACES = {"firm_id": "虚构-00002", "number": "1", "alert_id": "999", "order_id": "999", "rule_id": "response.alert",
          "name": "air-2026-11", "picture_id": "999", "extension_id": "999"}  # fmt: skip


def described() -> list[tuple[str, str, str]]:
    """Return method, address and scope of every operation."""
    from lantian.office.api.app import ROOT, description

    return [
        (method.upper(), path.removeprefix(ROOT), one["x-scope"])
        for path, methods in description()["paths"].items()
        for method, one in methods.items()
    ]


def test_every_operation_with_every_scope(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api.scopes import SCOPES

    operations = described()
    assert len(operations) >= 34
    assert {scope for _, _, scope in operations} == set(SCOPES) == set(ENOUGH)
    for scope, role in ENOUGH.items():
        ask = with_scopes(scope, role=role)
        for method, path, needed in operations:
            response = ask(method, path.format(**PLACES))
            if scope == needed:
                assert response.status_code not in (401, 403, 405, 500), (path, scope)
            else:
                assert response.status_code == 403, (path, scope, response.status_code)
                assert response.json()["code"] == "I005"


def test_a_scope_needs_a_role_that_may(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.kernel.problem import LantianError
    from lantian.office.people.models import User

    with pytest.raises(LantianError, match="I028"):
        make(["receipts:write"], "air")
    given = make(["ledger:read"], "auditor")
    User.objects.filter(pk=given.system.account_id).update(role="soil")
    response = asker(given.token)("GET", "/ledger/head")
    assert (response.status_code, response.json()["code"]) == (403, "I006")


@pytest.mark.parametrize(
    ("header", "code"),
    [(None, "I001"), ("Basic abc", "I001"), ("Bearer", "I002"), ("Bearer lt_unknown", "I002"), ("Bearer \x00", "I002")],
)  # fmt: skip
def test_without_a_good_token_nothing_opens(header, code, site) -> None:  # type: ignore[no-untyped-def]
    for client in (site(None), site("leader")):  # a session opens nothing here
        headers = {} if header is None else {"Authorization": header}
        for method, path, _ in described():
            response = client.generic(method, f"/api/v1{path.format(**PLACES)}", headers=headers)
            assert (response.status_code, response.json()["code"]) == (401, code)
            assert response["WWW-Authenticate"].startswith("Bearer")


def test_only_a_hash_is_kept_and_the_token_is_256_bits(filled, db) -> None:  # type: ignore[no-untyped-def]
    import base64

    from lantian.office.api.models import System
    from lantian.office.audit.models import Event

    given = make(["firms:read"])
    assert len(base64.urlsafe_b64decode(given.token.removeprefix("lt_") + "=")) == 32
    row = System.objects.filter(pk=given.system.pk).values().get()
    event = Event.objects.order_by("-number").first()
    assert event.what == "system.made"
    for text in (str(row), event.event):
        assert given.token not in text
        assert given.token[9:] not in text
    assert not given.system.account.has_usable_password()


def test_expired_revoked_and_foreign_addresses(filled, db, person) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.kernel.problem import LantianError
    from lantian.office.api.actions import revoke_system
    from lantian.office.api.models import System

    given = make(["firms:read"], addresses=["10.0.0.0/8", "127.0.0.1"])
    ask = asker(given.token)
    assert ask("GET", "/firms").status_code == 200
    System.objects.update(addresses=["10.0.0.0/8"])
    assert ask("GET", "/firms").json()["code"] == "I004"
    System.objects.update(addresses=[], expires_at=timezone.now() - timedelta(seconds=1))
    assert ask("GET", "/firms").json()["code"] == "I003"
    System.objects.update(expires_at=timezone.now() + timedelta(days=1))
    operator = person("operator")
    with pytest.raises(LantianError, match="I026"):
        revoke_system(operator, given.system, " ")
    revoke_system(operator, given.system, "不再使用")
    assert (ask("GET", "/firms").status_code, ask("GET", "/firms").json()["code"]) == (401, "I003")
    with pytest.raises(LantianError, match="I027"):
        revoke_system(operator, given.system, "再次")
    assert System.objects.filter(pk=given.system.pk).exists()


def test_the_proxy_is_believed_only_where_it_is_named(filled, db, settings) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("firms:read", addresses=["10.1.2.3"])
    told = {"X-Forwarded-For": "9.9.9.9, 10.1.2.3"}
    assert ask("GET", "/firms", **told).json()["code"] == "I004"
    settings.PROXIES = frozenset({"127.0.0.1"})
    assert ask("GET", "/firms", **told).status_code == 200
    assert ask("GET", "/firms", **{"X-Forwarded-For": "10.1.2.3, 9.9.9.9"}).status_code == 403


def test_beyond_the_rate_the_answer_says_when(filled, db, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api import token

    clock = [1_000_000_020.0]  # 0 s into a minute
    monkeypatch.setattr(token.time, "time", lambda: clock[0])
    ask = with_scopes("firms:read", per_minute=3)
    assert [ask("GET", "/firms").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    clock[0] += 15
    response = ask("GET", "/firms")
    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (
        429,
        "I007",
        "45",
    )
    clock[0] += 45
    assert ask("GET", "/firms").status_code == 200


def test_firms_are_walked_whole_by_cursor_while_a_new_edition_comes(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Edition, Firm

    ask = with_scopes("firms:read")
    first = ask("GET", "/firms?limit=500").json()
    newest = Edition.objects.first()
    assert (first["edition"], first["total"]) == (newest.number, newest.firms)
    fields = {f.attname: getattr(newest, f.attname) for f in Edition._meta.concrete_fields}
    upload = newest.upload
    upload.pk, upload.day = None, date(2027, 1, 1)
    upload.save()
    Edition.objects.create(
        **fields | {"number": newest.number + 1, "upload_id": upload.pk, "firms": 0}
    )
    found = [f["firm_id"] for f in first["items"]]
    following = first["next"]
    while following:
        part = ask("GET", f"/firms?limit=500&cursor={following}").json()
        assert part["edition"] == newest.number
        found += [f["firm_id"] for f in part["items"]]
        following = part["next"]
    expected = (
        Firm.objects.filter(edition=newest).order_by("firm_id").values_list("firm_id", flat=True)
    )
    assert found == list(expected)


def test_filters_answer_as_the_page_does(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    ask = with_scopes("firms:read")
    for query, rows in (
        ("grade=B", {"grade": "B"}), ("district=示例区&state=normal", {"district": "示例区", "state": "normal"}),
        ("kind=guaranteed", {"guaranteed": True}), ("q=00777", {"search__contains": "00777"}),
    ):  # fmt: skip
        found = ask("GET", f"/firms?{query}").json()
        assert found["total"] == Firm.objects.filter(edition=current(), **rows).count() > 0
    assert ask("GET", "/firms?distrct=示例区").json()["code"] == "I010"  # not all firms instead
    assert ask("GET", "/firms?limit=0").json()["place"] == "query.limit"
    for parts in (
        [2, "\ud800"],
        [2, "a\x00"],
        [-1, "a"],
        [True, "a"],
        [2],
        {"a": 1},
        [10**12, "a"],
    ):
        forged = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
        assert ask("GET", f"/firms?cursor={forged}").json()["code"] == "I011", parts
    assert ask("GET", "/firms?cursor=abc").json()["code"] == "I011"


def test_masses_are_exact_texts_and_unknown_is_null(filled, db) -> None:  # type: ignore[no-untyped-def]
    from decimal import Decimal

    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    ask = with_scopes("firms:read")
    row = Firm.objects.filter(edition=current(), nox_mg__gt=0).first()
    found = ask("GET", f"/firms/{row.firm_id}").json()
    assert Decimal(found["daily_kg"]["NOx"]) * 10**6 == row.nox_mg
    assert len(found["production_lines"]) == row.line_count
    assert found["values"] == row.detail.values
    Firm.objects.filter(pk=row.pk).update(nox_mg=None)
    assert ask("GET", f"/firms/{row.firm_id}").json()["daily_kg"]["NOx"] is None


def test_a_district_and_a_firm_see_their_own(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    district = with_scopes("firms:read", "grades:read", role="district")
    assert {f["district"] for f in district("GET", "/firms?limit=500").json()["items"]} == {
        "示例区"
    }
    other = Firm.objects.filter(edition=current()).exclude(district="示例区").first()
    for path in ("/firms", "/grades"):
        assert district("GET", f"{path}/{other.firm_id}").status_code == 404
    firm = with_scopes("firms:read", "orders:read", role="enterprise")
    assert [f["firm_id"] for f in firm("GET", "/firms").json()["items"]] == ["虚构-00001"]
    assert firm("GET", "/firms/虚构-00002").json()["code"] == "I008"


def test_reads_have_an_etag_and_the_request_its_number(filled, db, caplog) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("rules:read")
    first = ask("GET", "/rules", **{"X-Request-Id": "abc-1"})
    assert first["X-Request-Id"] == "abc-1"
    again = ask("GET", "/rules", **{"If-None-Match": f'"x", W/{first["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert ask("GET", "/rules", **{"If-None-Match": '"x"'}).status_code == 200
    assert ask("GET", "/rules?on=2019-01-01")["ETag"] != first["ETag"]
    with caplog.at_level("INFO", "lantian.api"):
        made = ask("GET", "/rules", **{"X-Request-Id": "a b\n"})["X-Request-Id"]
        assert (
            ask("GET", "/rules/none", **{"X-Request-Id": "abc-2"}).json()["request_id"] == "abc-2"
        )
    assert made.isalnum()
    assert any("abc-2" in r.getMessage() and "示例平台" in r.getMessage() for r in caplog.records)


def test_errors_have_one_shape_also_where_nothing_is(filled, db, site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api import reads_records

    ask = with_scopes("rules:read", "bulletins:read", "lists:read")
    shape = {
        "code",
        "message_zh",
        "message_en",
        "remedy_zh",
        "remedy_en",
        "place",
        "others",
        "request_id",
    }
    cases = (
        (site(None).get("/api/v1/nothing"), 404, "I008"), (ask("GET", "/rules/none"), 404, "I008"),
        (ask("DELETE", "/rules"), 405, "I009"), (ask("GET", "/rules?on=1"), 422, "I010"),
        (ask("GET", "/bulletins/air-x"), 404, "I008"), (ask("GET", "/bulletins/air-1999"), 404, "I008"),
        (ask("GET", "/editions/99999999999999999999"), 404, "I008"), (ask("GET", "/rules/%00"), 422, "I010"),
    )  # fmt: skip
    for response, status, code in cases:
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert set(response.json()) == shape
        assert response["Content-Type"].startswith("application/json")
    assert ask("DELETE", "/rules")["Allow"] == "GET"

    def broken() -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(reads_records, "catalogue", broken)
    response = ask("GET", "/rules")
    assert (response.status_code, response.json()["code"]) == (500, "I016")
    assert "secret words" not in response.content.decode()


def test_rules_of_a_day_carry_their_mark(filled, db) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("rules:read")
    then, now = (
        ask("GET", f"/rules/response.alert?on={day}").json() for day in ("2020-01-01", "2026-12-01")
    )
    assert (then["in_force"], now["in_force"]) == ("national-2018", "national-2024")
    assert {e["status"] for e in now["editions"]} <= {
        "official",
        "secondary",
        "unverified",
        "design",
    }
    assert len(ask("GET", "/rules?on=2026-12-01").json()["items"]) > 20


def test_the_head_and_a_proof_anybody_can_follow(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.domain.ledger.merkle import proves

    ask = with_scopes("ledger:read", role="auditor")
    head = ask("GET", "/ledger/head").json()
    proof = ask("GET", f"/ledger/events/{head['number']}").json()
    assert proof["hash"] == head["hash"]
    assert proves(
        proof["algorithm"],
        proof["hash"],
        proof["place"],
        proof["size"],
        proof["path"],
        proof["root"],
    )
    assert ask("GET", f"/ledger/events/{head['number'] + 99}").status_code == 404


def test_bulletins_are_listed_and_fetched(filled, db) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("bulletins:read")
    names = [b["name"] for b in ask("GET", "/bulletins").json()["items"]]
    assert "air-2026-11" in names
    found = ask("GET", "/bulletins/air-2026-11")
    assert found.content.startswith(b"%PDF")
    assert found["Content-Type"] == "application/pdf"
    assert ask("GET", "/bulletins/air-2026-11?form=docx&language=en").content.startswith(b"PK")


def test_published_bulletins_are_the_bytes_everybody_got(filled, db, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.publicity.bulletins import withdraw_bulletin
    from lantian.office.publicity.models import PublishedBulletin

    ask = with_scopes("bulletins:read")
    (one,) = ask("GET", "/publications").json()["items"]
    row = PublishedBulletin.objects.get()
    assert {f["name"]: f["hash"] for f in one["files"]} == {
        n: f["hash"] for n, f in row.files.items()
    }
    for file in one["files"]:
        found = ask("GET", f"/publications/{one['number']}/{file['name']}")
        assert len(found.content) == file["size"]
    assert ask("GET", f"/publications/{one['number']}/fr.pdf").status_code == 404
    withdraw_bulletin(person("leader"), row, "数据更正")
    (one,) = ask("GET", "/publications").json()["items"]
    assert (one["state"], one["withdrawn_why"]) == ("withdrawn", "数据更正")
    assert ask("GET", f"/publications/{one['number']}/zh.pdf").json()["code"] == "I008"


def test_what_an_edition_changed_is_read_in_parts(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import FirmChange

    ask, found, following = with_scopes("lists:read"), [], ""
    while following is not None:
        part = ask(
            "GET", f"/editions/2/changes?limit=2{following and '&cursor=' + following}"
        ).json()
        found, following = found + part["items"], part["next"]
    expected = FirmChange.objects.filter(edition=2).order_by("firm_id")
    assert [(c["firm_id"], c["kind"]) for c in found] == list(
        expected.values_list("firm_id", "kind")
    )
    assert len(found) > 2
    one = next(c for c in found if c["changes"])
    assert set(one["changes"][0]) == {"line_id", "level", "field", "before", "after"}
    assert ask("GET", "/editions/99/changes").status_code == 404


def test_grades_and_editions(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Edition

    ask = with_scopes("grades:read", "lists:read")
    assert [e["number"] for e in ask("GET", "/editions").json()["items"]] == [2, 1]
    assert ask("GET", "/editions/2").json()["firms"] == Edition.objects.get(number=2).firms
    part = ask("GET", "/grades?limit=2").json()
    assert len(part["items"]) == 2
    history = ask("GET", f"/grades/{part['items'][0]['firm_id']}").json()
    assert history["grade"] == part["items"][0]["grade"] == history["history"][0]["grade"]
