"""Which words of a reply can name a vendor, so that no name steers what people say.

A vendor called "Legit Ltd" is not named by "approve the legit ones". Nearly all words of all languages are
out; a vendor without any other is named by reference.
"""

from collections.abc import Mapping
from functools import cache

from bot.domain.names import is_legal_form
from bot.domain.replies.languages import Language, languages
from bot.domain.replies.lexicon import lexicons
from bot.domain.replies.tokens import folded

# What may stand inside a vendor's name, since it orders nothing: "Smith and Sons", "Bank of X".
_INSIDE_NAMES = frozenset({"AND", "FILLER", "PREPOSITION", "PAYMENT", "PAYMENTS", "ARTICLE"})


@cache
def _grammar_words() -> Mapping[str, bool]:
    """The words of all languages' phrases, each with whether it may stand inside a vendor's name."""
    words: dict[str, bool] = {}
    for lexicon in lexicons():
        for written, meanings in lexicon.meanings.items():
            harmless = {meaning.symbol for meaning in meanings} <= _INSIDE_NAMES
            for word in written:
                alone = len(written) > 1 or harmless
                words[folded(word)] = words.get(folded(word), True) and alone
        # Irony and doubt are left out: a vendor may be called "Claro", and nothing is read out of a doubt.
        for name in ("deny", "condition", "spare", "report"):
            for written in lexicon.doubts[name]:
                words |= dict.fromkeys(written, False) if len(written) == 1 else {}
    return words


@cache
def _ordinary_words() -> tuple[tuple[frozenset[str], tuple[str, ...], tuple[str, ...]], ...]:
    def folded_list(language: Language, name: str) -> tuple[str, ...]:
        return tuple(map(folded, language.words("ordinary", name)))

    return tuple(
        (
            frozenset(folded_list(language, "words")),
            ("", *folded_list(language, "endings")),
            ("", *folded_list(language, "beginnings")),
        )
        for language in languages()
    )


def may_stand_in_name(word: str) -> bool:
    """Whether a word may be one of several that name a vendor: it orders, denies and compares nothing."""
    return _grammar_words().get(folded(word), True)


@cache
def is_distinctive(word: str) -> bool:
    """Whether a word alone can name a vendor.

    No numeral can, no legal form, no word of any language's grammar, and none for a quality, a degree, a time
    or a decision, however it is inflected.
    """
    plain = folded(word)
    if len(plain) < 2 or not plain.isalpha() or plain in _grammar_words() or is_legal_form(plain):
        return False
    if any(plain in language.words("ordinary", "names") for language in languages()):
        return True
    return not any(
        _without(plain, beginning, ending) in words
        for words, endings, beginnings in _ordinary_words()
        for beginning in beginnings
        for ending in endings
        if plain.startswith(beginning) and plain.endswith(ending)
    )


def _without(word: str, beginning: str, ending: str) -> str:
    return word[len(beginning) : len(word) - len(ending)]
