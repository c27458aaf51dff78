"""Air, water and soil of the demonstration city."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path


def fill(folder: Path, seed: int) -> None:
    """Put invented air, water and soil into the site through its actions."""
    from lantian.demo.environment import LAST, SECTIONS, STATIONS, write_environment
    from lantian.office.air.actions import (
        StationPlace,
        import_days,
        import_hours,
        set_forecast,
        set_stations,
    )
    from lantian.office.audit.vault import store
    from lantian.office.people.models import User
    from lantian.office.site.actions import set_site
    from lantian.office.soil.actions import import_register
    from lantian.office.water.actions import SectionPlace, import_samples, set_places

    files = write_environment(folder, seed=seed)
    air, water = (User.objects.get(username=f"demo-{role}") for role in ("air", "water"))
    settings = {"city": "示例市", "invented": "1", "province": "shanxi"}
    settings["grading_unverified"] = (
        "1"  # grades of the demonstration lean on unverified rows, and say so
    )
    set_site(User.objects.get(username="demo-operator"), settings)
    set_stations(air, [StationPlace(*place) for place in STATIONS])
    import_days(air, store(files.days.name, files.days.read_bytes()))
    import_hours(air, store(files.hours.name, files.hours.read_bytes()))
    start = date(LAST.year, LAST.month, LAST.day) + timedelta(days=1)
    ranges = [
        (150, 190, "PM2.5"),
        (210, 250, "PM2.5"),
        (220, 260, "PM2.5"),
        (120, 160, "PM2.5"),
        (60, 90, "NO2"),
    ]
    set_forecast(air, LAST, [(start + timedelta(days=i), *r) for i, r in enumerate(ranges)])
    import_samples(water, store(files.samples.name, files.samples.read_bytes()))
    soil = User.objects.get(username="demo-soil")
    import_register(soil, store(files.parcels.name, files.parcels.read_bytes()), LAST)
    set_places(water, [SectionPlace(s[0], s[2], s[5], s[6]) for s in SECTIONS])
