"""Plan one scenario of a county, look at the result, and save it.

python examples/01_plan_a_county.py [REGION] [SCENARIO] [SECONDS] [FOLDER]
"""

import sys

import alloc

defaults = ["deqing", "budget-30", "30", "results/example"]
region_name, scenario, seconds, folder = sys.argv[1:] + defaults[len(sys.argv) - 1 :]

region = alloc.load_region(region_name)
model = alloc.load_model("county")
plan = alloc.solve(region, model, scenario=scenario, time_limit_s=float(seconds))

# How good is it? `holding` is "proven" or "incumbent"; a gap of 0.02 says: at most 2 % may be gained.
print(f"{region.about.name_en}, {plan.scenario.id}: {plan.holding}, largest gap {plan.gap}")
print(f"spend {plan.spend_cny:,.0f} CNY once, {plan.yearly_cost_cny:,.0f} CNY a year")

# Every table is a DataFrame.
changes = plan.machines[plan.machines.action != "keep"]
print(changes[["facility", "equipment_type", "action", "count", "from_facility", "spend_cny"]].to_string())
print(plan.roster.groupby(["facility", "weekday"]).size().unstack(fill_value=0))
by_name = plan.indicators.set_index(["indicator", "scope"])[["before", "after"]]
print(by_name.loc[["unmet_share", "in_county_share", "mean_travel_min"]])

# The same rules again, without the solver: an empty list is a sound plan.
print("audit findings:", alloc.audit(plan))
print("saved in", plan.save(folder))
