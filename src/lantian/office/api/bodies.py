"""What the interface takes in, and how OpenAPI describes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from lantian.office.api.operation import _iso_day
from lantian.office.api.shapes_alerts import ReportIn

_Day = Annotated[
    date, BeforeValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date"})
]


def _whole(value: object) -> object:
    """Refuse texts and truth values, which pydantic would make numbers of."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a whole number")
    return value


_Index = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=500)]


class ForecastDay(Schema):
    """The index expected for a day, as a range."""

    day: _Day
    low: _Index
    high: _Index
    primary: str = Field(
        "", max_length=20, pattern=r"^[^\x00]*$", description="as PM2.5; empty where it is not said"
    )
    model_config = ConfigDict(extra="forbid")


class ForecastIn(Schema):
    """A forecast of the air."""

    issued_on: _Day
    days: list[ForecastDay] = Field(min_length=1, max_length=30)
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "issued_on": "2026-12-15",
                "days": [{"day": "2026-12-16", "low": 150, "high": 190, "primary": "PM2.5"}],
            }
        },
    )


def _json(shape: type[Schema]) -> dict[str, Any]:
    schema = shape.model_json_schema()
    definitions = schema.pop("$defs", {})
    text = _inlined(schema, definitions)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": text}}}}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema with its named parts written where they are used."""
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
        return {k: _inlined(v, definitions) for k, v in node.items()}
    return [_inlined(v, definitions) for v in node] if isinstance(node, list) else node


def report_body() -> dict[str, Any]:
    """Return the body of a report."""
    return _json(ReportIn)


def forecast_body() -> dict[str, Any]:
    """Return the body of a forecast."""
    return _json(ForecastIn)


def _table(row: dict[str, Any], note: str) -> dict[str, Any]:
    """Return the body of a table: rows as JSON, or the file as CSV."""
    value = {"type": ["string", "number", "null"]}
    schema = {
        "type": "object", "required": ["rows"], "additionalProperties": False,
        "properties": {"rows": {"type": "array", "minItems": 1,
                                "items": {"type": "object", "additionalProperties": value}}},
        "example": {"rows": [row]},
    }  # fmt: skip
    text = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
    return {
        "requestBody": {
            "required": True,
            "description": note,
            "content": {
                "application/json": {"schema": schema},
                "text/csv": {"schema": {"type": "string"}, "example": text},
            },
        }
    }


_VALUES = {"so2": 10, "no2": 40, "co": "1.0", "o3": 60, "pm10": 100, "pm25": 70}


def air_hours_body() -> dict[str, Any]:
    """Return the body of station hours."""
    row = {"time": "2026-12-16 01:00", "station": "S01"} | _VALUES
    return _table(
        row, "columns as in docs/air.md; µg/m³, CO mg/m³; write decimals as text to keep them exact"
    )


def air_days_body() -> dict[str, Any]:
    """Return the body of city days."""
    row = {"date": "2026-12-16"} | _VALUES
    return _table(row, "columns as in docs/air.md; µg/m³, CO mg/m³")


def water_body() -> dict[str, Any]:
    """Return the body of samples."""
    row = {"section": "出境断面", "date": "2026-12-16", "do": "8.1", "codmn": "4.2", "tp": "0.12"}
    return _table(row, "columns as in docs/water.md; mg/L")
