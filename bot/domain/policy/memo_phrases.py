"""Which of the listed phrases stand in a text: those of the policy and those of all languages of memos."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from bot.domain.policy.memo_languages import LISTS, memo_languages
from bot.domain.policy.phrases import PhraseIndex
from bot.domain.policy.rule_settings import AuditKeywordSettings, MemoArguesSettings
from bot.domain.policy.text_readings import Words, plain_reading, readings, with_numbers_alike

OF_POLICY = ""  # stands for the code of a language where a phrase is the policy's own
_MOST_REMEMBERED = 65_536  # texts
_IN_TEXT = ("claims", "authorities", "consents", "orders", "called_off")  # found anywhere in a text


class PhraseList(NamedTuple):
    """A list of phrases: its name, and the code of its language or ``OF_POLICY``."""

    name: str
    language: str


Found = Mapping[PhraseList, str]


class MemoPhrases:
    """Finds the phrases of one policy and of all languages in texts, and remembers what it found."""

    def __init__(self, argues: MemoArguesSettings, keywords: AuditKeywordSettings) -> None:
        lists = {
            "phrases": argues.phrases,
            "authorities": argues.authorities,
            "consents": argues.consents,
            "orders": argues.orders,
            "addresses": argues.addresses,
            "words": keywords.words,
        }
        of_policy = (
            (PhraseList(name, OF_POLICY), phrase) for name, phrases in lists.items() for phrase in phrases
        )
        listed = (*of_policy, *_of_languages())
        self._index = PhraseIndex(listed)
        self._of_numbers = any(char.isdigit() for _, phrase in listed for char in phrase)
        self._found: dict[str, Found] = {}

    def found_in(self, text: str) -> Found:
        """One phrase, as its list writes it, for every list of which any stands in the text."""
        if not self._of_numbers:
            text = with_numbers_alike(text)
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            found = self._found[text] = self._find(text)
        return found

    def _find(self, text: str) -> Found:
        read = readings(text)
        if not text.isalpha():
            # "Invoice 4471 is cancelled" says what it says without the number too.
            read = tuple(dict.fromkeys((*read, *map(_without_numbers, read))))
        return self._index.find(read) or _NOTHING


_NOTHING: Found = {}


@lru_cache(maxsize=4)  # some 25 MB each
def memo_phrases(argues: MemoArguesSettings, keywords: AuditKeywordSettings) -> MemoPhrases:
    """The phrases that hold under these settings, equal ones once, with what they remember of texts."""
    return MemoPhrases(argues, keywords)


def whole_phrase(name: str, text: str) -> tuple[str, str] | None:
    """The phrase of such a list that a text is, numbers aside, and its language; ``None`` if it is none."""
    return _whole_phrase(name, with_numbers_alike(text))


@lru_cache(maxsize=16_384)
def _whole_phrase(name: str, text: str) -> tuple[str, str] | None:
    for words in readings(text):
        said = " ".join(word for word in words if not word.isdigit())
        if phrase := _whole_phrases(name).get(said):
            return phrase
    return None


@cache
def language_name(code: str) -> str:
    """The name of a language in English, by the code of its file."""
    return next(language.name for language in memo_languages() if language.code == code)


def _of_languages() -> Iterator[tuple[PhraseList, str]]:
    for language in memo_languages():
        for name in _IN_TEXT:
            for phrase in language.phrases[name]:
                yield PhraseList(name, language.code), phrase


@cache
def _whole_phrases(name: str) -> dict[str, tuple[str, str]]:
    if name not in LISTS:
        raise ValueError(f"there is no list {name}")
    return {
        " ".join(plain_reading(phrase)): (phrase, language.code)
        for language in memo_languages()
        for phrase in language.phrases[name]
    }


def _without_numbers(words: Words) -> Words:
    return tuple([word for word in words if not word.isdigit()])
