"""Find and load layouts: the packaged ones by name, any other by its file's path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes
from lantian.adapters.excel.layout import Layout, LayoutFaultError, parse_layout
from lantian.kernel.problem import LantianError, Place


@cache
def layout_names() -> tuple[str, ...]:
    """Return the names of the packaged layouts."""
    folder = resources.files("lantian.adapters.excel") / "layouts"
    return tuple(
        sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml"))
    )


def load_layout(name: str | Path) -> Layout:
    """Return a layout by packaged name or by the path of its YAML file.

    Raises
    ------
    LantianError
        X008 if there is no such layout or its file breaks the schema.
    """
    text = str(name)
    if isinstance(name, Path) or text.endswith((".yaml", ".yml")):
        path = Path(name)
        try:
            return _parsed(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise LantianError(codes.problem("X008", Place(file=text), why=str(error))) from None
    if text not in layout_names():
        why = "、".join(layout_names())
        raise LantianError(
            codes.problem("X008", Place(file=text), why=f"内置版式 packaged layouts: {why}")
        )
    return _packaged(text)


@cache
def _packaged(name: str) -> Layout:
    file = resources.files("lantian.adapters.excel") / "layouts" / f"{name}.yaml"
    return _parsed(file.read_text(encoding="utf-8"), f"{name}.yaml")


def _parsed(text: str, source: str) -> Layout:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return parse_layout(yaml.load(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file=source, line=mark.line + 1 if mark else None)
        raise LantianError(codes.problem("X008", place, why=str(error))) from None
    except LayoutFaultError as fault:
        why = f"{fault.where}: {fault.zh} ({fault.en})"
        raise LantianError(codes.problem("X008", Place(file=source), why=why)) from None
