"""How long the county takes, scenario by scenario: size, seconds by phase, the gap of each goal.

python benchmarks/county.py [--region deqing] [--model county] [--time-limit 30] [--gap 0.005] [SCENARIO ...]

`HiGHS s` counts all solves, that of today's state too; `own` is the share of the time that is neither that
nor the roster.
"""

import argparse
import sys

import alloc

GOALS = ("unmet", "outside", "travel", "cost", "disruption")
HEADS = (
    "scenario",
    "rows",
    "columns",
    "nonzeros",
    "build s",
    "hand-over s",
    "HiGHS s",
    "roster s",
    "total s",
    "own",
)


def line(cells: list[str]) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def cells_of(plan: alloc.Plan) -> list[str]:
    """What the plan's record says."""
    record = plan.record
    seconds = record.seconds
    total = sum(seconds.values())
    solving = seconds.get("solve", 0.0) + seconds.get("roster", 0.0)
    gaps = {row.goal: row.gap for row in plan.passes}
    size = record.sizes[0]
    return [
        plan.scenario.id,
        *(f"{n:,}" for n in (size.rows, size.columns, size.nonzeros)),
        *(f"{seconds.get(phase, 0.0):.2f}" for phase in ("build", "hand_over", "solve", "roster")),
        f"{total:.1f}",
        f"{1 - solving / total:.1%}",
        *("-" if gaps.get(goal) is None else f"{gaps[goal]:.2%}" for goal in GOALS),
    ]


def main() -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--region", default="deqing")
    parser.add_argument("--model", default="county")
    parser.add_argument("--time-limit", type=float, default=30.0)
    parser.add_argument("--gap", type=float, default=0.005)
    asked = parser.parse_args()
    region, model = alloc.load_region(asked.region), alloc.load_model(asked.model)
    print(f"{asked.region}, {asked.model}: {asked.time_limit:g} s a goal, gap {asked.gap:g}, one thread\n")
    print(line([*HEADS, *(f"gap {goal}" for goal in GOALS)]))
    print(line(["---"] * (len(HEADS) + len(GOALS))))
    alloc.solve_all(
        region,
        model,
        asked.scenarios or None,
        time_limit_s=asked.time_limit,
        gap=asked.gap,
        on_plan=lambda plan: print(line(cells_of(plan)), flush=True),
        on_error=lambda name, error: print(line([name, error.message("en").splitlines()[0]]), flush=True),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
