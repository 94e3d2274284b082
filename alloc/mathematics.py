"""The mathematics pages under `models/mathematics/`, out of the docstrings of the rules and goals.

``python -m alloc.mathematics [FOLDER]`` writes them. A docstring is the rule as a sentence, then the fields
Mathematics, Index, Unit and Source; a rule without them shows what it has.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alloc.blocks import REGISTRY, roster
from alloc.errors import UsageError
from alloc.goals import GOAL_UNITS, equity, measures
from alloc.limits import LIMITS
from alloc.shipped import shipped_folder
from alloc.ties import TIES

FIELDS: Final = ("Mathematics", "Index", "Unit", "Source")
_FIELD: Final = re.compile(rf" ({'|'.join(FIELDS)}): ")
_FORMULA: Final = re.compile(r"\$([^$]+)\$")
_MADE: Final = "Made by `python -m alloc.mathematics` from docstrings; change those, not this page."
_INTRODUCTION: Final = """\
What `alloc.solve` decides and under which rules, one page a decision. A rule has the name of its constraint
in the Pyomo model, and of its function in `alloc/blocks/`, `alloc/ties/` or `alloc/limits/`."""


@dataclass(frozen=True)
class Entry:
    """One rule or goal of a page."""

    name: str
    sentence: str
    fields: dict[str, str]

    def text(self) -> str:
        """The entry in Markdown."""
        parts = [f"## {self.name}", self.sentence]
        if "Mathematics" in self.fields:
            parts.append(_formula(self.fields["Mathematics"]))
        facts = [f"- {name}: {self.fields[name]}" for name in FIELDS[1:] if name in self.fields]
        return "\n\n".join([*parts, *(["\n".join(facts)] if facts else [])])


@dataclass(frozen=True)
class Page:
    """One page: title, what it is about, its symbols and its entries."""

    name: str
    about: str
    entries: tuple[Entry, ...]

    def text(self) -> str:
        """The page in Markdown."""
        symbols = [f"| ${symbol}$ | {meaning} |" for symbol, meaning in SYMBOLS.get(self.name, {}).items()]
        table = ["\n".join(["| symbol | meaning |", "|---|---|", *symbols])] if symbols else []
        parts = [f"# {self.name.capitalize()}", self.about, f"*{_MADE}*", *table]
        return "\n\n".join([*parts, *(entry.text() for entry in self.entries)]) + "\n"


def pages() -> dict[str, str]:
    """Every page by the name of its file: one a decision, the roster, ties, limits, goals, and an index."""
    made = [_page(block.name, inspect.getmodule(block), block.rules) for block in REGISTRY]
    at = next((n for n, page in enumerate(made, 1) if page.name == "outreach"), len(made))
    made.insert(at, _page("roster", roster, roster.RULES))
    made += [
        _page("ties", sys.modules["alloc.ties"], TIES),
        _page("limits", sys.modules["alloc.limits"], LIMITS),
        Page("goals", _about(sys.modules["alloc.goals"]), tuple(_goals())),
    ]
    return {"README.md": _index(made), **{f"{page.name}.md": page.text() for page in made}}


def entry_of(function: Callable[..., Any], name: str | None = None) -> Entry:
    """The docstring of a rule or goal, taken apart."""
    sentence, *rest = _FIELD.split(_one_line(inspect.getdoc(function) or ""))
    fields = {field: value.strip() for field, value in zip(rest[::2], rest[1::2], strict=True)}
    return Entry(name or function.__name__, sentence, fields)


def write(folder: Path) -> list[Path]:
    """Write every page into the folder; pages of decisions that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _page(name: str, module: Any, rules: Iterable[Callable[..., Any]]) -> Page:
    return Page(name, _about(module), tuple(entry_of(rule) for rule in rules))


def _about(module: Any) -> str:
    return inspect.cleandoc(module.__doc__ or "")


def _goals() -> list[Entry]:
    """The measures, each with the unit it is told in, then the choices of equity for travel."""
    found = [entry_of(goal) for goal in _made_here(measures, "Measure")]
    plain = [
        Entry(entry.name, entry.sentence, {"Unit": GOAL_UNITS[_goal_name(entry.name)] + ".", **entry.fields})
        for entry in found
    ]
    choices = [
        entry_of(choice, f"travel, equity: {choice.__name__.strip('_')}")
        for choice in _made_here(equity, "list[Measure]")
        if choice is not equity.travel_measures
    ]
    return [*plain, *choices]


