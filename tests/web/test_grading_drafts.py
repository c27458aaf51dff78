"""Issue 4, section 2.4: a firm fills in its application; what is missing is said, nothing is lost or guessed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from grading_steps import PDF, text

from lantian.demo.grading_papers import facts_of
from lantian.kernel.problem import LantianError


def test_an_empty_draft_says_what_is_missing_and_cannot_be_handed_in(own_draft, site) -> None:  # type: ignore[no-untyped-def]
    client = site("enterprise")
    page = text(client.get(f"/grading/application/{own_draft.pk}/draft/"))
    assert "还缺" in page
    assert "缺事实" in page
    assert "提交申报" not in page
    sent = client.post(
        f"/grading/application/{own_draft.pk}/step/",
        {"step": "submit", "version": "0"},
        follow=True,
    )
    assert "C006" in text(sent)
    assert "指标事实齐全" in text(sent)
    own_draft.case.refresh_from_db()
    assert own_draft.case.state == "draft"


def test_what_is_missing_shrinks_with_every_saving(own_draft, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    client, address = site("enterprise"), f"/grading/application/{own_draft.pk}/draft/"
    before = assess(own_draft).blocking
    row = next(r for r in assess(own_draft).rows if r.facts)
    cell = row.facts[0].definition
    value = next(iter(cell.choices)) if cell.choices else "是"
    data = {"draft": "0", f"fact-{cell.fact_id}": value,
            f"evidence-{row.row_id}": SimpleUploadedFile("证明.pdf", PDF)}  # fmt: skip
    assert "已保存" in text(client.post(address, data, follow=True))
    own_draft.refresh_from_db()
    assert own_draft.facts[cell.fact_id]["value"] == value
    assert own_draft.documents.get().file.name == "证明.pdf"
    assert assess(own_draft).blocking < before


def test_a_fact_with_evidence_taken_back_is_missing_its_evidence_again(
    complete_draft, site, person
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    one = complete_draft.documents.first()
    assert assess(complete_draft).evidence_complete
    address = f"/grading/application/{complete_draft.pk}/document/{one.pk}/take-back/"
    assert "已撤下" in text(site("enterprise").post(address, follow=True))
    assert not assess(complete_draft).evidence_complete
    assert complete_draft.documents.filter(pk=one.pk).exists()  # never deleted


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("病毒.pdf", b"MZ\x90\x00 not a pdf", "C016"), ("空.pdf", b"", "C018"), ("页.html", b"<html>", "C016"),
     ("包.zip", b"PK\x03\x04xxxx", "C016")],
)  # fmt: skip
def test_evidence_is_judged_by_its_content(name, content, code, own_draft, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    row = assess(own_draft).rows[0].row_id
    data = {"draft": "0", f"evidence-{row}": SimpleUploadedFile(name, content)}
    page = text(
        site("enterprise").post(f"/grading/application/{own_draft.pk}/draft/", data, follow=True)
    )
    if content:  # Django leaves an empty upload out of FILES; then nothing was sent
        assert code in page
    own_draft.refresh_from_db()
    assert not own_draft.documents.exists()


def test_too_large_evidence_is_refused(own_draft, site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess
    from lantian.office.process import evidence

    monkeypatch.setattr(evidence, "MOST_MB", 0)
    data = {
        "draft": "0",
        f"evidence-{assess(own_draft).rows[0].row_id}": SimpleUploadedFile("大.pdf", PDF),
    }
    assert "C017" in text(
        site("enterprise").post(f"/grading/application/{own_draft.pk}/draft/", data, follow=True)
    )


def test_a_draft_saved_in_two_windows_loses_nothing(complete_draft, site) -> None:  # type: ignore[no-untyped-def]
    before = complete_draft.facts
    page = text(
        site("enterprise").post(
            f"/grading/application/{complete_draft.pk}/draft/", {"draft": "0"}, follow=True
        )
    )
    assert "C023" in page
    complete_draft.refresh_from_db()
    assert complete_draft.facts == before


def test_a_wrong_value_is_told_and_keeps_the_application_back(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.grading.assess import assess

    key = next(k for k, v in complete_draft.facts.items() if v.get("unit") == "mg/m³")
    facts = {**complete_draft.facts, key: {"value": "约 5", "unit": "mg/m³"}}
    saved = actions.save_draft(
        person("enterprise"), complete_draft, draft=None, facts=facts, energy={}
    )
    assert "G004" in assess(saved).of("problem")[0].zh
    with pytest.raises(LantianError, match="C006"):
        actions.submit(person("enterprise"), saved, expect=0)


def test_the_filled_workbook_brings_the_same_facts(own_draft, site, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from lantian.adapters.excel.form import write_form
    from lantian.jobs.grading.form import SHEETS
    from lantian.office.grading.assess import table_of

    facts, _ = facts_of("水泥", "水泥制品", "leading", 7)
    table = table_of(own_draft)
    rows = [{"firm_id": "1", "fact": table.facts[k].name_zh, "value": v["value"], "unit": v["unit"]}
            for k, v in facts.items()]  # fmt: skip
    rows.append({"firm_id": "1", "fact": "没有这个事实", "value": "1"})
    firm = {"firm_id": "1", "name": own_draft.firm_name, "industry": "水泥", "subtype": "水泥制品"}
    path = tmp_path / "申报表.xlsx"
    write_form(path, "申报", SHEETS, {"firm": [firm], "fact": rows})
    upload = SimpleUploadedFile("申报表.xlsx", path.read_bytes())
    page = text(
        site("enterprise").post(
            f"/grading/application/{own_draft.pk}/workbook/", {"file": upload}, follow=True
        )
    )
    assert f"读入 {len(facts)} 项事实" in page
    assert "G003" in page  # the strange row is told, not dropped in silence
    own_draft.refresh_from_db()
    assert {k: v["value"] for k, v in own_draft.facts.items()} == {
        k: v["value"] for k, v in facts.items()
    }


def test_a_workbook_of_another_firm_or_no_workbook_changes_nothing(
    own_draft, site, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    from lantian.adapters.excel.form import write_form
    from lantian.jobs.grading.form import SHEETS

    path = tmp_path / "别家.xlsx"
    firm = {"firm_id": "别家", "name": "别家", "industry": "水泥", "subtype": "水泥制品"}
    write_form(
        path,
        "申报",
        SHEETS,
        {"firm": [firm], "fact": [{"firm_id": "别家", "fact": "x", "value": "1"}]},
    )
    address, client = f"/grading/application/{own_draft.pk}/workbook/", site("enterprise")
    for content, code in (
        (path.read_bytes(), "G025"),
        (b"no workbook", "C016"),
        (b"PK\x03\x04 broken", "X0"),
    ):
        page = text(
            client.post(address, {"file": SimpleUploadedFile("a.xlsx", content)}, follow=True)
        )
        assert code in page
    assert "请选择文件" in text(client.post(address, follow=True))
    own_draft.refresh_from_db()
    assert own_draft.facts == {}


def test_the_empty_workbook_can_be_had(own_draft, site) -> None:  # type: ignore[no-untyped-def]
    sent = site("enterprise").get(f"/grading/application/{own_draft.pk}/template.xlsx")
    assert sent.content.startswith(b"PK")


def test_one_application_at_a_time_and_only_for_a_grade_of_the_table(
    own_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    firm = person("enterprise")
    for industry, subtype, wants, code in (
        ("cement", "水泥制品", "leading", "C024"), ("cement", "水泥熟料", "D", "C020"),
        ("cement", "没有", "A", "C021"), ("nothing", "", "A", "C021"),
    ):  # fmt: skip
        with pytest.raises(LantianError, match=code):
            actions.begin(firm, industry, subtype, wants)
    nobody = User.objects.create_user("nobody", role="enterprise")
    with pytest.raises(LantianError, match="C022"):
        actions.begin(nobody, "coking", "", "B")
    page = site("enterprise").post("/grading/new/", {"what": "x|y|z"}, follow=True)
    assert "C021" in text(page)
