"""The public names are true, few, and cost nothing until used."""

import importlib
import subprocess
import sys

import pytest

import alloc

HEAVY = ("pandas", "geopandas", "pyomo", "numpy", "scipy", "pydantic", "highspy", "networkx")


def test_at_most_twelve_names():
    assert len(alloc.__all__) <= 12
    assert sorted(alloc.__all__) == list(alloc.__all__)
    assert set(alloc.__all__) == set(alloc._HOMES)
    assert set(alloc.__all__) <= set(dir(alloc))


@pytest.mark.parametrize("name", alloc.__all__)
def test_every_public_name_is_there(name):
    home = alloc._HOMES[name]
    value = getattr(alloc, name)
    assert value is getattr(importlib.import_module(home), name)
    assert value.__doc__
    assert callable(value)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        alloc.no_such_name  # noqa: B018
    assert not hasattr(alloc, "data")


def test_importing_alloc_imports_nothing_heavy():
    code = f"import sys, alloc; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_errors_labels_and_shipped_are_light_too():
    code = (
        "import sys; from alloc import errors, labels, shipped; labels.text('error.usage', 'zh');"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_logs_are_only_for_whoever_asks():
    code = "import alloc, logging; logging.getLogger('alloc.study').warning('quiet, please')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout + run.stderr == ""
