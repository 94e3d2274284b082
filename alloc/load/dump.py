"""A Region -> its one canonical JSON text."""

from __future__ import annotations

import json

from alloc.schema import TABLES, Region


def dump_region(region: Region) -> str:
    """All facts as JSON: every key, in the order of the schema; rows as they stand, one a line.

    Two files of the same facts give the same text, byte for byte in UTF-8; ``load_region`` reads it back.
    """
    data = region.model_dump(mode="json")
    lines = []
    for name, value in data.items():
        if (name in TABLES or name == "scenarios") and value:
            rows = ",\n".join(_compact(row) for row in value)
            lines.append(f"{_compact(name)}: [\n{rows}\n]")
        else:
            lines.append(f"{_compact(name)}: {_compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
