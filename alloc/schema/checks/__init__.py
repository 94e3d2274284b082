"""Rules that hold between the cells of a region or a model, where pydantic looks at one cell at a time.

`check_region` and `check_model` give every fault in one go. A fault says its table and row, not its file: the
loader knows in which file, sheet and line that row stands.
"""

from alloc.schema.checks.fault import TableFault
from alloc.schema.checks.model import check_model
from alloc.schema.checks.region import check_region

__all__ = ["TableFault", "check_model", "check_region"]
