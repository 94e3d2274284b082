"""Help speaks both languages, and costs nothing."""

import re
import subprocess
import sys

import pytest

from alloc import cli, labels
from alloc.cli.program import COMMANDS

HEAVY = (
    "pandas",
    "geopandas",
    "pyomo",
    "numpy",
    "scipy",
    "pydantic",
    "highspy",
    "networkx",
    "rich",
    "shapely",
)


def python(code, *args):
    return subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("args", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy(args):
    code = (
        "import sys; from alloc import cli\n"
        "code = cli.main(sys.argv[1:], standalone_mode=False)\n"
        f"print(code, [name for name in {HEAVY} if name in sys.modules])"
    )
    assert python(code, *args).splitlines()[-1] == "0 []"


@pytest.mark.parametrize("lang", labels.languages())
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_page_is_whole_in_both_languages(call, name, lang):
    done = call(*name.split(), "--help", lang=lang)
    assert done.exit_code == 0
    chinese = re.findall(r"[\u4e00-\u9fff]", done.stdout)
    assert bool(chinese) == (lang == "zh")
    for word in ("Usage:", "Options:") if lang == "en" else ("用法：", "选项："):
        assert word in done.stdout
    for param in cli.main.params if not name else cli.main.get_command(None, name).params:
        assert all(written in done.stdout for written in param.opts if written.startswith("-"))
    assert "{" not in done.stdout


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("lang", labels.languages())
def test_no_line_is_wider_than_the_terminal(call, lang, columns):
    from alloc.cli.help import columns_of

    for name in COMMANDS:
        page = call(name, "--help", lang=lang, COLUMNS=str(columns)).stdout
        lines = [line for line in page.splitlines() if "alloc" not in line]
        assert max(map(columns_of, lines)) <= min(columns, 100)


def test_the_program_names_every_command_in_order(call):
    page = call("--help").stdout
    places = [page.index(f"\n  {name}") for name in COMMANDS]
    assert places == sorted(places)
    assert "deqing" in page
    assert "county" in page


def test_the_language_is_asked_for_anywhere(call):
    for args in (
        ["--lang", "zh", "solve", "--help"],
        ["solve", "--help", "--lang=zh"],
        ["--lang", "zh", "-h"],
    ):
        assert "用法" in call(*args).stdout
    assert "Usage" in call("--lang", "en", "solve", "-h", lang="zh").stdout


def test_without_a_command_the_page_is_shown_and_the_exit_is_2(call):
    done = call()
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Commands:" in done.stderr


def test_the_module_is_the_command():
    run = subprocess.run(
        [sys.executable, "-m", "alloc", "--version"], capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"alloc \d+\.\d+\.\d+\n", run.stdout)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("一二，三四。", 4, ["一", "二，", "三", "四。"]),
        ("用 alloc check 检查", 10, ["用 alloc", "check 检查"]),
        ("", 10, [""]),
        ("averyverylongword", 5, ["averyverylongword"]),
    ],
)
def test_wrapping_counts_columns_and_starts_no_line_with_a_comma(text, width, lines):
    from alloc.cli.help import wrapped

    assert wrapped(text, width) == lines
