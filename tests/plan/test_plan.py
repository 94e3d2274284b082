"""A plan gives its tables as new frames, adds up its money, and cannot be changed."""

import dataclasses
import subprocess
import sys

import pytest

from alloc.plan.plan import TABLES


def test_every_table_is_a_property_with_its_columns_even_when_empty(plan, bare):
    for table, row_type in TABLES.items():
        for each in (plan, bare):
            frame = each.frame(table)
            assert list(frame.columns) == list(row_type.model_fields), table
            assert frame.attrs["holding"] == "incumbent"
        if table != "passes":
            given, same = getattr(plan, table), plan.frame(table)
            if table != "indicators":
                assert given.equals(same), table
    assert list(plan.frame("passes")["goal"]) == ["unmet", "cost"]


def test_columns_keep_their_types_without_rows(plan, bare):
    for table in TABLES:
        assert list(plan.frame(table).dtypes) == list(bare.frame(table).dtypes), table
    machines = bare.machines.dtypes
    assert machines["count"] == "int64"
    assert machines["spend_cny"] == "float64"
    assert bare.sites.dtypes["open"] == "bool"
    assert bare.exam_flows.dtypes["minutes"] == "float64"


def test_missing_values_are_missing_in_the_tables(plan):
    flows = plan.exam_flows
    assert flows["facility"].isna().tolist() == [False, True]
    assert flows["minutes"].isna().tolist() == [False, True]
    assert plan.roster["weeks"].tolist() == [(1, 3)]
    assert plan.indicators.loc[0, "after"] == 0.1


def test_a_table_may_be_changed_without_changing_the_plan(plan):
    mine = plan.machines
    mine["count"] = 0
    assert plan.machines["count"].tolist() == [2, 1]


def test_an_unknown_table_is_refused(plan):
    with pytest.raises(KeyError):
        plan.rows("no_such_table")
    with pytest.raises(KeyError):
        plan.frame("record")


def test_money_and_gap_are_added_up(plan, bare):
    assert plan.spend_cny == 1_000_000.0
    assert plan.yearly_cost_cny == 100_000.0 + 50_000.0 + 7_000.0
    assert plan.gap == 0.1
    assert not plan.proven
    assert bare.gap is None
    assert bare.spend_cny == 0


def test_a_gap_that_one_pass_does_not_know_is_not_known(plan):
    passes = (plan.passes[0], plan.passes[1].model_copy(update={"gap": None}))
    assert dataclasses.replace(plan, passes=passes).gap is None


def test_a_plan_cannot_be_changed(plan):
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.status = "optimal"


def test_the_plan_itself_imports_nothing_heavy():
    code = (
        "import sys; from alloc.plan import Plan; "
        "print([m for m in ('pandas', 'geopandas', 'networkx', 'pyomo', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
