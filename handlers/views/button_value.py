"""What the buttons of a card carry, written by views and read when they are pressed."""

import re
from dataclasses import dataclass

REVIEW_ID = re.compile(r"R-[0-9A-Z]{5,12}")
HELD = "held"  # of a button at a payment that is on hold
CALLS = "calls-"  # with a number: of one at a payment about which its vendor was called


class MalformedPayload(ValueError):
    """A request that none of our buttons and forms makes."""


@dataclass(frozen=True, slots=True)
class ButtonValue:
    """Identity and the content seen, never amounts or authority.

    ``item`` is a payment's reference, a page, a proposal, or a turn of the conversation and a page of it;
    ``content_token`` says which state of the review the card showed, ``version`` which version of the
    payment, from 1, ``held`` whether it showed the payment on hold, and ``calls`` how many call-backs on it.
    """

    review: str
    item: str = ""
    content_token: str = ""
    version: int = 1
    held: bool = False
    calls: int = 0

    def encode(self) -> str:
        """The text that Slack gives back when the button is pressed, at most 2,000 characters."""
        seen = ((HELD,) if self.held else ()) + ((f"{CALLS}{self.calls}",) if self.calls else ())
        later = (str(self.version),) if self.version > 1 or seen else ()
        return ":".join((self.review, self.item, self.content_token, *later, *seen))

    @classmethod
    def decode(cls, text: str) -> "ButtonValue":
        """The value of a pressed button; raises ``MalformedPayload`` where the text is none of ours."""
        parts = text.split(":")
        if not 3 <= len(parts) <= 6 or not REVIEW_ID.fullmatch(parts[0]):
            raise MalformedPayload("not a button of ours")
        version = whole_number(parts[3]) if len(parts) > 3 else 1
        seen = parts[4:]
        held = seen[:1] == [HELD]
        calls = [part.removeprefix(CALLS) for part in seen[held:] if part.startswith(CALLS)]
        if len(seen) != held + len(calls) or len(calls) > 1:
            raise MalformedPayload("not a button of ours")
        called = whole_number(calls[0]) if calls else 0
        return cls(parts[0], parts[1], parts[2], version=version, held=held, calls=called)

    @property
    def held_refs(self) -> frozenset[int]:
        """The payment that the button stands at, where it was shown on hold."""
        return frozenset({self.ref} if self.held else ())

    @property
    def calls_by_ref(self) -> dict[int, int]:
        """How many call-backs it showed on the payment that it stands at."""
        return {self.ref: self.calls}

    @property
    def ref(self) -> int:
        """The payment that the button stands at; raises ``MalformedPayload`` for a button of none."""
        return whole_number(self.item)

    @property
    def turn_and_page(self) -> tuple[int, int]:
        """The turn that the button stands at, and the page from 0 of its payments that it leads to.

        ``7`` is the first page of turn 7, ``7-2`` the third. Raises ``MalformedPayload`` for anything else.
        """
        turn, _, page = self.item.partition("-")
        return whole_number(turn), whole_number(page) if page else 0


def whole_number(text: str) -> int:
    """A number of at most five digits out of a button; raises ``MalformedPayload`` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise MalformedPayload("not a number of ours")
    return int(text)
