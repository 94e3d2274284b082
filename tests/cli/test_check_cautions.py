"""What `alloc check` says of a sound region that a plan will suffer from."""

from pathlib import Path

import pytest

from alloc import labels
from alloc.cli.cautions import Cautions
from alloc.cli.manner import Manner
from alloc.report.words import Names
from alloc.study.out_of_reach import OutOfReach
from alloc.synthetic import tiny_region
from tests.cli.made_up import document
from tests.cli.test_check import spoil


@pytest.fixture
def strict(here, county):
    """Stroke must be treated within 12 minutes, too far from four of the six places: a caution."""
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


@pytest.mark.parametrize(("name", "passed_over"), [("deqing", []), ("tianchang", [("TC-S25", "TC-S23")])])
def test_what_there_is_to_say_of_the_shipped_regions(call, name, passed_over):
    """In Tianchang two specialists of Chinese medicine may be posted, one of them with the larger clinic."""
    record = document(call("check", name, "--json"))
    assert record["out_of_reach"] == []
    found = record["passed_over_for_posting"]
    assert [(one["specialist"], one["colleague"]) for one in found] == passed_over


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
    manner = Manner("en")
    lines = list(Cautions(needs, [], Names(tiny_region(1), "en"), manner).lines(100))
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


@pytest.fixture
def unequal(here, county):
    """S2 may be posted too, and works five days where S3 works three."""
    spoil(here / "county/specialists.csv", "6,8,26,T1,false", "6,8,26,T1,true")
    return county


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "S3 (internal medicine, Sample County People's Hospital) is on duty on 3 days a week, S2 on 5.",
        ),
        ("zh", "S3（内科，示例县人民医院）每周在岗 3 天，S2 为 5 天。"),
    ],
)
def test_specialists_not_considered_for_a_posting_are_named(call, unequal, lang, words):
    done = call("check", *unequal, lang=lang)
    assert done.exit_code == 0
    told = "".join(line.strip() if lang == "zh" else line.strip() + " " for line in done.stdout.splitlines())
    assert words in told
    (record,) = document(call("check", *unequal, "--json", lang=lang))["passed_over_for_posting"]
    assert (record["specialist"], record["colleague"], record["why"]) == ("S3", "S2", "fewer_days")
    assert words in record["message"]


def test_nobody_is_passed_over_in_the_starter(call, county):
    assert document(call("check", *county, "--json"))["passed_over_for_posting"] == []
