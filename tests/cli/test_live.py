"""Progress as a planner sees it, and Ctrl-C."""

import dataclasses
import io
import os
import signal
from types import SimpleNamespace

import pytest

from alloc.cli.live import Live
from alloc.cli.manner import Manner
from tests.cli.made_up import END, TICK

NAMES = {"baseline": "现状", "flu": "流感高峰"}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    screen = Terminal()
    # sys.stderr itself is put back by pytest before the test begins
    for module in ("live", "output"):
        monkeypatch.setattr(f"alloc.cli.{module}.sys", SimpleNamespace(stderr=screen))
    return screen


def test_off_a_terminal_one_line_for_each_finished_goal(capsys):
    live = Live(Manner("zh"), NAMES)
    with live.running():
        live.tell("flu", TICK)
        live.tell("flu", END)
        live.done("flu", "完成了")
    assert capsys.readouterr() == (
        "",
        "流感高峰 · 未满足需求：完成，差距 0.00%（结果 12，理论界 12），用时 3 秒\n完成了\n",
    )


def test_a_goal_without_a_plan_says_so(capsys):
    live = Live(Manner("en"), NAMES)
    with live.running():
        live.tell("flu", dataclasses.replace(END, incumbent=None, bound=None, gap=None))
    assert capsys.readouterr().err == "流感高峰 · unmet need: no plan, 3 s\n"


def test_quiet(capsys, terminal):
    live = Live(Manner("zh", quiet=True), NAMES)
    with live.running():
        live.tell("flu", END)
        live.done("flu", "完成了")
    assert terminal.getvalue() == ""


def test_on_a_terminal_a_line_for_each_scenario_at_work(terminal):
    live = Live(Manner("en"), NAMES)
    with live.running():
        live.tell("flu", TICK)
        live.tell("baseline", TICK)
        live._bars.refresh()
        assert "unmet need: gap 8.33% (12 so far, bound 11), 2 s" in terminal.getvalue()
        assert len(live._bars.tasks) == 2
        live.done("flu", "[flu] is written")
        assert len(live._bars.tasks) == 1
    assert "[flu] is written" in terminal.getvalue()


def test_one_scenario_has_a_line_from_the_start(terminal):
    live = Live(Manner("en"), {"baseline": "Baseline"})
    with live.running():
        live._bars.refresh()
        assert "Baseline: reading the data" in terminal.getvalue()


def test_a_goal_without_a_word_is_shown_as_it_is(capsys):
    live = Live(Manner("en"), {})
    with live.running():
        live.tell("x", type(END)("weighted", "finished", None, None, None, 1.0))
        live.tell("x", type(END)("{odd}", "finished", 123456.7, None, None, 1.0))
    told = capsys.readouterr().err
    assert "x · weighted: no plan, 1 s" in told
    assert "{odd}: done, gap - (value 123,457" in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_cancels_and_the_second_does_what_it_always_does(number, terminal):
    before = signal.getsignal(number)
    live = Live(Manner("en"), {"baseline": "Baseline"})
    with live.running() as token:
        assert not token.cancelled
        os.kill(os.getpid(), number)
        assert token.cancelled
        assert signal.getsignal(number) is before
        assert live._bars.tasks[0].description.startswith("stopping, keeping the best plan")
        live.tell("baseline", TICK)
        assert live._bars.tasks[0].description.startswith("stopping, keeping the best plan")
    assert signal.getsignal(number) is before
