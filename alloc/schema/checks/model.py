"""What a model refers to in its region, and standards that contradict each other."""

from __future__ import annotations

from alloc.schema.checks.fault import TableFault
from alloc.schema.model import Model
from alloc.schema.region import Region


def check_model(model: Model, region: Region) -> list[TableFault]:
    """Every fault of a model that shows only beside a region."""
    return []
