"""The languages in which a reply is read: a TOML file each, of words and no rules.

A language is added with its file here and its table of phrases beside the tests; nothing else names one.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, by table and list of its file; a list that it lacks is empty."""

    code: str
    name: str
    decimal_comma: bool
    tables: Mapping[str, Mapping[str, Any]]

    def words(self, table: str, name: str) -> Sequence[str]:
        """One list of words or patterns; ``{}`` in a pattern is where payments are named."""
        listed = self.tables.get(table, {}).get(name, ())
        return listed.split() if isinstance(listed, str) else listed

    def lists(self, table: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Every list of a table, with its name."""
        for name in self.tables.get(table, {}):
            yield name, self.words(table, name)


@cache
def languages() -> tuple[Language, ...]:
    """All languages, English first, since it is the one that the bot speaks."""
    files = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")]
    loaded = [_language(file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in files]
    return tuple(sorted(loaded, key=lambda language: (language.code != "en", language.name)))


def language_names() -> tuple[str, ...]:
    """Their names in English, as help says them."""
    return tuple(language.name for language in languages())


def _language(code: str, text: str) -> Language:
    tables = tomllib.loads(text)
    return Language(code, tables.pop("name"), tables.pop("decimal_comma"), tables)
