"""Help built from the documentation, offline, with a topic for every page (issue 4, section 2.10)."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from lantian.office.people.access import PERMISSIONS
from lantian.office.people.roles import Role

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def book():  # type: ignore[no-untyped-def]
    from lantian.office.help.book import pages

    return pages()


def test_every_page_of_the_docs_is_there(book) -> None:  # type: ignore[no-untyped-def]
    docs = ROOT / "docs"
    assert set(book) == {p.relative_to(docs).with_suffix("").as_posix() for p in docs.rglob("*.md")}
    assert all(page.title for page in book.values())


def test_every_link_and_anchor_inside_resolves(site, book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.book import rendered

    client = site("operator")
    html = {name: rendered(page) for name, page in book.items()}
    anchors = {name: set(re.findall(r'<h\d id="([^"]*)"', text)) for name, text in html.items()}
    asked: dict[str, int] = {}
    links = 0
    for name, text in html.items():
        for href in map(unescape, re.findall(r'href="([^"]*)"', text)):
            links += 1
            if re.match(r"https?:", href):
                continue
            path, _, anchor = href.partition("#")
            assert path.startswith("/") or not path, (name, href)
            if path and path not in asked:
                asked[path] = client.get(path).status_code
                assert asked[path] in (200, 302, 403), (name, href)
            found = re.match(r"/help/(?:page/(.+)|for/(.+))/$", unquote(path))
            aim = name if not path else None if not found else found[1] or f"help/{found[2]}"
            if anchor and aim:
                assert unquote(anchor) in anchors[aim], (name, href)
    assert links > 300


def test_every_link_into_the_site_names_an_address(book) -> None:  # type: ignore[no-untyped-def]
    named = {
        name for page in book.values() for name in re.findall(r"\(site:([\w-]+)\)", page.source)
    }
    assert len(named) > 15
    for name in named:
        reverse(name)


def test_a_link_to_a_room_that_is_not_there_stays_as_words() -> None:
    from lantian.office.help.book import Page, rendered

    page = Page(
        "help/x",
        "x",
        (),
        "见[办理](site:no-such-room)、[许可](../../LICENSE)、[令](site:own-orders)。",
    )
    assert rendered(page) == '<p>见办理、许可、<a href="/alert/own/">令</a>。</p>\n'


def test_lines_of_chinese_are_joined_without_a_gap() -> None:
    from lantian.office.help.book import Page, rendered

    assert rendered(Page("x", "x", (), "前一行。\n后一行\nand English\nlines")) == (
        "<p>前一行。后一行\nand English\nlines</p>\n"
    )


def test_what_a_page_says_is_never_taken_for_html() -> None:
    from lantian.office.help.book import Page, rendered

    text = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=y> <!-- x -->"
    html = rendered(Page("x", "x", (), text))
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_pages_keep_the_policy_and_tables_have_a_frame(site) -> None:  # type: ignore[no-untyped-def]
    text = site("air").get("/help/page/problem-codes/").content.decode()
    assert "style=" not in text
    assert "<script" not in text
    assert "<!--" not in text
    assert text.count("<table>") == text.count('<div class="wide" tabindex="0">') >= 3
    assert '<h2 id="v-seals-of-the-record-and-their-keys-signing-in">' in text


# --- topics -------------------------------------------------------------------------------------


def test_every_page_of_the_menu_has_a_topic_and_every_topic_is_there(book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.topics import TOPICS
    from lantian.office.site.menu import MENU

    assert {entry.url for entry in MENU} - {"help"} <= set(TOPICS)
    for name, (page, anchor) in TOPICS.items():
        assert page in book, name
        if anchor:
            assert anchor in {h.anchor for h in book[page].headings}, name
        assert any(
            name == key for key in get_resolver().reverse_dict if isinstance(key, str)
        ) or _named(name)


def _named(name: str) -> bool:
    for args in ([], [1], ["x"], ["2026-01-01"]):
        try:
            reverse(name, args=args)
        except NoReverseMatch:
            continue
        return True
    return False


@pytest.mark.parametrize(
    ("page", "there"),
    [("/alert/", "/help/page/help/pages/#预警与管控"), ("/record/1/", "/help/page/help/pages/#台账"),
     ("/account/", "/help/for/sign-in/"), ("/help/", "/help/"), ("/public/air/", "/help/for/public/")],
)  # fmt: skip
def test_the_question_mark_leads_to_the_topic_of_the_page(page: str, there: str, site) -> None:  # type: ignore[no-untyped-def]
    text = site("leader").get(page).content.decode()
    href = unescape(re.search(r'<a class="help" href="([^"]*)"', text)[1])
    assert unquote(href) == there


def test_who_may_read_what(site) -> None:  # type: ignore[no-untyped-def]
    guest = site()
    for topic in ("firm", "public", "sign-in"):
        assert guest.get(f"/help/for/{topic}/").status_code == 200
    assert guest.get("/help/for/operator/").status_code == 404
    assert guest.get("/help/page/help/operator/")["Location"].startswith("/sign-in/?next=")
    assert guest.get("/help/")["Location"].startswith("/sign-in/")
    assert PERMISSIONS["help.view"] == frozenset(Role)
    for wrong in ("help/none", "../pyproject", "decisions/README.md", "%2e%2e/%2e%2e/etc/passwd"):
        assert site("air").get(f"/help/page/{wrong}/").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_own_page_first(role: Role, site, book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.pages import ROLE_TOPICS

    text = site(role.value).get("/help/").content.decode()
    assert book[f"help/{ROLE_TOPICS[role]}"].title in text.split("您的角色")[1][:300]


def test_a_role_s_page_leads_only_where_the_role_may_go(site, book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.pages import ROLE_TOPICS

    for role, topic in ROLE_TOPICS.items():
        client = site(role.value)
        for name in re.findall(r"\(site:([\w-]+)\)", book[f"help/{topic}"].source):
            if topic == "officers" and name in ("soil-parcels", "air-now", "alerts"):
                continue  # one page for four roles says whom each part is for
            assert client.get(reverse(name)).status_code in (200, 302), (role, name)


# --- search -------------------------------------------------------------------------------------


def test_titles_come_first_and_the_sentence_is_shown(site, book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.search import search

    hits = search(list(book.values()), "第二因素")
    assert hits[0].page.name == "help/sign-in"
    assert any(part == "第二因素" and found for part, found in hits[0].sentence)
    assert search(list(book.values()), "optimiser")[0].page.name == "optimiser"
    assert {h.page.name for h in search(list(book.values()), "V108")} >= {
        "problem-codes",
        "help/sign-in",
    }
    both = search(list(book.values()), "管控令 回执")
    assert both
    assert all("管控令" in h.page.source and "回执" in h.page.source for h in both)
    page = site("air").get("/help/", {"q": "回执"}).content.decode()
    assert "<mark>回执</mark>" in page
    for address in ("/help/", "/help/?q=x", "/help/page/help/pages/"):
        assert site("air").get(address).content.decode().count("<h1") == 1


def test_a_search_for_nothing_for_signs_and_for_html(site, book) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.help.search import search

    every = list(book.values())
    assert search(every, "") == search(every, "   ") == []
    assert search(every, "没有这样的词语组合") == []
    assert search(every, "(.*)[") == []
    page = site("air").get("/help/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in page
    assert site("air").get("/help/", {"q": "管" * 5000}).status_code == 200


# --- the wheel ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_wheel_holds_the_pages_and_serves_them(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)
    look = (
        "import os, lantian; os.environ['LANTIAN_HOME'] = 'home';"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'lantian.office.site.settings';"
        "import django; django.setup();"
        "from lantian.office.help.book import folder, pages, rendered;"
        "print(folder()); print(len(pages())); print('管控令' in rendered(pages()['help/firm']))"
    )
    done = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, check=True, capture_output=True, text=True,
                          env={"PYTHONPATH": str(place), "PATH": "/usr/bin:/bin"})  # fmt: skip
    where, number, told = done.stdout.split()
    assert where == str(place / "lantian" / "handbook")
    assert int(number) == len(list((ROOT / "docs").rglob("*.md")))
    assert told == "True"
