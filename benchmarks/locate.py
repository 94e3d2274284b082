"""How fast the siting engine is, side by side with others; whether values are the known ones; how it grows.

python benchmarks/locate.py [--whole] [--instances PATH] [--only NAME] [--time-limit 60]

Without --whole, what ends in a few minutes. Files of the literature run where --instances names their folder;
spopt where it is installed (pip install 'alloc[bench]'). Every case runs in a process of its own: seconds are
those of the call after a tiny one (so that nothing is imported meanwhile), without reading the file; memory
is the peak of the process. `ratio` is the other's seconds over alloc's.
"""

import argparse
import importlib.util
import json
import math
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "siting"
OWN = ("family", "case", "alloc s", "MB", "gap", "value", "known", "published s")
HEADS = (*OWN, "spopt s (MB)", "ratio", "plain s (MB)", "ratio")
GROWTH_HEADS = ("family", "case", "alloc s", "MB", "slope of time", "slope of memory")
RIVALS = ("spopt", "plain")
SAME = 1e-6


def run(spec: dict[str, Any]) -> dict[str, Any]:
    """The record of one case; {"failed": why} where there is none."""
    command = [sys.executable, str(HERE / "case.py"), json.dumps(spec)]
    try:
        limit = 2 * spec["time_limit_s"] + 120
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"failed": "not finished"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1]}
    record: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return record


def specs(family: dict[str, Any], asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The cases of a family with what they have in common; none where their files are not here."""
    shared = {
        name: value for name, value in family.items() if name not in ("cases", "name", "quick", "against")
    }
    found = []
    for case in family["cases"]:
        spec = {"time_limit_s": asked.time_limit, "gap": 1e-6, **shared, **case}
        if "file" in spec:
            if asked.instances is None:
                continue
            spec["file"] = str(asked.instances / spec["folder"] / spec["file"])
        found.append(spec)
    return found


def cells_of(family: dict[str, Any], spec: dict[str, Any]) -> list[str]:
    """One row: the engine, then the others of the same run."""
    mine = run({**spec, "method": "alloc"})
    row = [family["name"], told(spec), *own_cells(mine)]
    value, known = mine.get("value"), spec.get("known")
    row.append("-" if known is None else verdict(value, known))
    row.append("-" if "published_s" not in spec else f"{spec['published_s']:g}")
    for rival in RIVALS:
        wanted = rival in family.get("against", ())
        if not wanted or (rival == "spopt" and importlib.util.find_spec("spopt") is None):
            row += ["-", "-"]
            continue
        row += rival_cells(mine, run({**spec, "method": rival}))
    return row


def own_cells(record: dict[str, Any]) -> list[str]:
    """Seconds, memory, gap and value."""
    if "failed" in record:
        return [record["failed"], "-", "-", "-"]
    gap = f"{record['gap']:.4%}" + ("" if record["status"] == "optimal" else " (open)")
    return [f"{record['seconds']:.2f}", f"{record['peak_mb']:.0f}", gap, f"{record['value']:.10g}"]


def rival_cells(mine: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Seconds and ratio; marked where the other did not finish, or found another value."""
    if "failed" in other:
        return [other["failed"], "-"]
    ratio = f"{other['seconds'] / mine['seconds']:.0f}" if "seconds" in mine else "-"
    value = mine.get("value", math.nan)
    notes = [f"{other['peak_mb']:.0f}"]
    if other["status"] != "optimal":
        notes.append(other["status"])
    if other["value"] is None or not math.isclose(abs(other["value"]), value, rel_tol=1e-4):
        notes.append("other value")
    return [f"{other['seconds']:.2f} ({', '.join(notes)})", ratio]


def verdict(value: float | None, known: float) -> str:
    """Whether the value is the known one."""
    if value is None:
        return f"{known:.10g}"
    return "yes" if math.isclose(value, known, rel_tol=SAME, abs_tol=0.01) else f"NO: {known:.10g}"


def told(spec: dict[str, Any]) -> str:
    """A case by its file or size, and its p."""
    name = Path(spec["file"]).stem if "file" in spec else f"{spec['clients']} x {spec['sites']}"
    return name + (f", p = {spec['p']}" if "p" in spec else "")


def growth_rows(family: dict[str, Any], asked: argparse.Namespace) -> list[list[str]]:
    """One row a size; slopes are those of the logarithms since the size before.

    Memory is what the case takes beyond Python and the libraries."""
    rows, before = [], None
    for spec in specs(family, asked):
        record = run({**spec, "method": "alloc"})
        cells = [family["name"], told(spec), *own_cells(record)[:2], "-", "-"]
        if "failed" not in record:
            size = spec["clients"]
            if before is not None:
                doubled = math.log(size / before[0])
                slopes = (math.log(max(record[key], 1e-3) / max(before[1][key], 1e-3)) / doubled
                          for key in ("seconds", "grown_mb"))  # fmt: skip
                cells[4:] = [f"{slope:.2f}" for slope in slopes]
            before = size, record
        rows.append(cells)
    return rows


def table(heads: tuple[str, ...]) -> None:
    """The head of a Markdown table."""
    line(list(heads))
    line(["---"] * len(heads))


def line(cells: list[str]) -> None:
    """One row of it, at once."""
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--instances", type=Path)
    parser.add_argument("--only", default="", help="families whose name holds this")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--specs", type=Path, default=HERE / "specs.toml")
    asked = parser.parse_args()
    listed = tomllib.loads(asked.specs.read_text(encoding="utf-8"))

    def chosen(kind: str) -> list[dict[str, Any]]:
        found = listed.get(kind, [])
        return [f for f in found if (asked.whole or f.get("quick")) and asked.only in f["name"]]

    table(HEADS)
    for family in chosen("family"):
        for spec in specs(family, asked):
            line(cells_of(family, spec))
    print()
    table(GROWTH_HEADS)
    for family in chosen("growth"):
        for row in growth_rows(family, asked):
            line(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
