"""`alloc show`, `alloc compare`, `alloc new`, `alloc schema`."""

import json
from pathlib import Path

import pytest

from alloc import labels
from alloc.report import save_plan
from tests.cli.made_up import document, make_plan


@pytest.mark.parametrize("lang", labels.languages())
def test_show(call, plan_folder, lang):
    for name in (plan_folder, f"{plan_folder}/plan.json", str(Path(plan_folder).resolve())):
        done = call("show", name, lang=lang)
        assert done.exit_code == 0
        assert done.stdout.startswith("Proven optimal" if lang == "en" else "已证明最优")
    record = document(call("show", plan_folder, "--json", lang=lang))
    assert record["plan"]["scenario"] == "baseline"


def test_showing_an_unproven_plan_is_no_failure(call, here):
    save_plan(make_plan("baseline", "incumbent", "time_limit"), here / "p", "en")
    assert call("show", "p").exit_code == 0


def test_a_damaged_plan_is_a_fault_of_the_data(call, plan_folder, here):
    (here / plan_folder / "plan.json").write_text('{"schema_version": 1}')
    done = call("show", plan_folder)
    assert done.exit_code == 3
    assert "plan.json" in done.stderr


@pytest.mark.parametrize("lang", labels.languages())
def test_compare(call, plan_folder, here, lang):
    save_plan(make_plan("older", "incumbent", "time_limit"), here / "results/sample/older", "en")
    for names in ([plan_folder, "results/sample/older"], ["results/sample"], ["results", plan_folder]):
        done = call("compare", *names, lang=lang)
        assert done.exit_code == 0
        record = document(call("compare", *names, "--json"))
        assert [plan["scenario"] for plan in record["plans"]] == ["baseline", "older"]
    done = call("compare", "results", "--out", "table", lang=lang)
    assert {path.suffix for path in (here / "table").iterdir()} == {".xlsx", ".csv", ".json"}
    assert "comparison.json" in done.stderr


def test_compare_says_when_regions_differ(call, plan_folder, here):
    other = make_plan()
    about = other.region.about.model_copy(update={"id": "other"})
    data = json.loads(other.to_json())
    data["region"]["about"]["id"] = about.id
    (here / "other").mkdir()
    (here / "other/plan.json").write_text(json.dumps(data))
    assert "not of the same region" in call("compare", plan_folder, "other").stderr


@pytest.mark.parametrize("lang", labels.languages())
@pytest.mark.parametrize("excel", [True, False])
def test_new_files_pass_check(call, here, excel, lang):
    done = call("new", "my county", *(["--excel"] if excel else []), lang=lang)
    assert done.exit_code == 0
    steps = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("alloc ")]
    assert steps[0].startswith("alloc check")
    region = "my county/region.xlsx" if excel else "my county"
    assert f'"{region}"' in steps[0]
    assert call("check", region, "--model", "my county/model.yaml", lang=lang).exit_code == 0
    again = call("new", "my county", *(["--excel"] if excel else []), lang=lang)
    assert again.exit_code == 2


def test_new_as_json_and_quiet(call, here):
    record = document(call("new", "a", "--json"))
    assert all(Path(file).is_file() for file in record["files"])
    assert call("new", "b", "--quiet").output == ""


@pytest.mark.parametrize(
    ("what", "key"),
    [("region", "places"), ("model", "goals"), ("plan", "decisions"), ("province", "counties")],
)
def test_schema(call, what, key):
    record = document(call("schema", what))
    assert key in record["properties"]
    assert record["$schema"].startswith("https://json-schema.org/")
