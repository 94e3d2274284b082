"""Where plans are written when nobody says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alloc.cli.find import RESULTS, Inputs


def default_folder(found: Inputs) -> Path:
    """`results/<region>`."""
    from alloc.report import folder_name

    return RESULTS / folder_name(found.region.about.id)


def plan_name(scenario: str, options: dict[str, Any]) -> str:
    """The folder of one plan: its scenario, and how it was made where that is not the usual way.

    So a sequential plan lands beside the joint one that it is to be compared with.
    """
    from alloc.report import folder_name

    extra = [options["method"]] if options["method"] != "joint" else []
    extra += ["-".join(["only", *options["only"]])] if options["only"] else []
    return folder_name("-".join([scenario, *extra]))
