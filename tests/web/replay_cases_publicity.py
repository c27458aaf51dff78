"""Forms of publicity and bulletins, sent again (issue 4, section 4)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from replayed import Sent, case
from test_notices import form, prepared, take


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
