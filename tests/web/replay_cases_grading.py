"""Forms of grading, sent again: the firm's, the officers', a stranger's objection (issue 4, section 4)."""

from __future__ import annotations

from grading_steps import PDF, pass_time, to_notice, to_ready
from replayed import Sent, case

from lantian.demo.grading_papers import photograph


def _at(application) -> str:  # type: ignore[no-untyped-def]
    return f"/grading/application/{application.pk}/"


@case("grading-new")
def _new(person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.grading.models import Application

    firm = person("enterprise")
    old = Application.objects.get(firm_id=firm.firm_id)  # the one that came back
    actions.withdraw(firm, old, expect=old.case.version, reason="重新申报")
    return Sent("enterprise", "/grading/", "/grading/new/", {"what": "cement|水泥制品|leading"})


@case("grading-draft")
def _draft(own_draft) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    rows = assess(own_draft).rows
    cell = next(r for r in rows if r.facts).facts[0].definition
    where = f"{_at(own_draft)}draft/"
    values = {"draft": "0", f"fact-{cell.fact_id}": next(iter(cell.choices), "是")}
    proof = [(f"evidence-{row.row_id}", f"证明{n}.pdf", PDF) for n, row in enumerate(rows[:2])]
    return Sent("enterprise", where, where, values, files=proof)  # type: ignore[arg-type]


@case("grading-workbook")
def _workbook(own_draft, tmp_path) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.adapters.excel.form import write_form
    from lantian.demo.grading_papers import facts_of
    from lantian.jobs.grading.form import SHEETS
    from lantian.office.grading.assess import table_of

    facts, _ = facts_of("水泥", "水泥制品", "leading", 7)
    names = table_of(own_draft).facts
    rows = [{"firm_id": "1", "fact": names[k].name_zh, "value": v["value"], "unit": v["unit"]}
            for k, v in facts.items()]  # fmt: skip
    firm = {"firm_id": "1", "name": own_draft.firm_name, "industry": "水泥", "subtype": "水泥制品"}
    path = tmp_path / "申报表.xlsx"
    write_form(path, "申报", SHEETS, {"firm": [firm], "fact": rows})
    where = _at(own_draft)
    file = (path.name, path.read_bytes())
    return Sent("enterprise", f"{where}draft/", f"{where}workbook/", file=file)


@case("grading-take-back")
def _take_back(complete_draft) -> Sent:  # type: ignore[no-untyped-def]
    where, one = _at(complete_draft), complete_draft.documents.first()
    return Sent("enterprise", f"{where}draft/", f"{where}document/{one.pk}/take-back/")


@case("grading-step")
def _submit(complete_draft) -> Sent:  # type: ignore[no-untyped-def]
    where = _at(complete_draft)
    return Sent("enterprise", f"{where}draft/", f"{where}step/", {"step": "submit", "version": "0"})


@case("grading-step withdraw")
def _withdraw(own_draft) -> Sent:  # type: ignore[no-untyped-def]
    where = _at(own_draft)
    values: dict[str, str | list[str]] = {"step": "withdraw", "version": "0", "reason": "改日再报"}
    return Sent("enterprise", where, f"{where}step/", values)


@case("grading-step county")
def _county(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    actions.submit(person("enterprise"), complete_draft, expect=0)
    where = _at(complete_draft)
    return Sent("district", where, f"{where}step/", {"step": "county-pass", "version": "1"})


@case("grading-step site")
def _site_check(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    actions.submit(person("enterprise"), complete_draft, expect=0)
    actions.county(person("district"), complete_draft, "county-pass", expect=1)
    actions.city(person("air"), complete_draft, "city-pass", expect=2)
    where = _at(complete_draft)
    papers = [
        ("protocol", "记录.pdf", PDF),
        ("photos", "一.png", photograph(3)),
        ("photos", "二.png", photograph(4)),
    ]
    values: dict[str, str | list[str]] = {"step": "site-pass", "version": "3"}
    return Sent("inspector", where, f"{where}step/", values, files=papers)


@case("grading-step opinion")
def _opinion(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    from grading_steps import to_meeting

    to_meeting(complete_draft, person)
    where = _at(complete_draft)
    values: dict[str, str | list[str]] = {
        "step": "opinion", "version": "4", "agrees": "1", "reason": "同意"
    }  # fmt: skip
    return Sent("expert", where, f"{where}step/", values)


# --- batches -----------------------------------------------------------------------------------


@case("grading-report")
def _report(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    ready = to_ready(complete_draft, person)
    values: dict[str, str | list[str]] = {
        "chosen": [f"{ready.pk}:{ready.case.version}"], "name": "重放批次"
    }  # fmt: skip
    return Sent("air", "/grading/batches/", "/grading/batches/report/", values)


@case("grading-batch-step")
def _publish(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.documents import batch_documents

    ready = to_ready(complete_draft, person)
    papers = batch_documents("重放批次", [ready])
    made = batches.report(person("air"), "重放批次", {ready.pk: ready.case.version}, *papers)
    where = f"/grading/batches/{made.pk}/"
    return Sent("air", where, f"{where}step/", {"step": "publish"})


@case("grading-batch-step take-effect")
def _take_effect(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/grading/batches/{to_notice(complete_draft, person).pk}/"
    pass_time(15)
    return Sent("leader", where, f"{where}step/", {"step": "take-effect"})


@case("grading-batch-step withdraw")
def _withdraw_batch(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/grading/batches/{to_notice(complete_draft, person).pk}/"
    return Sent("air", where, f"{where}step/", {"step": "withdraw", "reason": "名单有误"})


@case("grading-answer")
def _answer(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete_draft, person)
    made = batches.object_publicly(batch, complete_draft.pk, name="某", contact="1", text="有据")
    values: dict[str, str | list[str]] = {"version": "0", "outcome": "reject", "text": "已核实"}
    where = f"/grading/batches/{batch.pk}/"
    return Sent("air", where, f"/grading/objections/{made.pk}/answer/", values)


@case("public-grading-object")
def _object(complete_draft, person) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/public/grading/{to_notice(complete_draft, person).pk}/object/"
    values: dict[str, str | list[str]] = {
        "application": str(complete_draft.pk), "name": "某某", "contact": "139", "text": "堆场没有密闭"
    }  # fmt: skip
    return Sent(None, where, where, values)
