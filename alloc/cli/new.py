"""`alloc new`: files to start from."""

from __future__ import annotations

from pathlib import Path

import click

from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, option, quiet_option
from alloc.cli.output import document, quoted, write
from alloc.cli.parts import command as a_command


@a_command("new")
@argument("folder", metavar="DIR")
@option("--excel", is_flag=True)
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(manner: Manner, /, folder: str, excel: bool) -> int:
    """Write a small county and a model."""
    from alloc.load import write_starter

    files = write_starter(folder, excel, manner.lang)
    if manner.as_json:
        document({"command": "new", "exit_code": 0, "files": [str(file) for file in files]})
        return 0
    if not manner.quiet:
        region = Path(folder) / "region.xlsx" if excel else Path(folder)
        told = {"region": quoted(region), "model": quoted(Path(folder) / "model.yaml")}
        key = "new.excel" if excel else "new.folder"
        write(manner.text(key, folder=folder, n=len(files), **told) + "\n")
    return 0
