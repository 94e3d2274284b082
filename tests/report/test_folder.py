"""A plan folder is whole or not there, round-trips, and never takes what is not its own."""

import dataclasses
import json
import os
import subprocess
import sys

import pytest

from alloc.errors import DataError, UsageError
from alloc.plan.plan import TABLES
from alloc.report import folder_name, load_plan, save_plan


def test_a_plan_comes_back_as_it_was(plan, empty_plan, tmp_path):
    for name, each in (("full", plan), ("empty", empty_plan)):
        folder = save_plan(each, tmp_path / name, "zh")
        assert load_plan(folder) == each
        files = {path.name for path in folder.iterdir()}
        assert files == {
            "plan.json",
            "record.json",
            "plan.xlsx",
            "layers.gpkg",
            *(f"{t}.csv" for t in TABLES),
        }
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_record_file_says_what_the_plan_is(plan, tmp_path):
    record = json.loads((plan.save(tmp_path / "a", "en") / "record.json").read_text(encoding="utf-8"))
    assert record["holding"] == "proven"
    assert record["scenario"] == "baseline"
    assert record["seconds"]["solve"] == 13.1
    assert record["seconds"]["write"] >= 0
    assert [row["goal"] for row in record["passes"]] == ["unmet", "travel"]
    assert record["audit"]["rules_checked"] == 41


def test_the_same_plan_gives_the_same_bytes(plan, tmp_path):
    one, two = (save_plan(plan, tmp_path / name, "zh") for name in ("one", "two"))
    for path in sorted(one.iterdir()):
        if path.name != "record.json":
            assert path.read_bytes() == (two / path.name).read_bytes(), path.name


def test_a_plan_folder_is_replaced_and_the_users_files_stay(plan, empty_plan, tmp_path):
    folder = save_plan(plan, tmp_path / "p", "zh")
    (folder / "notes.docx").write_text("mine")
    (folder / "layers.gpkg-wal").write_text("left over by a map program")
    save_plan(empty_plan, folder, "zh")
    assert load_plan(folder) == empty_plan
    assert (folder / "notes.docx").read_text() == "mine"
    assert not (folder / "layers.gpkg-wal").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_an_empty_folder_may_be_filled(plan, tmp_path):
    (tmp_path / "p").mkdir()
    assert load_plan(save_plan(plan, tmp_path / "p")) == plan


def test_a_foreign_folder_is_refused_and_untouched(plan, tmp_path):
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter1.txt").write_text("years of work")
    with pytest.raises(UsageError, match="is not a plan folder"):
        save_plan(plan, foreign)
    assert [path.name for path in foreign.iterdir()] == ["chapter1.txt"]
    with pytest.raises(UsageError, match="is a file"):
        save_plan(plan, foreign / "chapter1.txt")
    with pytest.raises(UsageError, match="cannot be written"):
        save_plan(plan, foreign / "chapter1.txt" / "deeper")


def test_a_failed_write_leaves_the_old_plan(plan, empty_plan, tmp_path, monkeypatch):
    folder = save_plan(plan, tmp_path / "p", "zh")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("alloc.report.folder.write_layers", full_disk)
    with pytest.raises(UsageError, match="No space left"):
        save_plan(empty_plan, folder, "zh")
    with pytest.raises(UsageError):
        save_plan(empty_plan, tmp_path / "new", "zh")
    assert load_plan(folder) == plan
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_a_crash_leaves_no_half_plan(plan, tmp_path, monkeypatch):
    def crash(*_):
        raise RuntimeError("crash")

    monkeypatch.setattr("alloc.report.folder.write_workbook", crash)
    with pytest.raises(RuntimeError):
        save_plan(plan, tmp_path / "p", "zh")
    assert list(tmp_path.iterdir()) == []


def test_the_old_plan_comes_back_when_the_new_one_cannot_take_its_place(
    plan, empty_plan, tmp_path, monkeypatch
):
    folder = save_plan(plan, tmp_path / "p", "zh")
    rename = type(folder).rename

    def refuse(self, target):
        if not self.name.endswith(".old") and str(target) == str(folder):
            raise PermissionError(13, "open in another program")
        return rename(self, target)

    monkeypatch.setattr(type(folder), "rename", refuse)
    with pytest.raises(UsageError, match="open in another program"):
        save_plan(empty_plan, folder, "zh")
    monkeypatch.undo()
    assert load_plan(folder) == plan


def test_folders_above_are_made(plan, tmp_path):
    assert load_plan(save_plan(plan, tmp_path / "a" / "b" / "c")) == plan


def test_a_symbolic_link_is_followed(plan, empty_plan, tmp_path):
    real = save_plan(plan, tmp_path / "real")
    link = tmp_path / "latest"
    link.symlink_to(real)
    save_plan(empty_plan, link)
    assert link.is_symlink()
    assert load_plan(real) == empty_plan


def test_what_is_no_plan_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"holds no plan\.json"):
        load_plan(tmp_path)
    (tmp_path / "plan.json").write_text('{"schema_version": 1}')
    with pytest.raises(DataError, match=r"plan\.json"):
        load_plan(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *("../../etc", "/root", "..", ".", "", "a/b", "a\\b", "con", "NUL.txt", "lpt1", "a:b"),
        *("x" * 300, "县" * 100, "trailing.", " blank ", "a\x00b", "<script>", "~", "-rf"),
    ],
)
def test_names_of_scenarios_are_safe_names_of_folders(name, tmp_path):
    safe = folder_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\<>:"|?*\x00')
    assert len(safe.encode()) <= 100
    made = tmp_path / safe
    made.mkdir()
    assert made.resolve().parent == tmp_path.resolve()


def test_good_names_stay_and_changed_ones_keep_apart():
    assert folder_name("budget-30") == "budget-30"
    assert folder_name("预算减少30%") == "预算减少30%"
    assert folder_name("a/b") != folder_name("a:b")
    assert folder_name("x" * 300) != folder_name("x" * 301)


def test_hostile_names_do_no_harm(plan, tmp_path):
    names = ("=1+1", "<script>alert(1)</script>", "../x", "[bold]", "a\nb\x1b[31m", "x" * 40_000)
    facilities = tuple(
        f.model_copy(update={"name_zh": n, "name_en": n})
        for f, n in zip(plan.region.facilities, names * 3, strict=False)
    )
    region = plan.region.model_copy(update={"facilities": facilities})
    hostile = dataclasses.replace(plan, region=region)
    folder = save_plan(hostile, tmp_path / "p", "zh")
    assert load_plan(folder) == hostile
    assert "\x1b" not in hostile.summary("zh")


def test_a_county_is_written_quickly_without_the_heavy_libraries(plan, tmp_path):
    (tmp_path / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    code = (
        "import sys, time; from alloc.report import load_plan, save_plan; "
        f"plan = load_plan({os.fspath(tmp_path)!r}); start = time.perf_counter(); "
        f"save_plan(plan, {os.fspath(tmp_path / 'out')!r}, 'zh'); "
        "print(time.perf_counter() - start); plan.summary('zh'); "
        "print([m for m in ('pandas', 'geopandas', 'pyomo', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.splitlines()
    assert modules == "[]"
    assert float(seconds) < 3.0  # about 0.4 s on a quiet machine
