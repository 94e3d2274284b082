"""What planning jointly gains over one decision after another: every goal, and the need that stays unmet.

python benchmarks/joint_vs_sequential.py [--region deqing] [--model county] [--time-limit 30] [SCENARIO ...]

Goals are held in order, each within its tolerance: a later goal may be worse jointly, where an earlier one
is better.
"""

import argparse
import sys

import alloc


def value(plan: alloc.Plan, goal: str) -> float | None:
    """What a plan reaches in a goal."""
    return next((row.objective for row in plan.passes if row.goal == goal), None)


def unmet(plan: alloc.Plan) -> dict[str, float]:
    """Share of need unmet by stream."""
    return {
        row.scope: row.after
        for row in plan.indicator_rows
        if row.indicator == "unmet_share" and row.after is not None
    }


def shown(name: str, unit: str, joint: float | None, sequential: float | None) -> str:
    """One row of the table; the change is a share of the sequential value."""
    if joint is None or sequential is None:
        return f"| {name} | {unit} | - | - | - |"
    change = f"{joint / sequential - 1:+.1%}" if sequential else "-"
    return f"| {name} | {unit} | {joint:,.4g} | {sequential:,.4g} | {change} |"


def main() -> int:
    """Solve both ways and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", default=["baseline"])
    parser.add_argument("--region", default="deqing")
    parser.add_argument("--model", default="county")
    parser.add_argument("--time-limit", type=float, default=30.0)
    asked = parser.parse_args()
    region, model = alloc.load_region(asked.region), alloc.load_model(asked.model)
    for scenario in asked.scenarios:
        joint, sequential = (
            alloc.solve(region, model, scenario, method=method, time_limit_s=asked.time_limit)
            for method in ("joint", "sequential")
        )
        print(f"\n{asked.region}, {asked.model}, {scenario}: joint {joint.holding}, gap {joint.gap}\n")
        print("| measure | unit | joint | sequential | change |\n|---|---|---|---|---|")
        for row in joint.passes:
            print(shown(row.goal, row.unit, row.objective, value(sequential, row.goal)))
        after = unmet(sequential)
        for stream, share in unmet(joint).items():
            print(shown(f"unmet {stream}", "share", share, after.get(stream)))
        print(shown("spend", "CNY", joint.spend_cny, sequential.spend_cny), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
