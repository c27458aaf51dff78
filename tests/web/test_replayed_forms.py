"""A form has one effect: double click, back button, replay, stale page (issue 4, section 4).

The walk: every address that only takes POST, and every one that a template's form names, must stand
in `CASES` (how to send it once) or in `HARMLESS` (why it may be sent twice). Each case is then sent
through a browser's way, with its token, twice. A new form needs one function here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from alert_steps import FIRST, ORANGE
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from test_notices import form, prepared, take

import lantian.office
from lantian.office.people.access import PERMISSIONS, PUBLIC, TOKEN


@dataclass
class Sent:
    """One form: who sends it, the page it stands on, where to, and what."""

    role: str
    page: str
    address: str
    values: dict[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None

    def body(self, token: str) -> dict[str, object]:
        """Return what a browser sends: a file is opened anew each time."""
        sent: dict[str, object] = {"csrfmiddlewaretoken": token, **self.values}
        if self.file is not None:
            sent["file"] = SimpleUploadedFile(*self.file)
        return sent


CASES: dict[str, Callable[..., Sent]] = {}
"""By name of the address, or that and a word: what makes the form ready and sends it."""
HARMLESS = {
    "set_language": "a cookie of the reader's own: sent twice it says the same",
    "type-size": "a cookie of the reader's own: sent twice it says the same",
    "sign-in": "signs in; the second finds nothing to change",
    "sign-out": "signs out; the second finds nobody",
}


def case(name: str) -> Callable[[Callable[..., Sent]], Callable[..., Sent]]:
    def keep(make: Callable[..., Sent]) -> Callable[..., Sent]:
        CASES[name] = make
        return make

    return keep


def demo_file(pattern: str) -> tuple[str, bytes]:
    from django.conf import settings

    path = next((Path(settings.HOME) / "demo").rglob(pattern))
    return path.name, path.read_bytes()


def proposed(site):  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert

    file = SimpleUploadedFile("forecast.csv", ORANGE.encode())
    site("air").post("/alert/propose/", {"file": file, "issued": str(FIRST - timedelta(days=1))})
    return Alert.objects.filter(state="proposed").latest("pk")


def planned(site):  # type: ignore[no-untyped-def]
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    alert = proposed(site)
    site("leader").post(f"/alert/{alert.pk}/sign/")
    site("air").post(f"/alert/{alert.pk}/plan/", {"edition": current().number})
    assert run_next()
    return alert


# --- air, water, soil ------------------------------------------------------------------------


@case("air-import")
def _air(site) -> Sent:  # type: ignore[no-untyped-def]
    rows = [
        f"2026-12-20 {h:02d}:00,S0{s},10,40,1.0,60,100,70"
        for h in range(1, 25)
        for s in range(1, 7)
    ]
    content = "time,station,so2,no2,co,o3,pm10,pm25\n" + "\n".join(rows) + "\n"
    return Sent("monitoring", "/air/", "/air/import/", file=("hours.csv", content.encode()))


@case("water-import")
def _water(site) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("monitoring", "/water/", "/water/import/", file=demo_file("*sample*"))


@case("soil-import")
def _soil(site) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("soil", "/soil/", "/soil/import/", file=demo_file("*parcel*"))


@case("soil-note")
def _soil_note(site) -> Sent:  # type: ignore[no-untyped-def]
    day = {
        "event": "survey_required",
        "day": "2026-11-20",
        "who": "市生态环境局",
        "due": "2027-02-01",
    }
    return Sent("soil", "/soil/parcel/DK-004/", "/soil/parcel/DK-004/event/", day)


# --- the list --------------------------------------------------------------------------------


def small_list() -> tuple[str, bytes]:
    import tempfile

    from lantian.demo import make_city
    from lantian.jobs.lists import write_list

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "清单.xlsx"
        write_list(make_city(firms=20, seed=9), path, layout="lantian-1")
        return path.name, path.read_bytes()


@case("list-take-in")
def _list(site) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("air", "/list/", "/list/upload/", {"day": "2026-12-15"}, small_list())


@case("list-accept")
def _accept(site) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.registry.actions import errors_of
    from lantian.office.registry.models import Edition, Upload

    name, content = small_list()
    site("air").post(
        "/list/upload/", {"day": "2026-12-15", "file": SimpleUploadedFile(name, content)}
    )
    upload = Upload.objects.first()
    where = f"/list/upload/{upload.pk}/"
    values = {"seen": str(Edition.objects.first().number)}
    if errors_of(upload):
        values |= {"ack": next(iter(errors_of(upload))), "reason": "演示"}
    return Sent("air", where, f"{where}accept/", values)


# --- alerts and orders -----------------------------------------------------------------------


@case("alert-propose")
def _propose(site) -> Sent:  # type: ignore[no-untyped-def]
    issued = str(FIRST - timedelta(days=1))
    return Sent(
        "air", "/alert/", "/alert/propose/", {"issued": issued}, ("forecast.csv", ORANGE.encode())
    )


@case("alert-sign")
def _sign(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{proposed(site).pk}/"
    return Sent("leader", where, f"{where}sign/", {"opinion": "同意"})


@case("alert-end")
def _end(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{proposed(site).pk}/"
    return Sent("leader", where, f"{where}end/", {"why": "不采用"})


@case("alert-plan")
def _plan(site) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current

    where = f"/alert/{proposed(site).pk}/"
    return Sent("air", where, f"{where}plan/", {"edition": str(current().number)})


@case("alert-issue")
def _issue(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{planned(site).pk}/"
    return Sent("leader", where, f"{where}issue/")


def _own_order(site):  # type: ignore[no-untyped-def]
    alert = planned(site)
    site("leader").post(f"/alert/{alert.pk}/issue/")
    return alert.orders.get(firm_id="虚构-00001")


@case("own-answer")
def _receive(site) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("enterprise", "/alert/own/", f"/alert/own/{_own_order(site).pk}/")


@case("own-answer report")
def _report(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/own/{_own_order(site).pk}/"
    site("enterprise").post(where)
    return Sent("enterprise", "/alert/own/", where, {"report": "已停产1号线"})


# --- publicity -------------------------------------------------------------------------------


@case("notice-new")
def _notice(site) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("enforcement", "/publicity/new/", "/publicity/new/", form())  # type: ignore[arg-type]


@case("notice-edit")
def _edit(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/publicity/{prepared(site).pk}/edit/"
    return Sent("enforcement", where, where, form(version="1", result="罚款八百元"))  # type: ignore[arg-type]


@case("notice-step")
def _publish(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/publicity/{prepared(site).pk}/"
    return Sent("leader", where, f"{where}publish/", {"version": "1", "masked": "on"})


@case("notice-step return")
def _return(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/publicity/{prepared(site).pk}/"
    return Sent("leader", where, f"{where}return/", {"version": "1", "why": "缺依据"})


@case("notice-step drop")
def _drop(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/publicity/{prepared(site).pk}/"
    return Sent("enforcement", where, f"{where}drop/", {"version": "1", "why": "不予公示"})


@case("notice-step withdraw")
def _withdraw(site) -> Sent:  # type: ignore[no-untyped-def]
    notice = prepared(site)
    take(site, "leader", notice, "publish", masked="on")
    where = f"/publicity/{notice.pk}/"
    return Sent(
        "leader", where, f"{where}withdraw/", {"version": "2", "reason": "mistake", "why": "有误"}
    )


@case("notices-import")
def _import(site) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.jobs.publicity.fields import FIELDS

    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    head = ",".join(f.names[0] for f in FIELDS.values())
    row = f"重放1号,行政处罚,法人,某厂,,,,示例区,事实,依据,罚款,示例局,{day},"
    file = ("公示.csv", f"{head}\n{row}\n".encode())
    return Sent("enforcement", "/publicity/", "/publicity/import/", file=file)


@case("bulletin-publish")
def _bulletin(site) -> Sent:  # type: ignore[no-untyped-def]
    where = "/publicity/bulletins/"
    return Sent("leader", where, f"{where}publish/", {"period": "2026-09", "edition": "2026"})


@case("bulletin-withdraw")
def _bulletin_withdraw(site) -> Sent:  # type: ignore[no-untyped-def]
    where = "/publicity/bulletins/"
    return Sent("leader", where, f"{where}1/withdraw/", {"why": "数据更正"})


# --- the walk --------------------------------------------------------------------------------


def patterns(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for one in resolver.url_patterns:
        found += patterns(one) if isinstance(one, URLResolver) else [one]
    return found


def named_in_templates() -> set[str]:
    """Return the names of the addresses to which a form of a template posts."""
    found = set()
    for path in Path(lantian.office.__file__).parent.rglob("*.html"):
        for tag in re.findall(r"<form\b[^>]*>", path.read_text("utf-8")):
            if 'method="post"' in tag:
                found |= set(re.findall(r'action="{% url "([\w-]+)"', tag))
    return found


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
    needed = named_in_templates() | only_post(site)
    known = {name.split()[0] for name in CASES} | set(HARMLESS)
    assert sorted(needed - known) == []
    assert {"alert-sign", "list-accept", "notice-step"} <= needed  # the walk finds what is there


def token_of(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[0]


def browser(site, role: str) -> Client:  # type: ignore[no-untyped-def]
    """Return a client that is checked as a browser is."""
    from lantian.office.people.models import User

    client = Client(enforce_csrf_checks=True)
    user = User.objects.get(username=f"demo-{role}")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def events() -> int:
    from lantian.office.audit.models import Event

    return Event.objects.count()


@pytest.mark.parametrize("name", CASES)
def test_the_same_form_sent_twice_has_one_effect(name: str, site) -> None:  # type: ignore[no-untyped-def]
    sent = CASES[name](site)
    client = browser(site, sent.role)
    token = token_of(client, sent.page)
    before = events()
    first = client.post(sent.address, sent.body(token))
    assert events() == before + 1, first.content.decode()[:3000]
    again = client.post(
        sent.address, sent.body(token), headers={"Referer": f"http://testserver{sent.page}"}
    )
    assert events() == before + 1
    assert again.status_code == 302
    if first.status_code == 302:
        assert (
            again.headers["Location"] == first.headers["Location"]
        )  # led to where the first one led
    told = client.get(again.headers["Location"]).content.decode()
    assert "没有重复执行" in told or "E014" in told, again.headers["Location"]


@pytest.mark.parametrize("name", CASES)
def test_a_form_from_before_the_sign_in_is_told_and_changes_nothing(name: str, site) -> None:  # type: ignore[no-untyped-def]
    sent = CASES[name](site)
    client = browser(site, sent.role)
    token_of(client, sent.page)
    before = events()
    answer = client.post(sent.address, sent.body("x" * 64))
    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()
    assert "没有做任何更改" in answer.content.decode()
    assert events() == before


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
    sent = CASES["alert-propose"](site)
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
