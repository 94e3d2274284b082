"""A synthetic city: gap of each goal after a given time, seconds by phase, peak memory.

python benchmarks/city.py [--places 300] [--facilities 40] [--modalities 5] [--specialists 60] [--counties 3]
                          [--time-limit 120] [--gap 0.005] [--threads 1] [--seed 1] [--monolith]

``--monolith``: after it, in a process of its own, the whole model handed to HiGHS goal by goal, same limits.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

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


def table(passes: Iterable[Any]) -> None:
    """One row a goal."""
    print("\n| goal | holding | objective | bound | gap | s | plan by | bound by |")
    print("|---|---|---|---|---|---|---|---|")
    for row in passes:
        value = "-" if row.objective is None else f"{row.objective:.6g}"
        bound = "-" if row.bound is None else f"{row.bound:.6g}"
        gap = "-" if row.gap is None else f"{row.gap:.2%}"
        cells = [row.goal, row.holding, value, bound, gap, f"{row.seconds:.1f}", row.found_by, row.bound_by]
        print(f"| {' | '.join(cells)} |")


def monolith(asked: argparse.Namespace, region: Any) -> None:
    """The whole model by HiGHS alone, the goals one after another."""
    from alloc.instance import compile_instance
    from alloc.solver.outcome import SolverOptions
    from alloc.study.joint import JointModel

    options = SolverOptions(time_limit_s=asked.time_limit, gap=asked.gap, threads=asked.threads)
    joint = JointModel(compile_instance(region, synthetic_model(region)))
    result = joint.solve(options, by_parts=False, progress=tell)
    print("\nThe whole model handed to HiGHS:")
    table(result.reports)


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
    parser.add_argument("--monolith", action="store_true")
    parser.add_argument("--monolith-only", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    region = synthetic_region(
        asked.seed,
        n_places=asked.places,
        n_facilities=asked.facilities,
        n_modalities=asked.modalities,
        n_specialists=asked.specialists,
        n_counties=asked.counties,
    )
    if asked.monolith_only:
        began = time.perf_counter()
        monolith(asked, region)
        print(f"{time.perf_counter() - began:.1f} s in all, peak memory {peak_mib():,.0f} MiB")
        return 0
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
    table(plan.passes)
    print("\n| phase | s |\n|---|---|")
    for phase, seconds in plan.record.seconds.items():
        print(f"| {phase} | {seconds:.2f} |")
    print(f"\n{time.perf_counter() - began:.1f} s in all")
    print(f"peak memory {peak_mib():,.0f} MiB, {before:,.0f} of it before the solve", flush=True)
    if asked.monolith:
        return subprocess.run([sys.executable, *sys.argv, "--monolith-only"], check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
