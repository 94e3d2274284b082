"""The pages under models/mathematics/ say what the docstrings say, and every symbol is explained."""

import re
from pathlib import Path

import pytest

from alloc.blocks import REGISTRY
from alloc.mathematics import SYMBOLS, main, pages

FOLDER = Path(__file__).parents[2] / "models" / "mathematics"
PAGES = pages()
WORDS = re.compile(r"\\(?:text|mathrm)\{[^}]*\}")
LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
OPERATORS = {r"\sum", r"\le", r"\ge", r"\ne", r"\in", r"\ni", r"\bar", r"\max", r"\cdot", r"\quad", r"\ldots"}
OPERATORS |= {r"\min", r"\dots", r"\frac", r"\lvert", r"\rvert"}


def test_pages_in_the_checkout_are_current() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == PAGES, "run `python -m alloc.mathematics`"


def test_every_decision_has_a_page() -> None:
    assert set(PAGES) >= {f"{block.name}.md" for block in REGISTRY}


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"README.md"}))
def test_heads_of_symbols_are_explained(page: str) -> None:
    formulas = re.findall(r"```math\n(.*?)\n```", PAGES[page], flags=re.DOTALL)
    explained = heads(" ".join(SYMBOLS.get(page.removesuffix(".md"), {})))
    assert heads(" ".join(formulas)) - explained == set(), "explain them in SYMBOLS, alloc/mathematics.py"


def test_the_module_writes_into_the_folder_it_is_given(tmp_path: Path) -> None:
    stale = tmp_path / "gone.md"
    stale.write_text("a decision that is gone", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PAGES)


def heads(latex: str) -> set[str]:
    """The letters of a formula without operators, words, sub- and superscripts."""
    bare = WORDS.sub("", latex)
    while re.search(r"[_^](\{[^{}]*\}|\\[a-z]+|.)", bare):
        bare = re.sub(r"[_^](\{[^{}]*\}|\\[a-z]+|.)", "", bare)
    return set(LETTERS.findall(bare)) - OPERATORS