def _goal_name(function: str) -> str:
    return function.removesuffix("_total")


def _made_here(module: Any, answer: str) -> list[Callable[..., Any]]:
    """The module's own functions that answer so, in the order of the file."""
    return [
        value
        for value in vars(module).values()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and value.__annotations__.get("return") == answer
    ]


def _formula(mathematics: str) -> str:
    """The first formula as a block of its own; what stands around it stays text."""
    found = _FORMULA.search(mathematics)
    if found is None:
        return mathematics
    around = f"{mathematics[: found.start()].strip()} {mathematics[found.end() :].strip(' ,')}".strip()
    block = f"```math\n{found[1].strip()}\n```"
    return f"{block}\n\n{around}" if around else block


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _index(made: Sequence[Page]) -> str:
    rows = [
        f"| [{page.name}]({page.name}.md) | {_one_line(page.about.split('.')[0])} | {len(page.entries)} |"
        for page in made
    ]
    table = "\n".join(["| page | about | rules |", "|---|---|---|", *rows])
    return "\n\n".join(["# Mathematics", _INTRODUCTION, f"*{_MADE}*", table]) + "\n"


_FLOWS: Final = {
    "i, f, m, t": "place, facility, modality, machine type",
    "o, u": "share of a need that ends outside the region, that is unmet",
}
_PEOPLE: Final = {
    "f, k, h": "clinic, kind of session, half-day of the cycle",
    "t, s": "team (specialty, home hospital), specialist",
}
SYMBOLS: Final[dict[str, dict[str, str]]] = {
    "sites": {"o_f": "1 when facility $f$ is open, else 0"},
    "equipment": {
        **_FLOWS,
        "a, P, l": "cohort (facility, type, install year), pool of members, price level",
        r"N_a, \phi_a": "machines of a cohort that stand today, share of their capacity left past their life",
        "k_a, o_a, d_a": "machines of a cohort kept, moved away, retired",
        "i_{ft}, p_{ftl}": "machines that arrive from another member, that are bought at a price level",
        "n_{ft}, M_{ft}": "machines that stand after all that, and the most that may",
        r"\pi_{tl}, q_{tl}": "1 when a type is bought at a level, quantity from which the level holds",
        r"F_{tP}, Q_{tl}": "whole fleet of a pool, whole order at a price level",
        "R_f": "rooms of a facility",
        "x_{ifm}, e_{im}": "share of a place's exams made at a facility, exams needed per year",
        r"c_t, \rho": "exams per year of one machine, most of it that may be used",
        "y_{fm}": "1 when the modality is offered",
    },
    "imaging": {
        "f, h, s, m": "site, reading room, reading group, modality of a group",
        "r_{fhs}, z_{hs}": "1 when $h$ reads for the site, when $h$ is an open shared centre",
        r"q_{fhm}, \bar q_{fm}": "studies made at $f$ and read at $h$, the most there can be",
        "w_{hsc}, c": "1 when $c$ readers are on duty in the busiest hour",
        r"a_{fs}, \delta": "readers of a site, share of a pool on duty",
        r"\tau_m, \lambda^*(c)": "minutes to read a study, most minutes that keep the report standard",
    },
    "outreach": {
        **_PEOPLE,
        r"v_{tfk}, \sigma_{tf}": "steps of outreach, half-days in a step (a far clinic gets whole days)",
        r"\pi_{tf}, \gamma_t, P_t": "specialists posted, half-days of one posting, most who may be posted",
        r"\mu_{tf}": "half-days per cycle that one who is posted may have to mentor there",
        "D_t": "most half-days away",
        "n_{th}, m_t": "specialists on duty, specialists who stay at home",
        "R_f": "consulting rooms",
        "W_t, w_t": "service that a team owes before promotion, that one who may be posted owes at most",
        "M_{tf}": "half-days of a mentor at the pair's clinic",
        "N, s": "what a clinic needs (sessions, a resident doctor), what of it is missing",
        "H_{tf}, g_{tf}": "half-days held today, half-days given up",
    },
    "roster": {
        **_PEOPLE,
        r"p, \lvert p\rvert": "pattern of a visit (weekday, half or whole day, rhythm), its half-days",
        "v_{sfkp}": "1 when the specialist keeps that visit",
        r"\pi_{sf}, \pi^-_{tf}": "1 when the specialist is posted, postings without a name",
        r"V_{tfk}, \Pi_{tf}": "half-days and postings of the joint plan",
        "R_f": "consulting rooms",
        "n_{th}, m_t": "specialists on duty, specialists who stay at home",
        "d_{s,day}, D_s, n_s": "1 on a day away, most days away, days on duty in a week",
        "W_s, M": "service owed before promotion, half-days of a mentor at the pair's clinic",
    },
    "consultations": {
        "i, f, h, k": "place, clinic, hospital, specialty",
        "c, t, h": "share of a need met at a clinic, by tele-consultation, at a hospital",
        "o, u": "share of a need that ends outside the region, that is unmet",
        r"\theta_k": "share of consultations that suits tele-consultation",
        "S_t, R_t": "half-days of a team's clinic at home, half-days of them reserved for the referred",
        r"\rho, \phi": "least share reserved, share of hospital consultations that come by referral",
        "g_{ik}, b_k, n": "consultations needed per year, consultations in a half-day, cycles in a year",
    },
    "referral": {
        "i, c, f_1, f_2, f_3": "place, condition, facility of first contact, of treatment, of step-down",
        "z, d": "share of episodes on a route, share that steps down",
        "o, u": "share of a need that ends outside the region, that is unmet",
        r"a_{ic}, \sigma_c": "episodes per year, share of the treated who may step down",
        r"\kappa_{fc}": "episodes per year that a facility can take in a role",
        "L_c, D": "days of a stay, days of it spent where patients step down",
        r"B_f, S_f, \omega_f": "beds, surge beds opened, occupancy standard",
        r"R_f, P_f, \rho": "beds reserved for the referred, beds they take, least share reserved",
    },
    "ties": {
        "o_f": "1 when the facility is open (sites)",
        r"n_{ft}, \bar n_{ft}, y_{fm}": "machines, the most there may be, modality offered (equipment)",
        "e_{im}, x_{ifm}": "exams needed, share of them made at a facility (equipment)",
        "q_{fhm}, r_{fhs}": "studies read, reading pair (imaging)",
        r"v, \sigma, \pi, \gamma": "steps of outreach, half-days in one, postings, half-days of one",
        r"\gamma'_t": "half-days of the clinic at home that a posting takes",
        r"\tau_{tf}": "half-days kept for tele-consultation (outreach)",
        "c, t, g, b, n": "at a clinic, by tele, needed, held in a half-day, cycles (consultations)",
        r"H_t, R_t, S_t, \phi": "half-days used, reserved and there at home, share referred (consultations)",
        "z_{icf_1f}": "share of episodes on a route (referral)",
        r"B_f, S_f, R_f, \rho": "beds, surge beds, beds reserved, least share reserved (referral)",
        "40 R_f": "half-days of the consulting rooms in a cycle",
    },
    "limits": {
        "B, B_c, Y": "capital budget, of a consortium $c$, most yearly cost to the health bureau",
        r"\rho": "least share of new spending in rural facilities",
        "h_{tr}, H_{rP}": "hours of a role that a machine needs, hours that its pool has",
        "n_{ft}, N_t": "machines that stand, most machines of a type",
        "z_{hs}, Z": "1 when a shared reading centre is open, most of them",
        r"e_{im}, u_{im}, o_{im}, \varphi_m": "need, share unmet, share outside, least share served",
        r"s, \bar d, g": "share of need served, mean minutes of a trip, largest gap",
    },
    "goals": {
        "n, j, l": "need, trip of a need to where it may end, line of cost",
        "a, w, t": "cases per year, weight of one, minutes as felt",
        "u, o, x": "share unmet, share outside, share that makes the trip",
        "s_d": "missing duty $d$: sessions, resident doctors",
        "C_l, L_l": "CNY, years of life",
        "v": "decision; $v^0$ is today's",
        "i, g, h": "place, groups of places (consortium and area)",
        "p_i, m_i, A_g": "residents, mean minutes of a trip, trips per year",
        r"\beta, \theta": "worst-off share, and the minutes from which on a place belongs to it",
        r"\kappa, \varepsilon, T": "weight of a minute, aversion, longest trip",
        "k, e": "rank, base of natural logarithms",
    },
}
"""Page -> symbol -> meaning. A test finds every letter of a page's formulas here."""


def main(arguments: Sequence[str]) -> int:
    """Write the pages into the folder named, or into the checkout's."""
    shipped = shipped_folder("models")
    if not arguments and shipped is None:
        raise UsageError("python -m alloc.mathematics FOLDER")
    folder = Path(arguments[0]) if arguments else Path(shipped or ".") / "mathematics"
    for path in write(folder):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
