"""Steps of an alert as people take them on the pages, for the tests of its rooms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

FIRST = date.today() + timedelta(days=2)
"""First day of the forecasts: always ahead, so that no test depends on the day it runs."""


def coming(*aqi: int, primary: str = "PM2.5") -> str:
    """Return a forecast file of so many days."""
    rows = [f"{FIRST + timedelta(days=i)},{value},{primary}\n" for i, value in enumerate(aqi)]
    return "date,aqi,primary_pollutant\n" + "".join(rows)


ORANGE = coming(128, 163, 214, 262, 231, 88)
"""Orange from the second day to the end of the fifth."""
CLEARED = coming(128, 90, 80, 70, 60, 60)


def csv(text: str, name: str = "forecast.csv") -> SimpleUploadedFile:
    """Return a forecast as an upload."""
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def said(response: Any) -> str:
    """Return the page that follows a step."""
    return str(response.content.decode())


def propose(client: Any, text: str = ORANGE, step: str = "") -> str:
    """Hand a forecast in; return the page that follows."""
    values = {"file": csv(text), "issued": str(FIRST - timedelta(days=1)), "step": step}
    return said(client.post("/alert/propose/", values, follow=True))


def midnight(days: int) -> str:
    """Return the start of a day of the forecasts, counted from 0, as a form gives it."""
    return f"{FIRST + timedelta(days=days)}T00:00"


def extend(client: Any, pk: int, until: str, text: str | None, basis: str = "forecast") -> str:
    """Propose a later end; return the page that follows."""
    values: dict[str, Any] = {"until": until, "basis": basis, "why": "污染过程延续"}
    if text is not None:
        values["file"] = csv(text)
    return said(client.post(f"/alert/{pk}/extend/", values, follow=True))


def change(client: Any, draft: Any, firm_id: str, rung: str, why: str = "核实", **more: Any) -> Any:
    """Change a firm in a copy of a plan."""
    version = more.pop("version", draft.version)
    values = {"firm": firm_id, "rung": rung, "why": why, "version": version, **more}
    return client.post(f"/alert/draft/{draft.pk}/", values, follow=True)


def ask(client: Any, alert: Any, workbook: bytes) -> Any:
    """Ask for a plan of an alert on a list that is uploaded; return the page that follows."""
    file = SimpleUploadedFile("list.xlsx", workbook)
    return client.post(f"/alert/{alert.pk}/plan/", {"file": file}, follow=True)
