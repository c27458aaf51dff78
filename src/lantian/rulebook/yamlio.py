"""YAML in, plain values out, with exact decimals; line numbers only when somebody asks.

A good file is read once over libyaml's events: that is several times faster than a full
loader, refuses repeated keys (which YAML loaders drop in silence) and keeps decimals exact.
Lines are found by composing the file a second time, after something has failed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

_Parser: Any
try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # pragma: no cover - PyYAML built without libyaml

    class _PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
        """The same events from the pure Python parser."""

        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)

    _Parser = _PurePython

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_INT = re.compile(r"-?(0|[1-9]\d*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlTrouble(Exception):  # noqa: N818 - a finding about a file, not a failure of ours
    """A file that is no rule file at all: broken YAML, a repeated key, an alias."""

    def __init__(self, line: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.line = line
        self.kind = kind  # "syntax", "duplicate", "alias", "documents", "deep"
        self.detail = detail


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if not (text[0].isdigit() or text[0] == "-"):
        return text
    if _INT.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def read_yaml(text: str) -> Any:
    """Return the one document in `text` as dicts, lists, str, int, Decimal, bool, date, None.

    Raises
    ------
    YamlTrouble
        Broken YAML, a key given twice, an alias, or more than one document.
    """
    try:
        parser = _Parser(text)
        parser.get_event()  # stream start
        if parser.check_event(yaml.StreamEndEvent):
            return None
        parser.get_event()  # document start
        value = _node(parser, parser.get_event())
        parser.get_event()  # document end
        end = parser.get_event()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        detail = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise YamlTrouble(line, "syntax", detail) from error
    except RecursionError:
        raise YamlTrouble(1, "deep", "nested too deeply") from None
    if not isinstance(end, yaml.StreamEndEvent):
        raise YamlTrouble(end.start_mark.line + 1, "documents", "")
    return value


def _node(parser: Any, event: Any) -> Any:
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return event.value if event.style else _plain(event.value)
    if kind is yaml.SequenceStartEvent:
        items = []
        while type(event := parser.get_event()) is not yaml.SequenceEndEvent:
            items.append(_node(parser, event))
        return items
    if kind is yaml.MappingStartEvent:
        mapping: dict[Any, Any] = {}
        while type(event := parser.get_event()) is not yaml.MappingEndEvent:
            line = event.start_mark.line + 1
            key = _node(parser, event)
            if isinstance(key, list | dict):
                raise YamlTrouble(line, "syntax", "mapping or list used as a key")
            if key in mapping:
                raise YamlTrouble(line, "duplicate", str(key))
            mapping[key] = _node(parser, parser.get_event())
        return mapping
    raise YamlTrouble(event.start_mark.line + 1, "alias", getattr(event, "anchor", "") or "")


class _Dumper(yaml.SafeDumper):
    """Writes exact decimals as plain numbers."""


def _exact(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _exact)


def dump_yaml(value: Any) -> str:
    """Return plain values as YAML that `read_yaml` reads back equal, keys in their order."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class Lines:
    """Finds the line of a path such as ``("measures", 2, "levels", "red")`` in one file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: Any = None

    def at(self, path: Sequence[str | int]) -> int:
        """Return the line, counted from 1, of the deepest part of `path` that exists."""
        if self._root is None:
            try:
                self._root = yaml.compose(self._text, Loader=yaml.SafeLoader)
            except yaml.YAMLError:  # the two parsers of PyYAML differ on a few odd characters
                return 1
        node = self._root
        if node is None:
            return 1
        line = int(node.start_mark.line) + 1
        for part in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(part):
                        found, line = value, int(key.start_mark.line) + 1
                        break
            elif isinstance(part, int) and part < len(node.value):
                found = node.value[part]
                line = int(found.start_mark.line) + 1
            if found is None:
                break
            node = found
        return line
