"""A synthetic province: rounds, proven gap, seconds and memory with one worker and with two.

python benchmarks/province.py [--counties 90] [--places 300] [--facilities 20] [--workers 2 1] [--seed 1]
                              [--gap 0.01] [--effort all_goals|goal_only] [--kill] [--dask] [--folder DIR]

Memory is that of the whole tree of processes, looked at every half second (Linux: what each holds, shared
pages counted once a process, so it is above what the system gives). ``--kill``: one more run, killed with
SIGKILL once half of the answers of the first are there, then resumed. ``--dask``: the same on a local cluster
of two workers.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from alloc.load import load_province
from alloc.study.province import solve_province
from alloc.synthetic.province import synthetic_province

_PAGE = os.sysconf("SC_PAGE_SIZE")
Found = tuple[dict[str, Any], float, float]


class Memory:
    """The most memory that a process and all below it held together."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self._on = pid, 0, True
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while self._on:
            self.peak = max(self.peak, sum(map(_resident, [self.pid, *_below(self.pid)])))
            time.sleep(0.5)

    def stop(self) -> float:
        """MiB at the peak."""
        self._on = False
        return self.peak / 2**20


def _below(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        own = [int(one) for thread in threads for one in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [*own, *(deep for one in own for deep in _below(one))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def begin(
    asked: argparse.Namespace, folder: Path, out: str, workers: int, *more: str
) -> subprocess.Popen[bytes]:
    """Start this file again, as the one that solves."""
    args = ["--folder", str(folder), "--one", out, "--workers", str(workers)]
    args += ["--gap", str(asked.gap), "--effort", asked.effort, *more]
    return subprocess.Popen([sys.executable, __file__, *args])


def run(asked: argparse.Namespace, folder: Path, out: str, workers: int, *more: str) -> Found:
    """One run in a process of its own: its record, seconds, MiB."""
    began = time.perf_counter()
    process = begin(asked, folder, out, workers, *more)
    memory = Memory(process.pid)
    process.wait()
    seconds, peak = time.perf_counter() - began, memory.stop()
    return json.loads((folder / out / "result.json").read_text()), seconds, peak


def solve_one(asked: argparse.Namespace) -> None:
    """The process that solves."""
    folder, last = Path(asked.folder), [0.0]

    def tell(news: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > 15 or news.done == news.total:
            last[0] = now
            gap = "-" if news.gap is None else f"{news.gap:.3%}"
            where = f"{news.stage} {news.round}: {news.done}/{news.total}"
            print(f"    {where}, gap {gap}, {news.seconds:.0f} s", file=sys.stderr, flush=True)

    plan = solve_province(
        load_province(folder / "province.yaml"),
        folder,
        folder / asked.one,
        workers=asked.workers[0],
        scheduler=asked.scheduler,
        resume=asked.resume,
        gap=asked.gap,
        effort=asked.effort,
        progress=tell,
    )
    record = {**plan.model_dump(mode="json"), "gap": plan.gap, "proven": plan.proven}
    (folder / asked.one / "result.json").write_text(json.dumps(record))


def told(name: str, found: Found) -> None:
    """One line of the table."""
    plan, seconds, peak = found
    failed = sum(row["status"] == "failed" for row in plan["counties"])
    cells = [
        name,
        len(plan["rounds"]),
        f"{plan['bound']:.4f}",
        f"{plan['value']:.4f}",
        f"{plan['gap']:.3%}",
        plan["proven"],
        failed,
        f"{plan['solved']} + {plan['taken_up']}",
        f"{seconds:.0f}",
        f"{peak:,.0f}",
    ]
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def killed_and_resumed(asked: argparse.Namespace, folder: Path, expected: int) -> Found:
    """Kill the run once half of the answers are on the disk, then go on."""
    process, answers = begin(asked, folder, "killed", 2), folder / "killed" / "answers"
    while process.poll() is None and len(list(answers.glob("*.json"))) < expected / 2:
        time.sleep(0.5)
    workers = _below(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(2.0)
    n, left = len(list(answers.glob("*.json"))), [pid for pid in workers if _resident(pid)]
    print(f"    killed with {n} answers on the disk; processes left over: {left}", file=sys.stderr)
    return run(asked, folder, "killed", 2, "--resume")


def on_dask(asked: argparse.Namespace, folder: Path) -> Found:
    """The same on a local cluster; its workers are processes of this one."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None) as cluster:
        memory = Memory(os.getpid())
        plan, seconds, _ = run(asked, folder, "dask", 2, "--scheduler", cluster.scheduler_address)
        return plan, seconds, memory.stop()


def main() -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("counties", 90), ("places", 300), ("facilities", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--effort", default="all_goals")
    parser.add_argument("--folder")
    for name in ("kill", "dask", "resume"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--scheduler", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        solve_one(asked)
        return 0
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="alloc-province-"))
    made = synthetic_province(
        asked.seed, n_counties=asked.counties, n_places=asked.places, n_facilities=asked.facilities
    )
    made.save(folder)
    print(f"{asked.counties} counties of {asked.places} places x {asked.facilities} facilities in {folder}")
    print("\n| run | rounds | bound | value | gap | proven | failed | solved + taken up | s | MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    seconds, solved = {}, 0
    for workers in asked.workers:
        found = run(asked, folder, f"workers-{workers}", workers)
        seconds[workers], solved = found[1], found[0]["solved"]
        told(f"{workers} worker(s)", found)
    if asked.kill:
        told("killed half way, resumed", killed_and_resumed(asked, folder, solved))
    if asked.dask:
        told("local Dask cluster", on_dask(asked, folder))
    if {1, 2} <= seconds.keys():
        print(f"\n{seconds[1] / seconds[2]:.2f} times faster with two workers than with one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
