"""Issue 4, section 1: a case and its steps in the office: two officers at one step, a replayed form, what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lantian.kernel.problem import LantianError

READY = {"facts-complete": True, "evidence-complete": True}


@pytest.fixture
def case(person, db):  # type: ignore[no-untyped-def]
    from lantian.office.process.cases import open_case

    with transaction.atomic():
        return open_case(
            "grading-application", person("enterprise"), subject_type="example", subject="7",
            title="示例企业申报", firm_id=person("enterprise").firm_id, district="示例区",
        )  # fmt: skip


def step(case, actor, key, expect, **more):  # type: ignore[no-untyped-def]
    from lantian.office.process.cases import take_step

    with transaction.atomic():
        return take_step(case, actor, key, expect=expect, **more)


def test_roles_of_processes_are_those_of_the_site() -> None:
    from lantian.domain.process.complaint import ROLES_ZH
    from lantian.office.people.roles import Role
    from lantian.rulebook.process_tables.model import ROLES, SYSTEM

    assert set(ROLES) == {*Role.values, SYSTEM}
    assert {key: ROLES_ZH[key] for key in Role.values} == dict(Role.choices)


def test_the_second_of_two_officers_is_told_who_did_what(case, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User
    from lantian.office.process.cases import MovedOnError
    from lantian.office.process.models import Case, Step

    step(case, person("enterprise"), "submit", 0, facts=READY)
    stale = Case.objects.get(pk=case.pk)
    step(case, person("district"), "county-pass", 1)
    other = User.objects.create_user("second", role="district", district="示例区")
    with pytest.raises(MovedOnError) as told:
        step(stale, other, "county-return", 1, reason="缺材料")
    (problem,) = told.value.problems
    assert problem.code == "C012"
    assert "demo-district" in problem.message_zh
    assert "县区初审通过" in problem.message_zh
    assert "待市级审核" in problem.message_zh
    assert Step.objects.filter(case=case).count() == 2
    assert Case.objects.get(pk=case.pk).state == "city_review"


def test_a_form_sent_twice_has_one_effect(case, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.process.cases import AlreadyTakenError
    from lantian.office.process.models import Step

    step(case, person("enterprise"), "submit", 0, facts=READY)
    with pytest.raises(AlreadyTakenError, match="C013"):
        step(case, person("enterprise"), "submit", 0, facts=READY)
    assert Step.objects.filter(case=case).count() == 1


def test_a_refused_step_changes_nothing(case, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.process.models import Case, Step

    before = Case.objects.filter(pk=case.pk).values().get()
    for key, more in (("submit", {}), ("county-pass", {}), ("withdraw", {}), ("nothing", {})):
        with pytest.raises(LantianError):
            step(case, person("enterprise"), key, 0, **more)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert not Step.objects.filter(case=case).exists()


def test_a_version_that_never_was_and_evidence_that_is_not_stored(case, person) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LantianError, match="C001"):
        step(case, person("enterprise"), "submit", 9, facts=READY)
    with pytest.raises(ValueError, match="not stored"):
        step(case, person("enterprise"), "submit", 0, facts=READY, evidence={"x": ["nothing"]})


@pytest.mark.django_db(transaction=True)
def test_cases_change_inside_a_transaction_only() -> None:
    from lantian.office.process.cases import open_case

    with pytest.raises(RuntimeError):
        open_case("grading-application", None, subject_type="x", subject="1", title="x")


def test_steps_are_never_changed_or_removed(case, person) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError

    taken = step(case, person("enterprise"), "submit", 0, facts=READY)
    taken.reason = "另一个"
    with pytest.raises(IntegrityError), transaction.atomic():
        taken.save()
    with pytest.raises(TypeError):
        taken.delete()


def test_what_waits_for_whom_with_lateness_and_escalation(case, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User
    from lantian.office.process.waiting import waiting_for

    def own(user, when=None):  # type: ignore[no-untyped-def]
        return [w for w in waiting_for(user, when) if w.case == case]

    assert [t.key for t in own(person("enterprise"))[0].steps] == ["submit"]
    assert own(person("district")) == []
    step(case, person("enterprise"), "submit", 0, facts=READY)
    assert own(person("enterprise")) == []  # a withdrawal is no task
    (waits,) = own(person("district"))
    assert not waits.late
    elsewhere = User.objects.create_user("elsewhere", role="district", district="另一区")
    nowhere = User.objects.create_user("nowhere", role="district")
    assert own(elsewhere) == own(nowhere) == []
    case.refresh_from_db()
    if case.due is None:  # the holiday notice of next year is not at hand
        case.due = timezone.now() + timedelta(days=7)
        case.escalates, case.escalates_to = case.due + timedelta(days=3), ["air"]
        case.save()
    assert own(person("district"), case.due)[0].late
    assert own(person("air"), case.due) == []
    (told,) = own(person("air"), case.escalates)
    assert (told.escalated, told.late, told.steps) == (True, True, ())


def test_the_pages_draw_every_process_with_its_table_twin(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.rulebook.process_tables import load_processes

    client = site("enterprise")
    listed = client.get("/processes/").content.decode()
    for key in load_processes().keys():  # noqa: SIM118
        assert f"/processes/{key}/" in listed
        page = client.get(f"/processes/{key}/").content.decode()
        process = load_processes().on(key, timezone.localdate())
        assert '<svg class="chart process"' in page
        assert 'role="img"' in page
        assert "style=" not in page
        for state in process.states.values():
            assert page.count(state.name_zh) >= 2  # drawn and in the table
        for one in process.transitions.values():
            assert one.name_zh in page
    assert client.get("/processes/no-such/").status_code == 404
    assert client.get("/processes/grading-application/?edition=1999").status_code == 404


def test_boxes_lie_inside_the_picture_and_do_not_overlap() -> None:
    from lantian.office.process.picture import HIGH, main_way, numbers, picture
    from lantian.rulebook.process_tables import load_processes

    for key in load_processes().keys():  # noqa: SIM118
        for process in load_processes().editions(key):
            drawn = picture(process, process.start, ())
            assert len(drawn.boxes) == len(process.states)
            assert main_way(process)[0] == process.start
            for n, a in enumerate(drawn.boxes):
                assert a.x >= 0
                assert a.x + a.width <= drawn.width
                assert a.y + HIGH <= drawn.height
                for b in drawn.boxes[n + 1 :]:
                    apart = (
                        a.x + a.width < b.x
                        or b.x + b.width < a.x
                        or a.y + HIGH < b.y
                        or b.y + HIGH < a.y
                    )
                    assert apart, (a.zh, b.zh)
            shown = (
                " ".join(w.label for w in drawn.ways)
                + " "
                + " ".join((*(b.loops for b in drawn.boxes), drawn.anywhere))
            )
            assert set(shown.split()) == {str(n) for n in numbers(process).values()}
