"""What every row of every table has in common: frozen, closed to unknown keys, able to name its source."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["sourced", "derived", "estimate"]


class Frozen(BaseModel):
    """A value that never changes after validation; unknown keys are refused, NaN and infinity too."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=False, validate_default=True
    )


class Row(Frozen):
    """One row of a region table. ``status`` says how well the figures are known, ``source`` says whence."""

    status: Status | None = None
    source: str | None = None
