"""What a firm does with its order: confirm the receipt, report how it was carried out, with pictures."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from lantian.office.alert.models import Order, OrderPhoto, OrderReport
from lantian.office.alert.refusal import StepRefusedError
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User

MOST_PHOTOS = 6
MOST_WORDS = 4000
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


@action("order.receipt", "order.received")
def receive(actor: User, order: Order) -> Done[Order]:
    """Confirm the receipt of an order, once.

    Raises
    ------
    StepRefusedError
        For another firm's order, one that ended, or one that was confirmed already.
    """
    found = _own(actor, order)
    if found.receipt_at is not None:
        raise StepRefusedError("已经确认收到", "it was confirmed already")
    if found.ended_at is not None:
        raise StepRefusedError("本令已终止，不必确认", "the order has ended")
    found.receipt_by, found.receipt_at = actor.username, timezone.now()
    found.save()
    return Done(found, {"alert": found.alert_id, "firm": found.firm_id}, about=_about(found))


@action("order.receipt", "order.reported")
def report(
    actor: User, order: Order, text: str, photos: Sequence[StoredFile] = ()
) -> Done[OrderReport]:
    """Hand in how an order was carried out; every report is kept.

    Parameters
    ----------
    photos
        Pictures, stored under their hash.

    Raises
    ------
    StepRefusedError
        For another firm's order, before its receipt, without a text, for the same report twice; O018 where
        a file is no JPEG or PNG, or there are too many.
    """
    found = _own(actor, order)
    if found.receipt_at is None:
        raise StepRefusedError("请先确认收到", "confirm the receipt first")
    said = text.strip()[:MOST_WORDS]
    if not said:
        raise StepRefusedError("请写明执行情况", "say how it was carried out")
    if len(photos) > MOST_PHOTOS:
        raise StepRefusedError(
            f"照片最多{MOST_PHOTOS}张", f"no more than {MOST_PHOTOS} pictures", "O018"
        )
    kinds = [_kind(one) for one in photos]
    last = found.reports.last()
    if last is not None and last.text == said and _hashes(last) == [p.hash for p in photos]:
        raise StepRefusedError("这份报告已经提交", "this report was handed in already")
    made = OrderReport.objects.create(order=found, text=said, by=actor.username, at=timezone.now())
    OrderPhoto.objects.bulk_create(
        OrderPhoto(report=made, file=one, kind=kind)
        for one, kind in zip(photos, kinds, strict=True)
    )
    found.report, found.reported_at = said, made.at
    found.save()
    event = {"alert": found.alert_id, "firm": found.firm_id, "report": said, "photos": len(photos)}
    return Done(
        made, event, {f"{i} {p.name}": p.hash for i, p in enumerate(photos, 1)}, _about(found)
    )


def _hashes(report: OrderReport) -> list[str]:
    return list(report.photos.order_by("pk").values_list("file_id", flat=True))


def _kind(photo: StoredFile) -> str:
    with path_of(photo.hash).open("rb") as file:
        head = file.read(8)
    for start, kind in _KINDS:
        if head.startswith(start):
            return kind
    raise StepRefusedError(
        f"“{photo.name}”不是JPEG或PNG照片，请重新拍照或转换格式",
        f"“{photo.name}” is no JPEG or PNG picture", "O018",
    )  # fmt: skip


def _about(order: Order) -> list[str]:
    return [f"firm:{order.firm_id}"]


def _own(actor: User, order: Order) -> Order:
    if not actor.firm_id or order.firm_id != actor.firm_id:
        raise StepRefusedError("这不是本企业的管控令", "this is not your firm's order")
    return Order.objects.select_for_update().get(pk=order.pk)
