"""Forms as data: which sheets and columns a room's workbook has, under which names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from lantian.adapters.excel import codes
from lantian.adapters.excel.form import FormColumn, FormSheet
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.yamlio import YamlTrouble, read_yaml

_FOLDER = Path(__file__).parent / "forms"
_TOP = {"form", "title_zh", "sheets"}
_SHEET = {"sheet", "aliases", "note", "required", "columns"}
_COLUMN = {"key", "header", "aliases", "required", "width", "note", "choices"}


def packaged_form(name: str) -> dict[str, FormSheet]:
    """Return the sheets of a form that comes with Lantian."""
    return read_form_layout(_FOLDER / f"{name}.yaml")


def read_form_layout(
    path: Path, known: Mapping[str, FormSheet] | None = None
) -> dict[str, FormSheet]:
    """Return the sheets a layout file describes, by key.

    Parameters
    ----------
    path
        The layout file.
    known
        The form it stands in for: a layout of one's own may leave columns out and rename them,
        but has no sheet or column that form does not know.

    Raises
    ------
    LantianError
        X008 where the file is no such layout.
    """
    try:
        data = read_yaml(path.read_text(encoding="utf-8"))
        sheets = _mapping(_mapping(data, "", _TOP).get("sheets"), "sheets", None)
        found = {key: _sheet(key, body, known) for key, body in sheets.items()}
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(path, str(error)) from error
    except YamlTrouble as error:
        raise _fault(path, error.detail, error.line) from error
    except ValueError as error:
        raise _fault(path, str(error)) from error
    if known is not None:
        lost = [s.name for key, s in known.items() if s.required and key not in found]
        if lost:
            raise _fault(path, f"sheets: {', '.join(lost)}")
    return found


def _sheet(key: str, body: object, known: Mapping[str, FormSheet] | None) -> FormSheet:
    data = _mapping(body, key, _SHEET)
    original = None
    if known is not None:
        original = known.get(key)
        if original is None:
            raise ValueError(f"sheets.{key}: {', '.join(known)}")
    columns = [
        _column(c, f"{key}.columns[{i}]") for i, c in enumerate(_list(data.get("columns"), key))
    ]
    if original is not None:
        names = {c.key for c in original.columns}
        wrong = [c.key for c in columns if c.key not in names]
        lost = [
            c.key for c in original.columns if c.required and c.key not in {k.key for k in columns}
        ]
        if wrong or lost:
            raise ValueError(f"{key}.columns: {', '.join(wrong or lost)}")
    return FormSheet(
        key,
        str(data.get("sheet", key)),
        tuple(columns),
        required=data.get("required") is True or bool(original and original.required),
        note=str(data.get("note", "")),
        aliases=tuple(map(str, _list(data.get("aliases", []), key))),
    )


def _column(body: object, where: str) -> FormColumn:
    data = _mapping(body, where, _COLUMN)
    if "key" not in data or "header" not in data:
        raise ValueError(f"{where}: key, header")
    width = data.get("width", 14)
    if isinstance(width, bool) or not isinstance(width, int):
        raise ValueError(f"{where}.width: {width}")
    return FormColumn(
        str(data["key"]),
        str(data["header"]),
        required=data.get("required") is True,
        width=width,
        note=str(data.get("note", "")),
        choices=tuple(map(str, _list(data.get("choices", []), where))),
        aliases=tuple(map(str, _list(data.get("aliases", []), where))),
    )


def _mapping(value: object, where: str, allowed: set[str] | None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where or '(top)'}: 应为键值表 must be a mapping")
    wrong = [str(k) for k in value if allowed is not None and k not in allowed]
    if wrong:
        raise ValueError(f"{where or '(top)'}: 不认识的键 unknown keys {', '.join(wrong)}")
    return cast("dict[str, Any]", value)


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{where}: 应为列表 must be a list")
    return value


def _fault(path: Path, why: str, line: int | None = None) -> LantianError:
    return LantianError(codes.problem("X008", Place(file=str(path), line=line), why=why))
