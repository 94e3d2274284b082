"""From a province to one audited plan a county, and a bound on all plans that share the budget."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from alloc import __version__
from alloc.errors import Cancelled, Infeasible, NoPlanInTime
from alloc.plan.record import file_sha256
from alloc.schema.province import County, Province
from alloc.shipped import shipped_path
from alloc.solver.progress import CancelToken
from alloc.study.province.answers import Answers
from alloc.study.province.improve import look_around, use_what_is_left
from alloc.study.province.outcome import ProvincePlan
from alloc.study.province.question import Column, CountyTask
from alloc.study.province.rounds import Rounds
from alloc.study.province.store import Store
from alloc.study.province.table import concluded
from alloc.study.province.wishes import ProvinceProgress, Wishes
from alloc.study.province.workers import Dask, Here, Processes, Workers

GAP = 0.01
TIME_LIMIT_S = 3600.0
COUNTY_TIME_LIMIT_S = 60.0
PLANS = "counties"


def solve_province(
    province: Province,
    base: str | Path,
    folder: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    gap: float = GAP,
    time_limit_s: float = TIME_LIMIT_S,
    county_time_limit_s: float = COUNTY_TIME_LIMIT_S,
    seed: int = 0,
    effort: Literal["all_goals", "goal_only"] = "all_goals",
    lang: str = "en",
    progress: Callable[[ProvinceProgress], None] | None = None,
    cancel: CancelToken | None = None,
    team: Workers | None = None,
) -> ProvincePlan:
    """Plan many counties under one budget (and bed-days outside), to a proven gap.

    Dantzig-Wolfe: a master over the counties' plans prices what they share, counties answer with better plans
    (Dantzig & Wolfe 1960); a bound on all plans from the counties' MIP bounds (Geoffrion 1974); then one plan
    a county by a whole choice, and each of these made whole and audited below ``folder/counties``.

    Args:
        province: The counties and what they share.
        base: The folder from which the paths of regions and models are read.
        folder: Where answers and plans are written.
        workers: Processes on this machine (1: this process).
        scheduler: The address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``, instead of processes.
        resume: Use the answers of an earlier run in ``folder``.
        gap: The relative gap to prove.
        time_limit_s: Seconds after which no new round is begun; counties are finished all the same.
        county_time_limit_s: Seconds for one answer of a county.
        effort: ``all_goals``: each county seeks its own goals within its share; ``goal_only``: only the
            province's goal.
        team: Who answers; by default as ``workers`` and ``scheduler`` say.

    Raises UsageError (no such scheduler, a folder that cannot be written), Infeasible (no plans fit what is
    shared), NoPlanInTime, Cancelled. A county that fails is told in its row.
    """
    token = cancel or CancelToken()
    wishes = Wishes(gap, time_limit_s, county_time_limit_s, seed, effort, lang, Path(folder).resolve())
    tasks = [task_of(province, county, Path(base)) for county in province.counties]
    store = Store(wishes.folder, resume=resume)
    crew = team or _team(workers, scheduler)
    began = time.perf_counter()
    try:
        answers = Answers(crew, store, token)
        rounds = Rounds(province, tasks, answers, wishes, began, progress)
        rounds.probe()
        rounds.price_until_proven()
        look_around(rounds)
        use_what_is_left(rounds)
        chosen = _require(rounds, token)
        rounds.finish(chosen, wishes.folder / PLANS)
    finally:
        crew.close()
    return concluded(rounds, store, time.perf_counter() - began)


def _team(workers: int, scheduler: str | None) -> Workers:
    if scheduler is not None:
        return Dask(scheduler)
    return Here() if workers <= 1 else Processes(workers)


def _require(rounds: Rounds, token: CancelToken) -> Sequence[Column]:
    """The choice; else the reason why there is none."""
    if rounds.chosen is not None:
        return rounds.chosen
    if token.cancelled:
        raise Cancelled
    if rounds.too_little:
        raise Infeasible(rounds.why_too_little())
    if not rounds.alive:
        return []
    raise NoPlanInTime


def task_of(province: Province, county: County, base: Path) -> CountyTask:
    """A county as workers need it; its content hash covers its files, its options and the programs."""
    region, model = _located("data", county.region, base), _located("models", county.model, base)
    most = min(province.budget_cny, province.budget_cny if county.most_cny is None else county.most_cny)
    return CountyTask(
        id=county.id,
        region=region,
        model=model,
        scenario=county.scenario,
        most_cny=most,
        goals=tuple((one.goal, one.weight) for one in province.goals),
        prices_beds=province.tertiary_bed_days_per_year is not None,
        content=_content(region, model),
    )


def _located(kind: Literal["data", "models"], name: str, base: Path) -> str:
    path = (base / name).resolve()
    if not path.exists() and shipped_path(kind, name) is not None:
        return name
    return str(path)


def _content(region: str, model: str) -> str:
    """One hash of every file that the county is read from. What is missing is told by the county itself."""
    digest = hashlib.sha256(__version__.encode())
    for kind, name in (("data", region), ("models", model)):
        path = Path(name)
        if not path.is_absolute():
            path = shipped_path("data" if kind == "data" else "models", name) or path
        alone = path.suffix.lower() in (".xlsx", ".json") or kind == "models"
        folder = path if path.is_dir() else path.parent
        files = [path] if alone else sorted(one for one in folder.rglob("*") if one.is_file())
        for file in files:
            if file.is_file():
                digest.update(f"{file.name}:{file_sha256(file)}\n".encode())
    return digest.hexdigest()
