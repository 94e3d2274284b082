"""Files to start from: a small made-up county in which all four decisions have something to decide."""

from __future__ import annotations

from pathlib import Path

from alloc.errors import UsageError

_TEMPLATE = Path(__file__).with_name("starter")
_WORKBOOK = "region.xlsx"
_MODEL = "model.yaml"


def write_starter(folder: str | Path, excel: bool = False, lang: str = "zh") -> list[Path]:
    """Write a region and a model to start from, and return the files written.

    The region is ``region.yaml`` with a CSV a table; with ``excel`` one workbook instead: a sheet a table,
    headers, units and notes in ``lang``, and drop-down lists. The model is ``model.yaml``.

    Raises UsageError when a file of that name is there already: nothing is overwritten.
    """
    folder = Path(folder)
    names = sorted(path.name for path in _TEMPLATE.iterdir() if path.suffix in (".yaml", ".csv"))
    written = [folder / name for name in ([_WORKBOOK, _MODEL] if excel else names)]
    there = [path.name for path in written if path.exists()]
    if there:
        raise UsageError(label="error.starter_there", folder=str(folder), files=", ".join(there))
    folder.mkdir(parents=True, exist_ok=True)
    for path in written:
        if path.name == _WORKBOOK:
            _write_workbook(path, lang)
        else:
            path.write_bytes((_TEMPLATE / path.name).read_bytes())
    return written


def _write_workbook(path: Path, lang: str) -> None:
    from alloc.load.excel_write import write_workbook
    from alloc.load.region_file import load_region

    write_workbook(load_region(_TEMPLATE), path, lang, all_tables=True)
