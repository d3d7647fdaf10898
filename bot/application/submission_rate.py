"""What somebody is told who hands in more than a minute allows."""

import math
from datetime import datetime

from bot.domain.text import plural
from bot.intake import IntakeError
from bot.store.submissions import BATCHES, FILE_BYTES, Bound, NotAdmitted


class TooManySubmissions(IntakeError):
    """Somebody hands in more than a minute allows; the sentence says when there is room again."""

    def __init__(self, refused: NotAdmitted, now: datetime) -> None:
        wait = plural(max(1, math.ceil((refused.at - now).total_seconds())), "second")
        much, these, them = {
            Bound.BATCHES: (f"{BATCHES} times", "this", "it"),
            Bound.BYTES: (f"{FILE_BYTES // 1024 // 1024} MB of files", "these", "them"),
        }[refused.bound]
        super().__init__(
            f"You have submitted {much} within a minute; nothing of {these} was taken. "
            f"Please send {them} again in {wait}."
        )
