"""Forms of air, water, soil and the list, sent again (issue 4, section 4)."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from replayed import Sent, case, demo_file


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
    # The same workbook for the same day is checked once, from a fresh page too: the list says so itself.
    values: dict[str, str | list[str]] = {"day": "2026-12-15"}
    return Sent("air", "/list/", "/list/upload/", values, small_list(), told="E014")


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


@case("list-grades-write")
def _carry(site) -> Sent:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    edition = current()
    firm = Firm.objects.filter(edition=edition, industry="水泥").exclude(grade="A").first()
    Award.objects.filter(firm_id=firm.firm_id, ended_at=None).delete()
    Award.objects.create(
        firm_id=firm.firm_id, firm_name=firm.name, industry="cement", industry_zh="水泥", grade="A",
        document="2026年第五批", by="air", at=timezone.now(),
    )  # fmt: skip
    values: dict[str, str | list[str]] = {
        "firm": [firm.firm_id],
        "day": "2026-12-15",
        "edition": str(edition.number),
    }
    return Sent("air", "/list/grades/", "/list/grades/write/", values, told="E014")
