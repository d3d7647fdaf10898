"""Vendors' names in a reply: hostile text, which makes a question of a proposal and never widens one.

Nor does a name steer what people say: "approve the legit ones" does not name "Legit Ltd". Nearly all words of
all languages are out; a vendor without any other is named by reference.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bot.domain.names import folded_name, is_legal_form, skeleton
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.languages import languages
from bot.domain.replies.lexicon import lexicons
from bot.domain.replies.tokens import Token, folded

# What may stand inside a vendor's name, since it orders nothing: "Smith and Sons", "Bank of X".
_INSIDE_NAMES = frozenset({"AND", "FILLER", "PREPOSITION", "PAYMENT", "PAYMENTS", "ARTICLE"})


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
        plain.startswith(beginning) and plain[len(beginning) :].removesuffix(ending) in words
        for words, endings, beginnings in _ordinary_words()
        for beginning in beginnings
        for ending in endings
    )


@cache
def _grammar_words() -> Mapping[str, bool]:
    """The words of all languages' phrases, each with whether it may stand inside a vendor's name."""
    words: dict[str, bool] = {}
    for lexicon in lexicons():
        inside = {said: len(said) > 1 or lexicon.symbols(said) <= _INSIDE_NAMES for said in lexicon.meanings}
        phrases = [*inside.items()]
        # Irony and doubt are left out: a vendor may be called "Claro", and nothing is read out of a doubt.
        for name in ("deny", "condition", "spare", "report"):
            phrases += [(said, False) for said in lexicon.doubts[name] if len(said) == 1]
        for said, may_stand in phrases:
            for word in map(folded, said):
                words[word] = words.get(word, True) and may_stand
    return words


@cache
def _ordinary_words() -> Sequence[tuple[frozenset[str], Sequence[str], Sequence[str]]]:
    """The ordinary words of each language, with the endings and beginnings that they may have besides."""
    lists = [
        [[*map(folded, language.words("ordinary", name))] for name in ("words", "endings", "beginnings")]
        for language in languages()
    ]
    return [(frozenset(words), ["", *endings], ["", *beginnings]) for words, endings, beginnings in lists]


@cache
def _joining_words() -> frozenset[str]:
    """What says "and" in any language."""
    every = [(lexicon, said) for lexicon in lexicons() for said in lexicon.meanings if len(said) == 1]
    return frozenset({"&"} | {said[0] for lexicon, said in every if "AND" in lexicon.symbols(said)})


class NamedVendor(NamedTuple):
    """Words of a reply that name a vendor, as ``folded_name`` writes them; ``joined`` if by an "and"."""

    words: tuple[str, ...]
    joined: bool


class VendorNames:
    """The vendors of a review's payments, to be found in a reply."""

    def __init__(self, payments: Sequence[PaymentFacts]) -> None:
        self._payments = payments
        self._places: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for name in {folded_name(payment.vendor) for payment in payments}:
            words = tuple(word for word in name.split() if word not in _joining_words())
            for at, word in enumerate(words):
                self._places[word].add(words[at:])

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[int, NamedVendor] | None:
        """The longest run of tokens from ``at`` that can name a vendor, and its words; else ``None``."""
        first = tokens[at].words
        runs = [self._run(tokens, at, words) for words in self._places.get(first[0] if first else "", ())]
        return max(filter(None, runs), key=lambda run: run[0], default=None)

    def _run(self, tokens: Sequence[Token], at: int, name: Sequence[str]) -> tuple[int, NamedVendor] | None:
        """How many tokens go along with ``name``, an "and" between them being no difference."""
        matched = last = 0
        joined = joined_so_far = False
        for place, token in enumerate(tokens[at:], start=1):
            words = token.words
            if token.text in _joining_words() and matched:
                joined_so_far = True
            elif matched and token.tight and token.text in (".", "/", "-"):
                continue  # "booking.com"
            elif (
                words
                and words == tuple(name[matched : matched + len(words)])
                # "booking.com" is one word, though "com" is one of Portuguese.
                and ((matched and token.tight) or all(map(_may_name, words)))
            ):
                matched += len(words)
                last, joined = place, joined_so_far
            else:
                break
        used = tuple(name[:matched])
        return (last, NamedVendor(used, joined)) if any(map(is_distinctive, used)) else None

    def named(self, vendor: NamedVendor) -> tuple[list[PaymentFacts], list[PaymentFacts]]:
        """The payments whose vendor has these words, and those that a hurried reader could take for them."""
        words = set(vendor.words)
        exact = [payment for payment in self._payments if words <= set(folded_name(payment.vendor).split())]
        shape = set(skeleton(" ".join(vendor.words)).split())
        alike = [
            payment
            for payment in self._payments
            if shape <= (own := set(skeleton(payment.vendor).split()))
            # "Initech and Globex" may be one vendor of that name, or two.
            or (
                vendor.joined and not own.isdisjoint(skeleton(word) for word in words if is_distinctive(word))
            )
        ]
        return exact, [payment for payment in alike if payment not in exact]


def _may_name(word: str) -> bool:
    """Whether a word may be one of several that name a vendor: it orders, denies and compares nothing."""
    return _grammar_words().get(folded(word), True) or is_distinctive(word)
