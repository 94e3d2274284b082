"""A synthetic city: gap of each goal after a given time, seconds by phase, peak memory.

python benchmarks/city.py [--places 300] [--facilities 40] [--modalities 5] [--specialists 60] [--counties 3]
                          [--time-limit 120] [--gap 0.005] [--threads 1] [--seed 1]
"""

import argparse
import resource
import sys
import time

import alloc
from alloc.solver import Progress
from alloc.synthetic import synthetic_model, synthetic_region


def peak_mib() -> float:
    """The most memory this process held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def tell(event: Progress) -> None:
    """One line a finished pass, so that a long run can be watched."""
    if event.stage == "finished":
        print(f"{event.goal}: {event.incumbent}, bound {event.bound}, {event.seconds:.0f} s", flush=True)


def main() -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (
        ("places", 300),
        ("facilities", 40),
        ("modalities", 5),
        ("specialists", 60),
        ("counties", 3),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    region = synthetic_region(
        asked.seed,
        n_places=asked.places,
        n_facilities=asked.facilities,
        n_modalities=asked.modalities,
        n_specialists=asked.specialists,
        n_counties=asked.counties,
    )
    print(f"{asked.places} places, {asked.facilities} facilities, {asked.modalities} modalities, ", end="")
    print(
        f"{asked.specialists} specialists: {asked.time_limit:g} s a goal, {asked.threads} thread(s)",
        flush=True,
    )
    began, before = time.perf_counter(), peak_mib()
    plan = alloc.solve(
        region,
        synthetic_model(region),
        time_limit_s=asked.time_limit,
        gap=asked.gap,
        threads=asked.threads,
        progress=tell,
    )
    for size in plan.record.sizes:
        print(f"{size.name}: {size.rows:,} rows, {size.columns:,} columns, {size.nonzeros:,} nonzeros")
    print("\n| goal | holding | objective | bound | gap | s |\n|---|---|---|---|---|---|")
    for row in plan.passes:
        gap = "-" if row.gap is None else f"{row.gap:.2%}"
        print(
            f"| {row.goal} | {row.holding} | {row.objective:.6g} | {row.bound} | {gap} | {row.seconds:.1f} |"
        )
    print("\n| phase | s |\n|---|---|")
    for phase, seconds in plan.record.seconds.items():
        print(f"| {phase} | {seconds:.2f} |")
    print(f"\n{time.perf_counter() - began:.1f} s in all")
    print(f"peak memory {peak_mib():,.0f} MiB, {before:,.0f} of it before the solve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
