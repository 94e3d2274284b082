"""A run that is killed, a county that fails, workers that die, a cluster: nothing is solved twice or sunk."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alloc.errors import Cancelled, Infeasible, UsageError
from alloc.solver.progress import CancelToken
from alloc.study.province import solve_province
from alloc.study.province.store import FOLDER, Store
from alloc.study.province.workers import Dask, Here, Processes
from tests.province import made

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
SCRIPT = """
import sys
from alloc.load import load_province
from alloc.study.province import solve_province
here = sys.argv[1]
solve_province(load_province(here + "/province.yaml"), here, here + "/out", effort="goal_only")
"""


class Counting(Here):
    """Answers here, and counts what was asked."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def answers(self, batch, cancel):
        self.asked += [(task.id, question.ask) for task, question in batch]
        return super().answers(batch, cancel)


def files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.json"))


def same(one, other):
    assert (one.value, one.bound, one.spend_cny) == (other.value, other.bound, other.spend_cny)
    assert [(row.county, row.goal) for row in one.counties] == [
        (row.county, row.goal) for row in other.counties
    ]


def test_a_finished_run_is_taken_up_without_solving_anything(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    first = solve_province(province, base, tmp_path / "out", effort="goal_only")
    team = Counting()
    again = solve_province(province, base, tmp_path / "out", effort="goal_only", resume=True, team=team)
    assert (team.asked, again.solved, again.taken_up) == ([], 0, first.solved)
    same(first, again)


def test_damaged_and_cut_answers_are_solved_again_and_no_others(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    first = solve_province(province, base, tmp_path / "out", effort="goal_only")
    found = files(tmp_path / "out")
    found[0].write_bytes(found[0].read_bytes()[:50])
    record = json.loads(found[1].read_text())
    found[1].write_text(json.dumps({**record, "answer": record["answer"].replace("0", "1", 1)}))
    again = solve_province(province, base, tmp_path / "out", effort="goal_only", resume=True)
    assert (again.solved, again.taken_up) == (2, first.solved - 2)
    same(first, again)


def test_other_facts_are_other_questions(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    first = solve_province(province, base, tmp_path / "out", effort="goal_only")
    region = base / province.counties[0].region
    region.write_text(region.read_text() + "\n")
    again = solve_province(province, base, tmp_path / "out", effort="goal_only", resume=True)
    assert 0 < again.solved < first.solved


def test_a_lost_plan_folder_is_made_again(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    solve_province(province, base, tmp_path / "out", effort="goal_only")
    (tmp_path / "out/counties/county-002/plan.json").unlink()
    again = solve_province(province, base, tmp_path / "out", effort="goal_only", resume=True)
    assert (again.solved, again.findings) == (1, ())


@POSIX
@pytest.mark.slow
def test_a_run_killed_half_way_is_resumed(tmp_path):
    province, base = made.written(tmp_path, made.tiny(4))
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(base)])
    while process.poll() is None and len(files(tmp_path / "out")) < 4:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    n = len(files(tmp_path / "out"))
    resumed = solve_province(province, base, tmp_path / "out", effort="goal_only", resume=True)
    fresh = solve_province(province, base, tmp_path / "fresh", effort="goal_only")
    assert n >= 4
    assert (resumed.taken_up, resumed.solved) == (n, fresh.solved - n)
    assert resumed.proven
    same(resumed, fresh)


def test_one_failed_county_is_told_and_the_rest_goes_on(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    (base / province.counties[1].region).write_text("{}")
    plan = solve_province(province, base, tmp_path / "out", effort="goal_only")
    assert [row.status for row in plan.counties] == ["planned", "failed", "planned"]
    failed = plan.counties[1]
    assert (failed.spend_cny, failed.goal) == (0.0, None)
    assert "fault" in failed.reason_en
    assert "错误" in failed.reason_zh or "问题" in failed.reason_zh or "处" in failed.reason_zh
    assert (plan.status, plan.proven, plan.findings) == ("incomplete", False, ())
    others = [county for k, county in enumerate(province.counties) if k != 1]
    smaller = type(province).model_validate({**province.model_dump(), "counties": others})
    true = made.true_optimum(smaller, base)
    assert plan.bound <= true + 1e-5 <= plan.value + 2e-5


def test_no_county_left_is_no_crash(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    for county in province.counties:
        (base / county.region).unlink()
    plan = solve_province(province, base, tmp_path / "out")
    assert (plan.status, plan.value, len(plan.failed)) == ("nothing", None, 3)


def test_a_goal_that_a_county_does_not_seek_fails_it(tmp_path):
    small = made.tiny(1)
    province, base = made.written(tmp_path, small)
    path = base / province.counties[0].model
    path.write_text(path.read_text().replace("{", '{"goals": [{"goal": "cost"}], ', 1))
    wanted = type(province).model_validate({**province.model_dump(), "goals": [{"goal": "unmet"}]})
    plan = solve_province(wanted, base, tmp_path / "out", effort="goal_only")
    assert plan.counties[0].status == "failed"


def test_too_little_for_all_is_infeasible(tmp_path):
    """A floor that only a new machine can meet: there is money for one of two like counties, not for both."""
    small = made.tiny(3)
    one = small.province.counties[1]
    twins = [{**one.model_dump(), "id": name} for name in ("a", "b")]
    province, base = made.written(tmp_path, small, counties=twins, budget_cny=1e9)
    floors = [
        {"stream": "exams", "subject": row.id, "share": 0.3} for row in small.regions[one.region].modalities
    ]
    path = base / one.model
    path.write_text(json.dumps({**json.loads(path.read_text()), "limits": {"coverage_floors": floors}}))
    least = made.least_spend_cny(province, province.counties[0], base)
    assert least > 0
    for budget, fits in ((1.5 * least, False), (2.0 * least + 1.0, True)):
        asked = type(province).model_validate({**province.model_dump(), "budget_cny": budget})
        if fits:
            plan = solve_province(asked, base, tmp_path / "fits", effort="goal_only")
            assert len(plan.planned) == 2
            assert plan.findings == ()
        else:
            with pytest.raises(Infeasible) as error:
                solve_province(asked, base, tmp_path / "less", effort="goal_only")
            (reason,) = error.value.explanations
            assert reason.short == pytest.approx(0.5 * least, rel=1e-3)
            assert [name for name, _ in reason.largest] == ["a", "b"]
            for lang, word in (("en", "will do"), ("zh", "即可")):
                told = error.value.message(lang)
                assert word in told
                assert f"{math.ceil(reason.short):,}" in told
            more = {**province.model_dump(), "budget_cny": budget + reason.short + 1.0}
            enough = type(province).model_validate(more)
            assert len(solve_province(enough, base, tmp_path / "more", effort="goal_only").planned) == 2


def test_cancelled_before_anything_is_told(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        solve_province(province, base, tmp_path / "out", cancel=token)


def test_a_county_gets_no_more_than_its_own_limit(tmp_path):
    small = made.tiny(1, share=1.0)
    counties = [{**one.model_dump(), "most_cny": 0.0} for one in small.province.counties]
    province, base = made.written(tmp_path, small, counties=counties)
    plan = solve_province(province, base, tmp_path / "out", effort="goal_only")
    assert plan.spend_cny == 0.0


@pytest.mark.slow
def test_processes_answer_as_one_does(tmp_path):
    province, base = made.written(tmp_path, made.tiny(2, n_counties=5))
    one = solve_province(province, base, tmp_path / "one")
    two = solve_province(province, base, tmp_path / "two", workers=2)
    same(one, two)
    assert multiprocessing.active_children() == []


class Deadly(Processes):
    """Kills the worker of one county when it is asked for a price."""

    def _begin(self, queues):
        super()._begin(queues)
        for one in self._team:
            if (
                one is not None
                and one.at is not None
                and one.at[0].id == "county-002"
                and one.at[1].ask == "price"
            ):
                one.process.kill()


@POSIX
@pytest.mark.slow
def test_a_killed_worker_costs_its_county_only(tmp_path):
    province, base = made.written(tmp_path, made.tiny(2, n_counties=4))
    plan = solve_province(province, base, tmp_path / "out", effort="goal_only", team=Deadly(2))
    assert [row.county for row in plan.failed] == ["county-002"]
    assert "memory" in plan.failed[0].reason_en
    assert len(plan.planned) == 3
    assert plan.findings == ()
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_a_local_dask_cluster_answers_as_one_does(tmp_path):
    distributed = pytest.importorskip("distributed")
    province, base = made.written(tmp_path, made.tiny(2, n_counties=5))
    one = solve_province(province, base, tmp_path / "one", effort="goal_only")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        many = solve_province(province, base, tmp_path / "many", effort="goal_only", scheduler=address)
        again = solve_province(
            province, base, tmp_path / "many", effort="goal_only", scheduler=address, resume=True
        )
    same(one, many)
    assert (again.solved, again.taken_up) == (0, many.solved)


def test_without_dask_or_scheduler_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"alloc\[dask\]"):
        Dask("tcp://127.0.0.1:1")


def test_a_store_without_folder_rights_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        Store(tmp_path / "file", resume=False)


class Planless(Here):
    """One county answers without a plan, again and again."""

    def answers(self, batch, cancel):
        for answer in super().answers(batch, cancel):
            planless = answer.county == "county-002" and answer.columns and not answer.folder
            update = {"columns": (), "bound": None, "status": "time_limit"} if planless else {}
            yield answer.model_copy(update=update)


def test_a_county_that_finds_no_plan_in_time_does_not_sink_the_others(tmp_path):
    province, base = made.written(tmp_path, made.tiny(1))
    plan = solve_province(province, base, tmp_path / "out", effort="goal_only", team=Planless())
    assert [row.county for row in plan.failed] == ["county-002"]
    assert "time" in plan.failed[0].reason_en
    assert len(plan.planned) == 2
    assert plan.findings == ()
    assert plan.gap <= 0.01
