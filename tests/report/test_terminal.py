"""What the terminal shows: verdict first, about a screen and a half, in both languages."""

import dataclasses

import pytest
from rich.cells import cell_len

from alloc.report import plan_text, render_check
from alloc.report.screen import as_text
from alloc.report.words import Names
from alloc.schema.plan import Decisions
from alloc.schema.scenario import Scenario

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_comes_first_and_the_page_is_short(plan, lang):
    lines = plan_text(plan, lang).splitlines()
    assert lines[0].startswith({"zh": "已证明最优", "en": "Proven optimal"}[lang])
    assert "0.06%" in lines[0]
    assert len(lines) <= 75
    assert max(map(cell_len, lines)) <= 100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_to_do(plan, lang):
    text = plan_text(plan, lang)
    words = {
        "zh": [
            *(
                "购置",
                "CT64",
                "800 万元",
                "报废",
                "调配",
                "替8家诊断",
                "周一",
                "上转",
                "县域内就诊率",
                "94.1%",
            ),
            *("一次性投入预算", "半合成数据", "辅助决策", "一次性投入 1,037 万元"),
        ],
        "en": [
            *("buy", "CT64", "CNY 8 million", "retire", "move", "reads for 8", "Mon", "referred up"),
            *("In-county visit share", "94.1%", "Semi-synthetic", "Decision support"),
        ],
    }
    for word in words[lang]:
        assert word in text, word


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [72, 80, 120, 240])
def test_the_roster_is_whole_at_every_width(plan, lang, width):
    text = plan_text(plan, lang, width)
    start = {"zh": "专家下沉排班", "en": "Outreach roster"}[lang]
    end = {"zh": "需求去向", "en": "Where needs end"}[lang]
    roster = " ".join(text[text.index(start) : text.index(end)].split())
    names = Names(plan.region, lang)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in roster
    for row in plan.decisions.roster:
        for word in (*names.facility(row.facility).split(), *names.of("specialty", row.specialty).split()):
            assert word in roster or width < 120, word
    assert roster.count("T0") == len({row.facility for row in plan.decisions.roster})


def test_a_plan_that_is_not_proven_says_so_first_and_last(plan):
    unsure = dataclasses.replace(plan, holding="incumbent", status="time_limit")
    text = plan_text(unsure, "zh")
    assert text.startswith("未证明最优")
    assert "到达时限" in text.splitlines()[0]
    assert "本方案未证明最优" in text
    unknown = dataclasses.replace(unsure, passes=())
    assert "差距未知" in plan_text(unknown, "zh").splitlines()[0]
    late = plan.passes[1].model_copy(update={"holding": "incumbent", "gap": 0.123})
    first = plan_text(dataclasses.replace(unsure, passes=(plan.passes[0], late)), "zh").splitlines()[0]
    assert "就医路途最多可再改进 12.3%" in first
    assert "其余 1 个目标已证明" in first


def test_a_plan_cut_back_to_its_roster_says_so(plan):
    cut = dataclasses.replace(plan, holding="incumbent", status="optimal")
    assert "cut back to what a roster can hold" in plan_text(cut, "en").splitlines()[0]
    assert "按可行的排班削减" in plan_text(cut, "zh").splitlines()[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_plan_is_no_plan(empty_plan, lang):
    text = plan_text(empty_plan, lang)
    assert text.startswith({"zh": "没有得到方案", "en": "No plan was found"}[lang])
    assert "CNY" not in text
    assert "万元" not in text


def test_an_evaluation_is_not_called_optimal(plan):
    text = plan_text(dataclasses.replace(plan, method="evaluate", status="evaluated"), "en")
    assert text.startswith("Evaluation")
    assert "optimal" not in text.splitlines()[0]


def test_an_audit_with_findings_is_told(plan):
    audit = plan.record.audit.model_copy(update={"findings": ("spend is above the budget",)})
    bad = dataclasses.replace(plan, record=plan.record.model_copy(update={"audit": audit}))
    assert "spend is above the budget" in plan_text(bad, "en")
    none = dataclasses.replace(plan, record=plan.record.model_copy(update={"audit": None}))
    assert "has not been audited" in plan_text(none, "en")


def test_markup_and_escapes_in_names_are_plain_text(plan):
    names = ("[bold red]X[/]", "[link=http://x]y", "\x1b[31mred", "a\nb", "\u202eabc", "[/]")
    facilities = tuple(
        f.model_copy(update={"name_zh": n, "name_en": n})
        for f, n in zip(plan.region.facilities, names * 3, strict=False)
    )
    hostile = dataclasses.replace(plan, region=plan.region.model_copy(update={"facilities": facilities}))
    text = plan_text(hostile, "zh")
    assert "[bold red]X[/]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_visits_without_a_roster_are_shown_in_half_days(plan):
    decisions = plan.decisions.model_copy(update={"roster": ()})
    text = plan_text(dataclasses.replace(plan, decisions=decisions), "zh")
    assert "尚未排到具体日期" in text
    assert "个半天" in text


def test_a_plan_of_few_decisions_has_few_sections(plan):
    only = Decisions(exam_flows=plan.decisions.exam_flows)
    text = plan_text(dataclasses.replace(plan, decisions=only, method="only:equipment+imaging"), "zh")
    assert "仅决策：设备、远程诊断" in text
    assert "排班" not in text
    assert "已顶到的约束" not in text


def test_words_that_nobody_translated_are_shown_as_they_are(plan):
    strange = dataclasses.replace(
        plan, status="gone_fishing", holding="incumbent", scenario=Scenario(id="x-1")
    )
    text = plan_text(strange, "en")
    assert "gone_fishing" in text.splitlines()[0]
    assert "x-1" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_region_is_checked_against_its_needs(region, model, lang):
    text = as_text(render_check(region, lang, model))
    assert max(map(cell_len, text.splitlines())) <= 100
    assert {"zh": "常住人口 640,000 人", "en": "640,000 residents"}[lang] in text
    assert "85%" in text
    assert {"zh": "不足", "en": "short"}[lang] in text


def test_a_region_without_needs_or_machines_can_be_checked(region):
    nothing = dict.fromkeys(("inventory", "exam_rates", "consult_rates", "episode_rates", "population"), ())
    text = as_text(render_check(region.model_copy(update=nothing), "en"))
    assert "0 residents" in text
