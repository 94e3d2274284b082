"""Plans side by side, and what joint planning gains."""

import pytest
from rich.cells import cell_len

from alloc.errors import UsageError
from alloc.report import compare, render_comparison
from alloc.report.screen import as_text
from alloc.schema.plan import Decisions


@pytest.fixture(scope="module")
def plans(plan, plan_maker, region, model):
    dearer = tuple(row.model_copy(update={"objective": row.objective * 1.25}) for row in plan.passes)
    fewer = plan.decisions.model_copy(update={"machines": plan.decisions.machines[:-3]})
    sequential = plan_maker(
        region,
        model,
        method="sequential",
        holding="incumbent",
        status="time_limit",
        passes=dearer,
        decisions=fewer,
    )
    other = plan_maker(region, model, scenario=region.scenarios[1])
    nothing = plan_maker(
        region,
        model,
        scenario=region.scenarios[2],
        holding="nothing",
        status="time_limit",
        passes=(),
        decisions=Decisions(),
        indicator_rows=(),
    )
    return [plan, sequential, other, nothing]


def test_one_row_a_plan_one_column_a_measure(plans):
    frame = compare(plans).frame()
    assert frame["scenario"].tolist()[:2] == ["baseline", "baseline"]
    assert frame["method"].tolist() == ["joint", "sequential", "joint", "joint"]
    assert frame["holding"].tolist() == ["proven", "incumbent", "proven", "nothing"]
    assert frame.loc[0, "goal_unmet"] == 12.5
    assert frame.loc[1, "goal_unmet"] == pytest.approx(12.5 * 1.25)
    assert frame.loc[0, "spend_cny"] == 10_370_000.0
    assert frame.loc[0, "share_unmet_exams"] == pytest.approx(12 / 1259.75)
    assert frame.loc[0, "indicator_in_county_share"] == 0.941
    assert frame.loc[0, "centres_shared"] == 1.0


def test_a_plan_that_buys_none_of_a_type_buys_zero(plans):
    frame = compare(plans).frame()
    assert frame["machines_retire_CT16"].tolist()[:3] == [2.0, 0.0, 2.0]
    assert frame["machines_retire_CT16"].isna().tolist() == [False, False, False, True]


def test_no_plan_has_no_values(plans):
    last = compare(plans).frame().iloc[3]
    assert last.drop(["scenario", "method", "status", "holding"]).isna().all()


def test_gains_compare_the_same_scenario_only(plans):
    gains = {gain.measure: gain for gain in compare(plans).gains()}
    assert {gain.scenario for gain in gains.values()} == {"baseline"}
    assert gains["goal_unmet"].difference == pytest.approx(-3.125)
    assert gains["goal_unmet"].share == pytest.approx(-0.2)
    assert gains["machines_retire_CT16"].share is None
    assert compare(plans[2:]).gains() == []


def test_nothing_cannot_be_compared():
    with pytest.raises(UsageError):
        compare([])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_comparison_fits_the_terminal(plans, lang, repeat, width):
    text = as_text(render_comparison(compare(plans * repeat), lang), width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    for word in {"zh": ("联合", "逐项", "没有方案", "未证明最优"), "en": ("joint", "no plan", "not proven")}[
        lang
    ]:
        assert word in text, word


def test_the_method_is_said_once_where_all_plans_share_it(plans):
    text = as_text(render_comparison(compare(plans[2:]), "zh"))
    assert text.splitlines()[0] == "方案比较 · 联合优化"
    assert text.count("联合优化") == 1


def test_the_gains_are_shown(plans):
    text = as_text(render_comparison(compare(plans), "zh"))
    assert "联合优化比逐项决策好多少" in text
    assert "-20.0%" in text
