"""Progress on stderr while a solve runs, and Ctrl-C: stop, but keep the best plan so far.

On a terminal one line for each scenario at work; elsewhere one line for each goal that is finished.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from alloc import labels
from alloc.cli.manner import Manner
from alloc.cli.output import aside, console_on
from alloc.solver.progress import CancelToken, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Live:
    """What a solve tells while it runs. `names`: scenario ids and the names that people know them by."""

    def __init__(self, manner: Manner, names: Mapping[str, str]) -> None:
        self._manner, self._names = manner, names
        self._bars: Bars | None = None
        self._lines: dict[str, TaskID] = {}
        self._stopping = False

    @contextmanager
    def running(self) -> Iterator[CancelToken]:
        """Show progress, and let Ctrl-C cancel the token."""
        token = CancelToken()
        if not self._manner.quiet and sys.stderr.isatty():
            self._bars = _bars()
        with interrupts(token, self.stopping):
            if self._bars is None:
                yield token
                return
            with self._bars:
                if len(self._names) == 1:
                    self._line(self._bars, next(iter(self._names)))
                yield token

    def tell(self, scenario: str, progress: Progress) -> None:
        """A solve has news."""
        if self._manner.quiet:
            return
        text = self._told(scenario, progress)
        if self._bars is not None:
            self._bars.update(self._line(self._bars, scenario), description=self._as_stopping(text))
        elif progress.stage == "finished":
            aside(text)

    def done(self, scenario: str, text: str, style: str = "") -> None:
        """One scenario has ended: its line goes, and one sentence stays."""
        if self._bars is not None and scenario in self._lines:
            self._bars.remove_task(self._lines.pop(scenario))
        if self._manner.quiet:
            return
        if self._bars is not None:
            self._bars.console.print(text, style=style, soft_wrap=True)
        else:
            aside(text, style)

    def stopping(self) -> None:
        """Ctrl-C was pressed."""
        self._stopping = True
        if self._bars is not None:
            for task in self._bars.tasks:
                self._bars.update(task.id, description=self._as_stopping(task.description))

    def _as_stopping(self, text: str) -> str:
        return self._manner.text("live.stopping", line=text) if self._stopping else text

    def _line(self, bars: Bars, scenario: str) -> TaskID:
        if scenario not in self._lines:
            text = self._manner.text("live.preparing", scenario=self._names.get(scenario, scenario))
            self._lines[scenario] = bars.add_task(text, total=None)
        return self._lines[scenario]

    def _told(self, scenario: str, progress: Progress) -> str:
        manner = self._manner
        goal = f"plan.code.goal.{progress.goal}"
        known = goal in labels.keys(manner.lang)
        found = "finished" if progress.incumbent is not None else "without"
        return manner.text(
            f"live.{found if progress.stage == 'finished' else 'searching'}",
            scenario=self._names.get(scenario, scenario),
            goal=labels.text(goal, manner.lang) if known else progress.goal,
            incumbent=_number(progress.incumbent),
            bound=_number(progress.bound),
            gap="-" if progress.gap is None else f"{progress.gap:.2%}",
            seconds=f"{progress.seconds:.0f}",
        )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _bars() -> Bars:
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    return Bars(
        SpinnerColumn("line"),  # ASCII: GBK consoles have no braille
        TimeElapsedColumn(),
        TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
        console=console_on(sys.stderr),
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


@contextmanager
def interrupts(token: CancelToken, stopping: Callable[[], object]) -> Iterator[None]:
    """The first Ctrl-C (or a polite kill) cancels; from the second on they do what they always do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}

    def back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def cancel(_: int, __: FrameType | None) -> None:
        token.cancel()
        stopping()
        back()

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, cancel)
    try:
        yield
    finally:
        back()
