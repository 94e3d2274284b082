"""How large a region or model may be: far above any real one, but a hostile file stops here."""

from __future__ import annotations

from typing import Any

FILE_BYTES = 256 * 2**20
"""Any one file, as it lies on the disk."""

UNPACKED_BYTES = 512 * 2**20
"""Everything inside one workbook, unpacked."""

DOCUMENT_BYTES = 64 * 2**20
"""A JSON document."""

YAML_BYTES = 4 * 2**20
"""A YAML file: tables of any size belong into CSV, Excel or GeoPackage."""

ROWS = 5_000_000
"""Rows of one table."""

COLUMNS = 4_096
"""Columns of one table (a matrix of travel times has many)."""

CELLS = 40_000_000
"""Cells of one table, empty ones included."""

LIMITS: dict[str, Any] = {"rows": str(ROWS), "columns": str(COLUMNS), "cells": str(CELLS)}
"""The bounds of a table, as the parameters of a fault."""

CELL_CHARACTERS = 2_000_000
"""Characters of one cell (a polygon may be long)."""

YAML_NODES = 100_000
"""Keys and values of one YAML file."""

DEPTH = 16
"""Mappings and lists inside each other."""

FAULTS = 5_000
"""Faults told of one table: past them, one fault says how many more there are."""
