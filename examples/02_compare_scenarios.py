"""Plan every scenario of a small made-up region, and put the plans side by side."""

import alloc
from alloc.synthetic import synthetic_model, synthetic_region

region = synthetic_region(7, n_places=5, n_facilities=4, n_modalities=2, n_specialists=4, n_conditions=2)
model = synthetic_model(region)

# A scenario of your own is a list of named changes to facts or limits.
rich = alloc.Scenario(
    id="twice-the-budget",
    changes=[{"op": "scale", "table": "limits", "field": "budget_cny", "by": 2.0}],
)
own = alloc.solve(region, model, rich, time_limit_s=2)


def told(plan: alloc.Plan) -> None:
    """Called as soon as a plan is there."""
    print(f"{plan.scenario.id}: {plan.holding}")


plans = [*alloc.solve_all(region, model, time_limit_s=2, on_plan=told), own]

table = alloc.compare(plans).frame().set_index("scenario")
print(table[["holding", "gap", "spend_cny", "yearly_cost_cny"]].to_string())
print(table.filter(like="unmet").T.to_string())
