"""How a call wants to be answered: its language, in text or JSON, and whether progress is told."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from alloc import labels

_LOCALE_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Manner:
    """The language ('zh' or 'en'), one JSON document instead of text, no progress."""

    lang: str
    as_json: bool = False
    quiet: bool = False

    def text(self, key: str, **params: object) -> str:
        """A text of the command line."""
        return labels.text(f"cli.{key}", self.lang, **params)


def manner_of(args: Sequence[str]) -> Manner:
    """Read off the arguments before they are parsed: even what is wrong with them is told in this manner."""
    own = list(args[: args.index("--")]) if "--" in args else list(args)
    return Manner(
        lang=_asked_language(own) or users_language(),
        as_json="--json" in own,
        quiet="--quiet" in own or "-q" in own,
    )


def users_language() -> str:
    """The language of the locale; English where the terminal has no Chinese characters."""
    return "en" if _locale_language() == "zh" and not _shows_chinese() else _locale_language()


def _asked_language(args: Sequence[str]) -> str | None:
    found = None
    for name, following in zip(args, [*args, ""][1:], strict=True):
        value = following if name == "--lang" else name.partition("--lang=")[2]
        found = value if value in labels.languages() else found
    return found


def _locale_language() -> str:
    if any(os.environ.get(name) for name in _LOCALE_NAMES):
        return labels.default_language()
    # Windows sets none of these variables: there the system itself knows.
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _shows_chinese() -> bool:
    try:
        "中文".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
