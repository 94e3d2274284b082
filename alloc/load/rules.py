"""What pydantic found wrong -> the rule of a Fault, with what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_RULES = {
    "missing": "required",
    "greater_than_equal": "at_least",
    "greater_than": "more_than",
    "less_than_equal": "at_most",
    "less_than": "less_than",
    "int_type": "not_whole",
    "int_from_float": "not_whole",
    "float_type": "not_a_number",
    "finite_number": "not_finite",
    "number_not_bool": "number_not_bool",
    "bool_type": "not_yes_no",
    "string_type": "not_text",
    "string_too_short": "not_an_id",
    "string_pattern_mismatch": "not_an_id",
    "string_too_long": "too_long",
    "tuple_type": "not_a_list",
    "dict_type": "not_a_mapping",
    "model_type": "not_a_mapping",
}
PART_OF = {"change_part_missing": "part", "list_empty": "name", "named_twice": "name"}
"""Rules of the schema that a record breaks as a whole -> the param that names its part at fault."""

_MANY = 10_000
_LIMITS = ("ge", "gt", "le", "lt", "max_length")


def rule_of(error: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    """The rule and its params of one of ``ValidationError.errors()``."""
    context = error.get("ctx", {})
    limits = [context[name] for name in _LIMITS if name in context]
    kind = error["type"]
    if kind == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return "not_a_choice", {"choices": choices, "nearest": choices.split(", ")[0]}
    if kind == "less_than_equal" and limits == [1]:
        return "not_a_share", {}
    if kind in PART_OF:
        return kind, dict(context)
    if kind in _RULES:
        return _RULES[kind], {"limit": _written(limits[0])} if limits else {}
    detail = str(context["error"]) if kind == "value_error" and "error" in context else str(error["msg"])
    return "invalid", {"detail": detail}


def _written(limit: float) -> str:
    """A limit with all its digits, in groups where they are many."""
    return f"{limit:,.16g}" if abs(limit) >= _MANY else f"{limit:g}"
