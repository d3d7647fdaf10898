"""What whoever brought payments writes to change them, in the direct message about their review."""

import re
from dataclasses import dataclass

from bot.domain.conversation import Nudge, Withdraw
from bot.domain.replies.reader import Certainty, read_reply

_OWN = re.compile(r"(?:please\s+)?(withdraw|correct)\b(.*)", re.IGNORECASE | re.DOTALL)
_ONE = re.compile(r"\s*(?:payment\s+)?#?([1-9]\d{0,4})\s*[.!]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A wish to withdraw or correct payments by their references; without any where it is not plain which.

    With ``nudges`` it is one to have people reminded, and names no payments.
    """

    withdraws: bool
    refs: tuple[int, ...] = ()
    nudges: bool = False


def read_own_change(words: str) -> OwnChange | None:
    """``withdraw 3``, ``correct 3``, ``nudge``; ``None`` where the words begin with no such wish."""
    read = read_reply(words)
    if isinstance(read.reading, Withdraw) and read.certainty is Certainty.EXACT:
        return OwnChange(True, read.reading.refs)
    if isinstance(read.reading, Nudge):
        return OwnChange(False, nudges=True)
    begun = _OWN.fullmatch(words.strip())
    if begun is None:
        return None
    if begun[1].lower() == "withdraw":
        return OwnChange(True)
    one = _ONE.fullmatch(begun[2])
    return OwnChange(False, (int(one[1]),) if one else ())
