"""Floor 0. Annotated number and id types: each says its unit and refuses what the unit cannot hold.

Every number is finite, and no larger than anything in a health region can be: what exceeds that is a slip of
the pen, and sums of it would lose units. Booleans are refused, for YAML's `yes` would otherwise be read as 1.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError


def _refuse_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("number_not_bool", "Input should be a number, not true or false")
    return value


_NotBool = BeforeValidator(_refuse_bool)
_MOST = 10**15
_MOST_THINGS = 10**9
_NonNegative = Field(ge=0, le=_MOST, allow_inf_nan=False)

Cny = Annotated[float, _NonNegative, _NotBool]
"""Chinese yuan, >= 0."""

CnyPerYear = Annotated[float, _NonNegative, _NotBool]
"""Chinese yuan a year, >= 0."""

Minutes = Annotated[float, _NonNegative, _NotBool]
"""Minutes, >= 0."""

Km = Annotated[float, _NonNegative, _NotBool]
"""Kilometres, >= 0."""

Km2 = Annotated[float, _NonNegative, _NotBool]
"""Square kilometres, >= 0."""

KmPerHour = Annotated[float, Field(gt=0, le=_MOST, allow_inf_nan=False), _NotBool]
"""Kilometres an hour, > 0: it is divided by."""

HoursPerYear = Annotated[float, _NonNegative, _NotBool]
"""Hours a year, >= 0."""

Days = Annotated[float, _NonNegative, _NotBool]
"""Days, >= 0; halves are allowed."""

Fte = Annotated[float, _NonNegative, _NotBool]
"""Full-time equivalents, >= 0."""

Persons = Annotated[float, _NonNegative, _NotBool]
"""Residents, >= 0; apportioned estimates need not be whole."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), _NotBool]
"""A fraction, 0..1 (never a percentage)."""

PerYear = Annotated[float, _NonNegative, _NotBool]
"""Events a year, >= 0."""

Per1000 = Annotated[float, _NonNegative, _NotBool]
"""Events or things for each 1,000 people, >= 0."""

Count = Annotated[int, Field(ge=0, le=_MOST_THINGS), _NotBool]
"""A whole number of things, >= 0; at most a thousand million."""

PositiveCount = Annotated[int, Field(ge=1, le=_MOST_THINGS), _NotBool]
"""A whole number of things, >= 1."""

Mbps = Annotated[float, _NonNegative, _NotBool]
"""Megabits a second, >= 0."""

Megabytes = Annotated[float, _NonNegative, _NotBool]
"""Megabytes (10**6 bytes), >= 0."""

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), _NotBool]
"""Degrees east, -180..180."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), _NotBool]
"""Degrees north, -90..90."""

Year = Annotated[int, Field(ge=1900, le=2200), _NotBool]
"""A calendar year, 1900..2200."""

# Ids become file and folder names, so: no separators, no leading dot, nothing invisible, no blank at an end.
ID_PATTERN = r"^[^\s.{no}]([^{no}]*[^\s{no}])?$".replace("{no}", r"/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}")

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=ID_PATTERN)]
"""A stable identifier, such as `330521001` or `DQ-H1`: 1..64 characters, no slash or backslash, no control or
invisible character, no blank at either end, no leading dot."""
