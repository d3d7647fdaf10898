"""What people ask with a word: behind the command, and in a direct message to the bot."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.domain.conversation import AskOutcomes, Help, ShowStatus
from bot.domain.replies.reader import read_reply
from bot.domain.search import REVIEW_ID

ALIKE = 0.7  # of 1, from which on a word may be a misspelt one of ours; "fnid" and "find" are 0.75 alike


class Word(StrEnum):
    """A word of ours; nothing follows it, but for what ``find``, ``sample`` and ``away`` take."""

    HELP = "help"
    STATUS = "status"
    WAITING = "waiting"
    MINE = "mine"
    CLOSED = "closed"
    FIND = "find"
    SAMPLE = "sample"
    AWAY = "away"
    BACK = "back"


ALONE = {Word.HELP, Word.STATUS, Word.WAITING, Word.MINE, Word.CLOSED, Word.BACK}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks; ``rest`` is what they look for, how many payments, or when they are away."""

    word: Word
    rest: str = ""


def read_words(text: str) -> Asked | None:
    """What a line asks, as ``mine``, ``find acme``, ``R-7K3F2``; ``None`` where it is none of our words."""
    text = text.strip()
    if "\n" in text:
        return None
    first, _, rest = text.partition(" ")
    word, rest = first.lower(), rest.strip()
    if REVIEW_ID.fullmatch(text.upper()):
        return Asked(Word.FIND, text)
    if word in ALONE and (not rest or word == Word.HELP):
        return Asked(Word(word))
    if word in (Word.FIND, Word.AWAY) or (word == Word.SAMPLE and (not rest or rest.isdecimal())):
        return Asked(Word(word), rest)
    return None


def read_question(text: str) -> Asked | None:
    """What somebody asks in words of their own, in whichever language of replies: how their payments stand.

    A question that names a review is about that one. ``None`` where it is no such question.
    """
    reading = read_reply(text).reading
    if isinstance(reading, Help):
        return Asked(Word.HELP)
    if isinstance(reading, AskOutcomes | ShowStatus):
        return Asked(Word.MINE)
    named = REVIEW_ID.search(text.upper())
    if "?" in text:
        return Asked(Word.FIND, named[0]) if named else Asked(Word.MINE)
    return None


def meant_word(text: str) -> Word | None:
    """Which of our words a line may begin with that begins with none of them; ``None`` where with none."""
    first = text.strip().partition(" ")[0].lower()
    near = get_close_matches(first, [word.value for word in Word], n=1, cutoff=ALIKE)
    return Word(near[0]) if near and "\n" not in text.strip() else None
