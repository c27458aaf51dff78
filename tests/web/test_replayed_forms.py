"""A form has one effect: double click, back button, replay, stale page (issue 4, section 4).

The walk: every address that only takes POST, and every one that a template's form names, must stand
in `CASES` (how to send it once; one module a room) or in `HARMLESS` (why it may be sent twice). Each
case is then sent through a browser's way, with its token, twice. A new form needs one function in the
module of its room.
"""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest
import replay_cases_account  # noqa: F401
import replay_cases_alert  # noqa: F401
import replay_cases_data  # noqa: F401
import replay_cases_dynamic  # noqa: F401
import replay_cases_grading  # noqa: F401
import replay_cases_monitoring  # noqa: F401
import replay_cases_publicity  # noqa: F401
import replay_cases_systems  # noqa: F401
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from replayed import CASES, HARMLESS, TO_ITSELF, Sent, token_of
from test_notices import form, prepared, take

import lantian.office
from lantian.office.people.access import PERMISSIONS, PUBLIC, TOKEN


def patterns(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for one in resolver.url_patterns:
        found += patterns(one) if isinstance(one, URLResolver) else [one]
    return found


def named_in_templates() -> tuple[set[str], set[str]]:
    """Return the addresses to which a form of a template posts, and the templates that name none."""
    found, without = set(), set()
    for path in Path(lantian.office.__file__).parent.rglob("*.html"):
        for tag in re.findall(r"<form\b[^>]*>", path.read_text("utf-8")):
            if 'method="post"' not in tag:
                continue
            named = re.findall(r'action="{% url "([\w-]+)"', tag)
            found |= set(named)
            without |= set() if named else {f"{path.parent.name}/{path.name}"}
    return found, without


def only_post(site) -> set[str]:  # type: ignore[no-untyped-def]
    """Return the names of the addresses that refuse to be read (405) by somebody who may use them."""
    from test_access import address

    found = set()
    for one in patterns(get_resolver()):
        if one.callback.access == TOKEN:  # no form: the interface has its own keys (decision 0141)
            continue
        route = next(r for r, view in _walked() if view is one.callback)
        role = (
            None if one.callback.access == PUBLIC else sorted(PERMISSIONS[one.callback.access])[0]
        )
        if site(role).get(address(route)).status_code == 405 and one.name:
            found.add(one.name)
    return found


def _walked():  # type: ignore[no-untyped-def]
    from test_access import WALKED

    return WALKED


def test_every_form_of_the_site_stands_here(site) -> None:  # type: ignore[no-untyped-def]
    named, without = named_in_templates()
    assert without == set(TO_ITSELF)
    needed = named | only_post(site) | set().union(*TO_ITSELF.values())
    known = {name.split()[0] for name in CASES} | set(HARMLESS)
    assert sorted(needed - known) == []
    assert {"alert-sign", "list-accept", "notice-step"} <= needed  # the walk finds what is there


def browser(site, role: str | None) -> Client:  # type: ignore[no-untyped-def]
    """Return a client that is checked as a browser is; nobody is signed in on it without a role."""
    from lantian.office.people.models import User

    client = Client(enforce_csrf_checks=True)
    if role is not None:
        user = User.objects.get(username=f"demo-{role}")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(site, sent: Sent) -> Client:  # type: ignore[no-untyped-def]
    """Return the browser in which the page of a form can be opened."""
    client = browser(site, sent.role)
    if sent.prepare is not None:
        sent.prepare(client)
    return client


def events() -> int:
    from lantian.office.audit.models import Event

    return Event.objects.count()


def ready(name: str, request: pytest.FixtureRequest) -> Sent:
    """Make a form ready to be sent, with the fixtures that its case names."""
    make = CASES[name]
    return make(**{one: request.getfixturevalue(one) for one in inspect.signature(make).parameters})


@pytest.mark.parametrize("name", CASES)
def test_a_form_has_one_effect_and_none_before_its_sign_in(  # type: ignore[no-untyped-def]
    name: str, site, request: pytest.FixtureRequest
) -> None:
    sent = ready(name, request)
    before = events()
    _from_before_the_sign_in(site, sent)
    assert events() == before
    client = opened(site, sent)
    token = token_of(client, sent.page)
    first = client.post(sent.address, sent.body(token))
    assert events() == before + sent.effects, first.content.decode()[:3000]
    again = client.post(
        sent.address, sent.body(token), headers={"Referer": f"http://testserver{sent.page}"}
    )
    assert events() == before + sent.effects
    assert again.status_code == 302
    target = first.headers.get("Location") or sent.page
    assert again.headers["Location"] == target  # led to where the first one led
    told = client.get(target).content.decode()
    assert sent.told in told, target


def _from_before_the_sign_in(site, sent: Sent) -> None:  # type: ignore[no-untyped-def]
    """Send a form whose token the browser has lost: it is told that nothing was changed."""
    client = opened(site, sent)
    token_of(client, sent.page)
    answer = client.post(sent.address, sent.body("x" * 64))
    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()
    assert "没有做任何更改" in answer.content.decode()


def test_a_changed_form_or_one_from_a_fresh_page_is_another_form(site) -> None:  # type: ignore[no-untyped-def]
    client = browser(site, "monitoring")
    rows = "".join(f"2026-12-20 {h:02d}:00,S01,10,40,1.0,60,100,{h}\n" for h in range(1, 25))
    head = "time,station,so2,no2,co,o3,pm10,pm25\n"
    token, before = token_of(client, "/air/"), events()

    def send(text: str, token: str) -> None:
        body = {
            "csrfmiddlewaretoken": token,
            "file": SimpleUploadedFile("hours.csv", text.encode()),
        }
        client.post("/air/import/", body)

    send(head + rows, token)
    send(head + rows, token)
    assert events() == before + 1
    send(head + rows.replace(",23\n", ",22\n"), token)  # one digit of the file mended, same size
    assert events() == before + 2
    send(head + rows, token_of(client, "/air/"))
    assert events() == before + 3


def test_a_refused_form_is_not_used_up(site) -> None:  # type: ignore[no-untyped-def]
    """Refused for a cause that goes away, the same form may be sent again."""
    from lantian.office.publicity.models import Notice

    Notice.objects.update(state="dropped")
    first = prepared(site)
    client = browser(site, "enforcement")
    token, before = token_of(client, "/publicity/new/"), events()
    body = {"csrfmiddlewaretoken": token, **form()}
    assert "已经登记" in client.post("/publicity/new/", body).content.decode()
    assert events() == before
    take(site, "enforcement", first, "drop", why="重来")
    client.post("/publicity/new/", body)
    assert events() == before + 2
    client.post("/publicity/new/", body)
    assert events() == before + 2


def test_two_people_with_the_same_page_are_two_forms(site) -> None:  # type: ignore[no-untyped-def]
    """The key holds who sends: one person's form never uses up another's."""
    from lantian.office.forms.models import UsedForm

    for role in ("leader", "air"):
        client = browser(site, role)
        body = {
            "csrfmiddlewaretoken": token_of(client, "/publicity/bulletins/"),
            "period": "2026-08",
            "edition": "2026",
        }
        client.post("/publicity/bulletins/publish/", body)
    assert UsedForm.objects.count() == 1  # the second was refused in words: the bulletin is public
    assert "已经发布" in client.get("/publicity/bulletins/").content.decode()


def test_old_forms_are_forgotten(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.forms.models import UsedForm
    from lantian.office.forms.once import KEPT

    UsedForm.objects.create(key="old", at=timezone.now() - KEPT - timedelta(hours=1))
    UsedForm.objects.create(key="new", at=timezone.now() - KEPT + timedelta(hours=1))
    sent = CASES["alert-propose"]()
    client = browser(site, sent.role)
    client.post(sent.address, sent.body(token_of(client, sent.page)))
    assert not UsedForm.objects.filter(key="old").exists()
    assert UsedForm.objects.count() == 2


def test_jobs_and_commands_have_no_form(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.forms.models import UsedForm
    from lantian.office.site.actions import set_site

    set_site(person("operator"), {"city": "一市"})
    set_site(person("operator"), {"city": "一市"})
    assert not UsedForm.objects.exists()


def test_an_answer_leads_nowhere_else(rf) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.forms.once import _came_from

    assert _came_from(rf.post("/x/", headers={"Referer": "https://elsewhere.example/a"})) == "/"
    assert _came_from(rf.post("/x/")) == "/"
    assert _came_from(rf.post("/x/", headers={"Referer": "http://testserver/a/?b=1"})) == "/a/?b=1"
