"""Floor 0. Every sentence and word that a person reads, in each language, by key.

The texts live beside this file: `zh.toml`, `en.toml`, and any `<subject>.zh.toml`, `<subject>.en.toml`.
All files of a language are merged; a key is its dotted path (`[fault]` `unknown_id = ...` is
`fault.unknown_id`). A text may hold named parameters in braces: `"{n} faults"`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FOLDER = Path(__file__).parent
_LANGUAGES = ("en", "zh")
_PARAM = re.compile(r"\{([^{}]*)\}")


class MissingLabel(KeyError):
    """No text is stored under this key."""

    def __init__(self, key: str, lang: str) -> None:
        super().__init__(key, lang)
        self.key = key
        self.lang = lang

    def __str__(self) -> str:
        return f"no label {self.key!r} in language {self.lang!r}"


def languages() -> tuple[str, ...]:
    """The languages that every text exists in."""
    return _LANGUAGES


def default_language(env: Mapping[str, str] = os.environ) -> str:
    """'zh' when the user's locale is Chinese, else 'en'.

    As POSIX has it, the first of LC_ALL, LC_MESSAGES and LANG that is set and not empty decides.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = env.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def text(key: str, lang: str, /, **params: object) -> str:
    """The text under `key` in `lang`, with `params` put into its braces.

    Raises MissingLabel when there is no such key, ValueError when the language is unknown or a parameter of
    the text is not given.
    """
    texts = _texts(lang)
    if key not in texts:
        raise MissingLabel(key, lang)
    try:
        return texts[key].format_map(params)
    except KeyError as missing:
        raise ValueError(f"label {key!r} ({lang}) needs the parameter {missing}") from None


def has(key: str) -> bool:
    """Whether a text is stored under `key` in every language."""
    return all(key in _texts(lang) for lang in _LANGUAGES)


def keys(lang: str) -> frozenset[str]:
    """All keys of one language."""
    return frozenset(_texts(lang))


def parameters(key: str, lang: str) -> frozenset[str]:
    """The names in braces in one text. Raises MissingLabel."""
    texts = _texts(lang)
    if key not in texts:
        raise MissingLabel(key, lang)
    bare = texts[key].replace("{{", "").replace("}}", "")
    return frozenset(match.partition(":")[0] for match in _PARAM.findall(bare))


@lru_cache(maxsize=len(_LANGUAGES))
def _texts(lang: str) -> Mapping[str, str]:
    if lang not in _LANGUAGES:
        raise ValueError(f"unknown language {lang!r}: one of {', '.join(_LANGUAGES)}")
    return MappingProxyType(read_texts(_FOLDER, lang))


def read_texts(folder: Path, lang: str) -> dict[str, str]:
    """Merge all label files of one language in a folder.

    Raises ValueError when two files hold the same key, or a value is not a text.
    """
    merged: dict[str, str] = {}
    source: dict[str, str] = {}
    for path in sorted([*folder.glob(f"{lang}.toml"), *folder.glob(f"*.{lang}.toml")]):
        with path.open("rb") as file:
            entries = _flatten(tomllib.load(file), path.name)
        for key, value in entries.items():
            if key in merged:
                raise ValueError(f"label {key!r} is in both {source[key]} and {path.name}")
            merged[key] = value
            source[key] = path.name
    return merged


def _flatten(table: Mapping[str, Any], file: str, prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat.update(_flatten(value, file, f"{key}."))
        elif isinstance(value, str):
            flat[key] = value
        else:
            raise ValueError(f"label {key!r} in {file} is not a text")
    return flat
