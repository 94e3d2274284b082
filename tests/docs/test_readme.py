"""What README and CONTRIBUTING say can be done, can be done: commands parse, code compiles, files exist."""

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

import alloc
from alloc.cli.program import main
from alloc.plan.plan import TABLES
from alloc.report.folder import PLAN_FILE, RECORD_FILE
from alloc.shipped import shipped_models, shipped_regions

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md")
TEXT = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


SHELL = [line for text in TEXT.values() for block in blocks(text, "sh") for line in block.splitlines()]
COMMANDS = [line for line in SHELL if line.startswith("alloc ")]
PYTHON = [block for text in TEXT.values() for block in blocks(text, "python")]


def test_readme_starts_with_demo_and_test() -> None:
    first = blocks(TEXT["README.md"], "sh")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make demo", "make test"]


@pytest.mark.parametrize("line", COMMANDS)
def test_command_parses(line: str) -> None:
    name, *arguments = shlex.split(line, comments=True)[1:]
    group = click.Context(main, info_name="alloc")
    command = main.get_command(group, name)
    assert command is not None
    command.make_context(name, arguments, parent=group)


def test_every_command_has_an_example() -> None:
    named = {shlex.split(line, comments=True)[1] for line in COMMANDS}
    assert named == set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("make ")])
def test_target_is_in_the_makefile(line: str) -> None:
    target = shlex.split(line, comments=True)[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("block", PYTHON, ids=range(len(PYTHON)))
def test_python_compiles_and_names_public_names(block: str) -> None:
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = {"alloc": alloc, "plan": alloc.Plan}.get(node.value.id)
            if owner is alloc:
                assert node.attr in alloc.__all__
            elif owner is not None:
                assert node.attr in dir(alloc.Plan) or node.attr in alloc.Plan.__dataclass_fields__


@pytest.mark.parametrize("page", PAGES)
def test_links_and_files_named_exist(page: str) -> None:
    text = TEXT[page]
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    folders = r"`((?:alloc|data|models|examples|tests|docs|benchmarks)/[^\s`*<>]*)`"
    missing = [name for name in [*links, *re.findall(folders, text)] if not (ROOT / name).exists()]
    assert missing == []


def test_readme_names_all_that_ships() -> None:
    for name in [*shipped_regions(), *shipped_models(), PLAN_FILE, RECORD_FILE]:
        assert f"`{name}`" in TEXT["README.md"]
    assert {"machines", "roster", "indicators"} <= set(TABLES)
