"""What is registered: outlets with their limits, loggers with their passwords, the gateway's register."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from lantian.adapters.crypto.locked import WrongKeyError, lock, unlock
from lantian.domain.ledger.chain import digest
from lantian.jobs.gateway import registry
from lantian.kernel.problem import LantianError
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.monitoring import lake
from lantian.office.monitoring.alarms import about
from lantian.office.monitoring.description import read_description
from lantian.office.monitoring.models import Logger, Outlet
from lantian.office.monitoring.problems import refused
from lantian.office.people.models import User
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm

PURPOSE = "monitoring.logger"
FILE_NAME = "loggers.yaml"
_CODE = re.compile(r"[\w.\-]{1,60}")


@action("monitoring.register", "monitoring.outlet")
def register_outlet(actor: User, firm_id: str, file: StoredFile, now: datetime) -> Done[Outlet]:
    """Register an outlet by its description, or give one a new description; limits carry their dates.

    Raises
    ------
    LantianError
        M010, M011 for what is wrong in the description, Z014, Z015.
    """
    edition = current()
    if edition is None or not Firm.objects.filter(edition=edition, firm_id=firm_id).exists():
        raise refused("Z014", firm=firm_id)
    own = read_description(file)
    if _CODE.fullmatch(own.outlet_id) is None:
        raise refused("Z015", given=own.outlet_id)
    row, _ = Outlet.objects.update_or_create(
        firm_id=firm_id, code=own.outlet_id,
        defaults={"name_zh": own.name_zh[:120], "medium": own.medium.value, "trade": own.trade[:40],
                  "file": file, "by": actor.username, "at": now},
    )  # fmt: skip
    event = {
        "outlet": row.code,
        "firm": firm_id,
        "name": row.name_zh,
        "trade": row.trade,
        "limits": len(own.limits),
    }
    return Done(row, event, {file.name: file.hash}, about(row))


@dataclass(frozen=True, slots=True)
class LoggerForm:
    """A logger as it was filled in; every field as text, as in the gateway's register.

    An empty password keeps the one that is stored.
    """

    mn: str
    password: str = ""
    name: str = ""
    st: str = ""
    version: str = ""
    addresses: str = ""
    sm4_key: str = ""
    vendor: str = ""
    cns: str = "2051 2061"
    minute_interval: str = "1"
    realtime_interval: str = "60"
    active: bool = True


@action("monitoring.register", "monitoring.logger")
def register_logger(actor: User, outlet: Outlet, form: LoggerForm, now: datetime) -> Done[Logger]:
    """Register a logger, or change one; its password is locked, and never shown or recorded.

    Raises
    ------
    LantianError
        Z011 for a field the gateway would refuse, Z012 for an MN of another outlet, Z013.
    """
    before = Logger.objects.select_for_update().filter(mn=form.mn.strip()).first()
    if before is not None and before.outlet_id != outlet.pk and before.active:
        raise refused("Z012", mn=before.mn, outlet=str(before.outlet))
    password = form.password or (opened(before) if before else "")
    found = checked(form, password, outlet)
    row, _ = Logger.objects.update_or_create(
        mn=found.mn,
        defaults={
            "outlet": outlet, "name": found.name, "password": lock(password, settings.SECRET_KEY, PURPOSE),
            "st": " ".join(found.st), "version": found.version,
            "addresses": " ".join(str(a) for a in found.addresses), "sm4_key": found.sm4_key,
            "vendor": found.vendor, "cns": " ".join(found.cns), "minute_interval": found.minute_interval,
            "realtime_interval": found.realtime_interval, "active": found.active,
            "by": actor.username, "at": now,
        },
    )  # fmt: skip
    event = {"mn": row.mn, "outlet": outlet.code, "firm": outlet.firm_id, "active": "yes" if row.active else "no",
             "password": "changed" if form.password else "kept", "st": row.st, "addresses": row.addresses,
             "minute_interval": row.minute_interval}  # fmt: skip
    return Done(row, event, about=about(outlet))


def opened(row: Logger) -> str:
    """Return the password of a logger.

    Raises
    ------
    LantianError
        Z013 where it cannot be opened.
    """
    try:
        return unlock(row.password, settings.SECRET_KEY, PURPOSE)
    except WrongKeyError:
        raise refused("Z013", mn=row.mn) from None


def checked(form: LoggerForm, password: str, outlet: Outlet) -> registry.Logger:
    """Return a logger as the gateway reads it back from its own register.

    Raises
    ------
    LantianError
        Z011 with what the gateway refuses; the password is never shown.
    """
    import yaml

    row: dict[str, object] = {"mn": form.mn, "password": password, "outlet": str(outlet.pk), "firm": outlet.firm_id,
                              "active": form.active}  # fmt: skip
    for name in ("name", "st", "version", "addresses", "sm4_key", "vendor", "cns"):
        if text := str(getattr(form, name)).strip():
            row[name] = text
    for name in ("minute_interval", "realtime_interval"):
        text = str(getattr(form, name)).strip()
        row[name] = int(text) if text.isdecimal() else text
    with tempfile.TemporaryDirectory(prefix="lantian-logger-") as folder:
        path = Path(folder) / FILE_NAME
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump({"loggers": [row]}, allow_unicode=True), "utf-8")
        try:
            found = registry.read_registry(path)
        except LantianError as error:
            detail = "；".join(f"{p.place.column} {p.message_zh}" for p in error.problems)
            raise refused("Z011", mn=form.mn[:40], detail=detail) from None
    return next(iter(found.loggers.values()))


def as_the_gateway(row: Logger) -> registry.Logger:
    """Return one logger as the gateway needs it, its password opened.

    Raises
    ------
    LantianError
        Z013 where the password cannot be opened.
    """
    form = LoggerForm(row.mn, "", row.name, row.st, row.version, row.addresses, row.sm4_key, row.vendor,
                      row.cns, str(row.minute_interval), str(row.realtime_interval), row.active)  # fmt: skip
    return checked(form, opened(row), row.outlet)


def as_registered() -> list[registry.Logger]:
    """Return every logger as the gateway needs it, passwords opened.

    Raises
    ------
    LantianError
        Z013 with every password that cannot be opened.
    """
    problems, found = [], []
    for row in Logger.objects.select_related("outlet"):
        try:
            found.append(as_the_gateway(row))
        except LantianError as error:
            problems += error.problems
    if problems:
        raise LantianError(*problems)
    return found


@action("monitoring.register", "monitoring.registry")
def export_registry(actor: User) -> Done[Path]:
    """Write the register of loggers into the gateway's folder, where the running gateway takes it up.

    Only its owner can read it; the ledger has its hash, not its content.
    """
    loggers = as_registered()
    path = lake.home() / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    registry.write_registry(path, loggers)
    own = digest(settings.LEDGER_ALGORITHM, path.read_bytes())
    return Done(path, {"loggers": len(loggers), "hash": own})


def counts() -> Mapping[str, int]:
    """Return how many loggers there are, and how many are switched off."""
    return {"all": Logger.objects.count(), "off": Logger.objects.filter(active=False).count()}
