"""Firms of the demonstration city: two editions of its list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

ACCEPTED_DAYS_AGO = (75, 45)
"""When the editions were accepted, before everything that the other rooms of the demonstration tell."""


def fill(folder: Path, seed: int) -> None:
    """Put two editions of the invented list into the site: of autumn, and of the demo's winter day.

    They were accepted weeks ago: since then a firm's grade fell, and the list has not followed yet.
    The first district bears the name that the demonstration's district officer works in.
    """
    from django.utils import timezone

    from lantian.demo.city import demo_day, make_city
    from lantian.demo.editions import before_winter, with_district
    from lantian.jobs.lists import write_list
    from lantian.office.audit.vault import store
    from lantian.office.people.models import User
    from lantian.office.registry.actions import accept, candidate_of, check_file, keep_check

    folder.mkdir(parents=True, exist_ok=True)
    officer = User.objects.get(username="demo-air")
    winter = with_district(make_city(seed=seed))
    for seen, (name, inventory) in enumerate(
        (("清单-秋季.xlsx", before_winter(winter)), ("清单-冬季.xlsx", winter))
    ):
        write_list(inventory, folder / name, layout="lantian-1")
        file = store(name, (folder / name).read_bytes())
        report = check_file(file, demo_day())
        upload = keep_check(officer, file, report)
        at = timezone.now() - timedelta(days=ACCEPTED_DAYS_AGO[seen])
        accept(officer, candidate_of(upload, report.read.inventory), seen=seen, at=at)
