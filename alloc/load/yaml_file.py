"""A YAML text -> a Document with the line and column of every value.

Only mappings, lists and scalars are read, from the parser's events: no tag is obeyed, no alias followed, no
object built. Scalars stay text until the schema says what they are, so that the id 042010 keeps its zero.
"""

from __future__ import annotations

from typing import Any

from alloc.errors import Fault
from alloc.load.bounds import DEPTH, YAML_NODES
from alloc.load.cells import Plain
from alloc.load.positions import KEY, Document, Path, Place

_NULLS = ("", "~", "null", "Null", "NULL")


def read_yaml(text: str, shown: str | None, faults: list[Fault]) -> Document | None:
    """The document in a YAML text; None, and a fault, where it is not one."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    tree = _Tree(shown, faults)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            tree.take(event)
    except _Refused as refused:
        faults.append(refused.fault)
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place: Place = {} if mark is None else {"line": mark.line + 1, "column": str(mark.column + 1)}
        detail = str(error.problem or error.context)
        faults.append(Fault("yaml_syntax", file=shown, params={"detail": detail}, **place))
        return None
    except (YAMLError, ValueError, RecursionError) as error:
        detail = str(getattr(error, "reason", "") or error).splitlines()[0]
        position = getattr(error, "position", None)
        line = None if position is None else text.count("\n", 0, position) + 1
        faults.append(Fault("yaml_syntax", file=shown, line=line, params={"detail": detail}))
        return None
    return Document(tree.data, tree.place)


class _Refused(Exception):
    """Ends the reading; it never leaves this file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class _Tree:
    """Builds the data out of the parser's events, and remembers where each value stands."""

    def __init__(self, shown: str | None, faults: list[Fault]) -> None:
        self.data: object = None
        self._shown = shown
        self._faults = faults
        self._marks: dict[Path, tuple[int, int]] = {}
        self._open: list[Any] = []
        self._path: list[str | int] = []
        self._wants_key = False
        self._nodes = 0
        self._documents = 0

    def place(self, path: Path) -> Place:
        """File, line and column of a value, or of its nearest known parent."""
        while path and path not in self._marks:
            path = path[:-1]
        line, column = self._marks.get(path, (0, 0))
        return {"file": self._shown, "line": line + 1, "column": str(column + 1)}

    def take(self, event: Any) -> None:
        """The next event of the parser."""
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "yaml_documents")
        elif kind == "AliasEvent":
            self._refuse(event, "yaml_alias", event.anchor)
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            self._open.pop()
            self._path.pop()
            self._next()
        elif kind in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
            self._count(event)
            if self._wants_key:
                self._key(event, kind)
            else:
                self._value(event, kind)

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > YAML_NODES:
            self._refuse(event, "yaml_too_long", limit=str(YAML_NODES))
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:str"):
            self._refuse(event, "yaml_tag", event.tag)

    def _key(self, event: Any, kind: str) -> None:
        if kind != "ScalarEvent":
            self._refuse(event, "yaml_key")
        key = event.value
        mark = (event.start_mark.line, event.start_mark.column)
        if key in self._open[-1]:
            place = {"line": mark[0] + 1, "column": str(mark[1] + 1)}
            self._faults.append(Fault("key_twice", file=self._shown, value=key, **place))
        self._path[-1] = key
        self._marks[*self._path, KEY] = mark
        self._wants_key = False

    def _value(self, event: Any, kind: str) -> None:
        if kind == "ScalarEvent":
            value: object = self._scalar(event)
        else:
            value = {} if kind == "MappingStartEvent" else []
        self._marks[tuple(self._path)] = (event.start_mark.line, event.start_mark.column)
        if not self._open:
            self.data = value
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._path[-1]] = value
        else:
            self._open[-1].append(value)
        if kind == "ScalarEvent":
            self._next()
            return
        if len(self._open) >= DEPTH:
            self._refuse(event, "too_deep", limit=str(DEPTH))
        self._open.append(value)
        self._path.append("" if kind == "MappingStartEvent" else 0)
        self._wants_key = kind == "MappingStartEvent"

    def _next(self) -> None:
        """A value is complete: on to the next key or item of what is still open."""
        self._wants_key = bool(self._open) and isinstance(self._open[-1], dict)
        if self._open and not self._wants_key:
            self._path[-1] = int(self._path[-1]) + 1

    def _scalar(self, event: Any) -> object:
        if event.style is not None or event.tag is not None:
            return str(event.value)
        return None if event.value in _NULLS else Plain(event.value)

    def _refuse(self, event: Any, rule: str, value: object = None, **params: str) -> None:
        mark = event.start_mark
        place = {"line": mark.line + 1, "column": str(mark.column + 1)}
        shown = None if value is None else str(value)
        raise _Refused(Fault(rule, file=self._shown, value=shown, params=params, **place))
