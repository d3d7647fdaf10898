"""Vendors' names in a reply: hostile text, which makes a question of a proposal and never widens one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.names import folded_name, skeleton
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.distinctive import is_distinctive, may_stand_in_name
from bot.domain.replies.lexicon import lexicons
from bot.domain.replies.tokens import Token


class NamedVendor(NamedTuple):
    """Words of a reply that name a vendor, as ``folded_name`` writes them; ``joined`` if by an "and"."""

    words: tuple[str, ...]
    joined: bool


class VendorNames:
    """The vendors of a review's payments, to be found in a reply."""

    def __init__(self, payments: Sequence[PaymentFacts]) -> None:
        self._payments = payments
        self._places: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._ands = {"&"} | {
            written[0]
            for lexicon in lexicons()
            for written, meanings in lexicon.meanings.items()
            if len(written) == 1 and any(meaning.symbol == "AND" for meaning in meanings)
        }
        for name in {folded_name(payment.vendor) for payment in payments}:
            words = tuple(word for word in name.split() if word not in self._ands)
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
            if token.text in self._ands and matched:
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
    return may_stand_in_name(word) or is_distinctive(word)
