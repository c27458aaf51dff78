"""The register of loggers: who may send, from where, with which password."""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from lantian.adapters.inplace import atomic
from lantian.jobs.gateway.complaint import complain
from lantian.kernel.problem import LantianError, Place, Problem

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

KIND: Final = "gateway-loggers"
_MN: Final = re.compile(r"[0-9A-Za-z_-]{1,40}")
_PASSWORD: Final = re.compile(r"[^;,=&\s]{1,40}")
_WORD: Final = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_CN: Final = re.compile(r"\d{4}")
_WATER: Final = {"21", "32"}
_MOST_BYTES: Final = 200_000_000


class Row(BaseModel):
    """One logger as the file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    mn: str
    password: str
    outlet: str
    firm: str
    name: str = ""
    st: tuple[str, ...] = ()
    version: str = ""
    addresses: tuple[str, ...] = ()
    sm4_key: str = ""
    vendor: str = ""
    cns: tuple[str, ...] = ("2051", "2061")
    minute_interval: int | None = None
    realtime_interval: int = 60
    active: bool = True

    @field_validator("st", "addresses", "cns", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return (str(value),)
        if isinstance(value, str):
            return tuple(value.replace(",", " ").split())
        if isinstance(value, list):
            return tuple(str(v) if isinstance(v, int) else v for v in value)
        return value

    @field_validator("name", "version", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("mn", "password", "outlet", "firm", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        """Refuse what YAML made a number: zeros in front would be lost."""
        if isinstance(value, int | float):
            raise ValueError("须加引号 put it in quotes, zeros in front are part of it")
        return value

    @field_validator("mn")
    @classmethod
    def _mn_form(cls, value: str) -> str:
        return _must(_MN, value, "1至40位字母、数字、_、- letters, digits, _ and -")

    @field_validator("password")
    @classmethod
    def _password_form(cls, value: str) -> str:
        return _must(_PASSWORD, value, "1至40个字符，不含 ; , = & 空格 none of these")

    @field_validator("outlet", "firm")
    @classmethod
    def _id_form(cls, value: str) -> str:
        if not 1 <= len(value) <= 100 or not value.isprintable():
            raise ValueError("1至100个字符 characters")
        return value

    @field_validator("version")
    @classmethod
    def _version_form(cls, value: str) -> str:
        if value not in {"", "2005", "2017", "2025"}:
            raise ValueError("2005、2017、2025或空 or empty")
        return value

    @field_validator("sm4_key", "vendor")
    @classmethod
    def _word_form(cls, value: str) -> str:
        return _must(_WORD, value, "名称只含字母数字 a plain name") if value else value

    @field_validator("st", "cns")
    @classmethod
    def _codes(cls, value: tuple[str, ...], info: Any) -> tuple[str, ...]:
        form = _CN if info.field_name == "cns" else re.compile(r"[0-9A-Z]{2,3}")
        for code in value:
            _must(
                form,
                code,
                "四位数字 four digits" if info.field_name == "cns" else "系统编码 a system code",
            )
        return value

    @field_validator("addresses")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ipaddress.ip_network(text, strict=False)
        return value

    @field_validator("minute_interval")
    @classmethod
    def _minutes(cls, value: int | None) -> int | None:
        if value is not None and value not in {1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30}:
            raise ValueError("1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30")
        return value

    @field_validator("realtime_interval")
    @classmethod
    def _seconds(cls, value: int) -> int:
        if not 1 <= value <= 3600:
            raise ValueError("1 to 3600")
        return value


def _must(form: re.Pattern[str], value: str, said: str) -> str:
    if form.fullmatch(value) is None:
        raise ValueError(said)
    return value


@dataclass(frozen=True, slots=True)
class Logger:
    """One registered logger; see the table of fields in docs/gateway.md."""

    mn: str
    password: str
    outlet: str
    firm: str
    name: str = ""
    st: tuple[str, ...] = ()
    version: str = ""
    addresses: tuple[Network, ...] = ()
    sm4_key: str = ""
    vendor: str = ""
    cns: tuple[str, ...] = ("2051", "2061")
    minute_interval: int = 1
    realtime_interval: int = 60
    active: bool = True

    def may_come_from(self, address: Address) -> bool:
        """Whether the logger may send from an address."""
        return not self.addresses or any(
            address.version == network.version and address in network for network in self.addresses
        )


@dataclass(frozen=True, slots=True)
class Registry:
    """The loggers of a gateway by MN."""

    loggers: Mapping[str, Logger] = field(default_factory=dict)
    source: str = ""

    def of(self, mn: str) -> Logger | None:
        """Return the logger of an MN, None where it is not registered."""
        return self.loggers.get(mn)

    def __len__(self) -> int:
        return len(self.loggers)


def read_registry(path: Path, vendors: Iterable[str] | None = None) -> Registry:
    """Return the register of a YAML or CSV file.

    Parameters
    ----------
    path
        The file; ``.csv`` is read as CSV, anything else as YAML.
    vendors
        Names that `vendor` may have; any where None.

    Raises
    ------
    LantianError
        J101 to J107, every problem of the file with its row and column. Passwords are never shown.
    """
    rows = _rows(path)
    known = None if vendors is None else sorted(vendors)
    loggers: dict[str, Logger] = {}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for n, raw in rows:
        logger = _logger(path, n, raw, problems)
        if logger is None:
            continue
        if logger.mn in loggers:
            place = Place(file=path.name, row=n, column="mn")
            problems.append(complain("J104", place, detail=logger.mn, given=places[logger.mn]))
        elif logger.vendor and known is not None and logger.vendor not in known:
            place = Place(file=path.name, row=n, column="vendor")
            given = "、".join(known)
            problems.append(complain("J107", place, detail=logger.vendor, given=given))
        else:
            loggers[logger.mn], places[logger.mn] = logger, n
    if problems:
        raise LantianError(*problems)
    return Registry(loggers, path.name)


def _rows(path: Path) -> Sequence[tuple[int, Any]]:
    place = Place(file=path.name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LantianError(complain("J101", place, detail=f"> {_MOST_BYTES:,} bytes"))
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".csv":
            return list(_csv_rows(text))
        found = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error
    except (UnicodeDecodeError, csv.Error, RecursionError) as error:
        raise LantianError(complain("J101", place, detail=type(error).__name__)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file=path.name, line=mark.line + 1 if mark else None)
        detail = getattr(error, "problem", None) or type(error).__name__
        raise LantianError(complain("J101", place, detail=detail)) from error
    if not isinstance(found, dict) or not isinstance(found.get("loggers"), list):
        raise LantianError(complain("J101", place, detail="loggers"))
    if found.get("kind", KIND) != KIND:
        raise LantianError(complain("J101", place, detail=f"kind: {found['kind']}"))
    return list(enumerate(found["loggers"], 1))


def _csv_rows(text: str) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not reader.fieldnames or "mn" not in reader.fieldnames:
        raise LantianError(complain("J101", detail="mn"))
    for raw in reader:
        if not any(v for v in raw.values() if isinstance(v, str) and v.strip()):
            continue
        row: dict[str, Any] = {}
        for name, value in raw.items():
            if value not in ("", None):  # cells beyond the headings come under None
                row["(+)" if name is None else name] = value
        yield reader.line_num, row


def _logger(path: Path, n: int, raw: Any, problems: list[Problem]) -> Logger | None:
    if not isinstance(raw, dict):
        place = Place(file=path.name, row=n)
        problems.append(
            complain("J103", place, field="logger", detail=str(raw)[:40], given="mn: …")
        )
        return None
    try:
        row = Row.model_validate({str(k): v for k, v in raw.items()})
    except ValidationError as error:
        problems += (_problem(path, n, one) for one in error.errors(include_url=False))
        return None
    values = row.model_dump()
    if values["minute_interval"] is None:
        values["minute_interval"] = 10 if _WATER & set(row.st) else 1
    values["addresses"] = tuple(ipaddress.ip_network(t, strict=False) for t in row.addresses)
    return Logger(**values)


def _problem(path: Path, n: int, error: Any) -> Problem:
    name = str(error["loc"][0]) if error["loc"] else ""
    place = Place(file=path.name, row=n, column=name)
    if error["type"] == "missing":
        return complain("J102", place, field=name)
    if error["type"] == "extra_forbidden":
        return complain("J105", place, field=name)
    shown = "…" if name in {"password", "sm4_key"} else str(error.get("input"))[:40]
    said = error["msg"].removeprefix("Value error, ")
    return complain("J103", place, field=name, detail=shown, given=said)


def write_registry(path: Path, loggers: Iterable[Logger]) -> None:
    """Write a register as YAML, readable by its owner only; it takes its place when it is whole.

    Raises
    ------
    LantianError
        J001 where it cannot be written.
    """
    rows = []
    for logger in loggers:
        row: dict[str, Any] = {"mn": logger.mn, "password": logger.password}
        row |= {"outlet": logger.outlet, "firm": logger.firm}
        for name in ("name", "version", "sm4_key", "vendor"):
            if value := getattr(logger, name):
                row[name] = value
        for name in ("st", "cns"):
            if values := getattr(logger, name):
                row[name] = list(values)
        if logger.addresses:
            row["addresses"] = [str(a) for a in logger.addresses]
        row |= {"minute_interval": logger.minute_interval}
        row |= {"realtime_interval": logger.realtime_interval}
        if not logger.active:
            row["active"] = False
        rows.append(row)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    value = {"kind": KIND, "loggers": rows}
    text = yaml.dump(value, Dumper=dumper, allow_unicode=True, sort_keys=False)
    try:
        with atomic(path) as new:
            new.chmod(0o600)
            new.write_text(text, "utf-8")
    except OSError as error:
        place = Place(file=path.name)
        raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error
