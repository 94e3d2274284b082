"""The audit shares no code with the model, and says what it finds in words."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import alloc
from alloc.errors import AuditError
from alloc.plan.audit import AUDIT_RULES, ROSTER_RULES, SHAPE_RULES, Finding
from alloc.plan.audit_base import RuleBook, at, breach, number

FOLDER = Path(alloc.__file__).parent / "plan"
FILES = sorted(FOLDER.glob("audit*.py"))
MAY_USE = ("alloc.instance.instance", "alloc.schema.", "alloc.plan.audit", "alloc.errors", "alloc.labels")


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module in ("alloc", "alloc.plan"):
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_audit_imports_nothing_of_the_model(file):
    own = {name for name in imported(file) if name.startswith("alloc")}
    assert [name for name in own if not name.startswith(MAY_USE)] == []
    assert not {name.partition(".")[0] for name in imported(file)} & {
        "pyomo",
        "highspy",
        "numpy",
        "pandas",
        "scipy",
    }


def test_the_audit_loads_no_model_and_no_solver():
    code = "import sys, alloc.plan.audit; print([m for m in sys.modules if m.startswith(('pyomo', 'highspy', "
    code += (
        "'alloc.blocks', 'alloc.ties', 'alloc.limits', 'alloc.goals', 'alloc.formulate', 'alloc.solver'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_rule_says_its_sentence():
    for name, rule in AUDIT_RULES.items():
        assert rule.__name__ == name
        assert (rule.__doc__ or "").strip().endswith("."), name
    assert AUDIT_RULES.keys() > ROSTER_RULES
    assert AUDIT_RULES.keys() > SHAPE_RULES


def test_a_rule_is_written_once():
    book = RuleBook()

    def some_rule(instance, decisions):
        yield breach("x")

    book.rule(some_rule)
    with pytest.raises(ValueError, match="some_rule is written twice"):
        book.rule(some_rule)


def test_a_finding_in_words():
    found = Finding("exams_within_machine_capacity", "H1, CT", 12345.67891, 8500.0)
    assert found.message("en") == "H1, CT: 12,345.6789 exams a year planned; the machines make at most 8,500."
    assert found.message("zh") == "H1, CT：每年安排 12,345.6789 人次检查，设备最多完成 8,500 人次。"
    assert found.as_dict("en") == {
        "rule": "exams_within_machine_capacity",
        "where": "H1, CT",
        "value": 12345.67891,
        "limit": 8500.0,
        "message": found.message("en"),
    }
    assert hash(found) == hash(Finding("exams_within_machine_capacity", "H1, CT", 12345.67891, 8500.0))


def test_a_finding_without_a_label_is_told_all_the_same():
    assert Finding("no_such_rule", "H1", 1.0).message("zh") == "H1: no_such_rule (1 / -)"


def test_an_id_cannot_break_the_line():
    assert "\n" not in Finding("required_sites_open", "H1\nH2").message("en")


def test_findings_fill_an_audit_error():
    error = AuditError([Finding("required_sites_open", "H1")])
    assert error.message("en") == "The plan breaks 1 rule(s):\n  H1: must be open, but the plan closes it."
    assert error.as_dict("zh")["findings"][0]["rule"] == "required_sites_open"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (3, "3"), (1234567.0, "1,234,567"), (0.25, "0.25"), (0.00012, "0.00012"), (1e-9, "1e-09"),
     (-2.5, "-2.5"), (float("inf"), "inf")],
)  # fmt: skip
def test_numbers_in_sentences(value, text):
    assert number(value) == text


def test_where_leaves_out_what_is_not_there():
    assert at(("P1", None, 3)) == "P1, 3"
