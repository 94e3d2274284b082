"""What `alloc check` says of a sound region that a plan will suffer from."""

from pathlib import Path

import pytest

from alloc import labels
from alloc.cli.cautions import out_of_reach_lines
from alloc.cli.manner import Manner
from alloc.report.words import Names
from alloc.study.out_of_reach import OutOfReach
from alloc.synthetic import tiny_region
from tests.cli.made_up import document
from tests.cli.test_check import spoil


@pytest.fixture
def strict(here, county):
    """Stroke must be treated within 12 minutes, too far from four of the six places: no fault, but a caution."""
    spoil(here / "county/conditions.csv", "stroke,60", "stroke,12")
    return county


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Qingshan: patients with stroke", "Sample County People's Hospital", "within 12 min")),
        ("zh", ("青山乡：脑卒中患者", "示例县人民医院", "必须在 12 分钟内到达")),
    ],
)
def test_needs_that_nothing_in_reach_can_serve_are_listed(call, strict, lang, words):
    done = call("check", *strict, lang=lang)
    assert done.exit_code == 0
    told = "".join(line.strip() if lang == "zh" else line.strip() + " " for line in done.stdout.splitlines())
    for word in words:
        assert word in told
    assert done.stdout.count("\n  - ") == 4


def test_as_json(call, strict):
    record = document(call("check", *strict, "--json"))
    assert [need["place"] for need in record["out_of_reach"]] == ["P3", "P4", "P6", "P5"]
    last = record["out_of_reach"][-1]
    assert (last["stream"], last["subject"], last["why"]) == ("episodes", "stroke", "beyond_acute_limit")
    assert (last["nearest"], last["limit_min"]) == ("H1", 12.0)
    assert "acute_limit_min" in last["message"]


def test_a_region_without_any_says_nothing(call, county):
    assert "nothing in reach" not in call("check", *county).stdout
    assert document(call("check", *county, "--json"))["out_of_reach"] == []


@pytest.mark.parametrize("name", ["deqing", "tianchang"])
def test_nothing_is_out_of_reach_in_the_shipped_regions(call, name):
    assert document(call("check", name, "--json"))["out_of_reach"] == []


def test_a_model_that_does_not_fit_is_no_hindrance(call, strict, monkeypatch):
    """The model taken unasked limits a machine that the region does not know."""
    monkeypatch.setattr("alloc.cli.check.DEFAULT_MODEL", "county/odd.yaml")
    model = Path("county/model.yaml").read_text(encoding="utf-8")
    Path("county/odd.yaml").write_text(
        model.replace("limits:", "limits:\n  most_machines: {NONE: 3}", 1), encoding="utf-8"
    )
    record = document(call("check", "county", "--json"))
    assert (len(record["misfits"]), len(record["out_of_reach"])) == (1, 4)


def test_many_are_counted_and_not_all_told():
    needs = [OutOfReach("exams", f"P{n}", "CT", 1.0, "no_way") for n in range(25)]
    lines = list(out_of_reach_lines(needs, Names(tiny_region(1), "en"), Manner("en"), 100))
    assert len(lines) == 2 + 20 + 1
    assert "(25)" in lines[1]
    assert "5 more" in lines[-1]


@pytest.mark.parametrize("stream", ["exams", "consultations", "episodes"])
def test_every_reason_has_words(stream):
    for why in (
        f"no_facility.{stream}",
        "no_way",
        "beyond_cutoff",
        "beyond_acute_limit",
        "no_way_onward",
        stream,
    ):
        assert labels.has(f"cli.out_of_reach.{why}")
