"""Puts the region files (`data/`) and model files (`models/`) into the wheel as `alloc/_shipped/`.

An editable install needs no copy: `alloc.shipped` finds the folders beside the package, so an edit to a
region file is seen at once.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedFiles(BuildHookInterface):
    """Adds the two folders to a standard wheel; leaves editable installs alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is built; `version` is 'standard' or 'editable'."""
        if self.target_name != "wheel" or version != "standard":
            return
        for kind in ("data", "models"):
            folder = Path(self.root) / kind
            if folder.is_dir():
                build_data["force_include"][str(folder)] = f"alloc/_shipped/{kind}"
