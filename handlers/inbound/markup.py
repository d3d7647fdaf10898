"""Slack's markup in what people write, undone: links, names, dates, escapes. Pure; linear in the length."""

import re
from collections.abc import Sequence
from string import whitespace

# Slack escapes every ``<`` and ``>`` that a person types, so what stands between these is its own. The search
# is linear because no other ``<`` may stand in between.
MARKUP = re.compile(r"<([^<>]+)>")
LINK = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
ADDED = ("mailto:", "tel:")  # put by Slack before an address or a number that was typed without
AROUND_OUR_NAME = whitespace + "\u00a0,:"  # "@countersign: approve 2", "approve 2, @countersign"
ENDS_SENTENCE = ".!?;"


def as_typed(text: str, *, with_names: bool = True) -> str:
    """The text as its author saw it, also where a ``<`` was typed.

    ``<http://acme.com|acme.com>`` is ``acme.com``, ``<#C1|fin>`` ``#fin``, ``<!here>`` ``@here``, ``<@U1>``
    ``@U1``, a date its words. Without ``with_names`` a space stands in place of people, groups and ``@here``.
    """
    return _unescaped(MARKUP.sub(lambda found: _shown(found[1], with_names), text))


def without_name(text: str, user: str) -> str:
    """The text as its author saw it, without the name of ``user``, a Slack id, wherever it stands.

    What separates the name from the words goes with it, but for one comma, colon or line break between words.
    """
    return _joined([as_typed(piece) for piece in _mention(user).split(text)]) if user else as_typed(text)


def names(text: str, user: str) -> bool:
    """Whether a text as Slack sent it mentions ``user``, a Slack id; an empty id is nobody."""
    return bool(user) and _mention(user).search(text) is not None


def _mention(user: str) -> re.Pattern[str]:
    return re.compile(rf"<@{re.escape(user)}(?:\|[^<>]*)?>")


def _shown(markup: str, with_names: bool) -> str:
    """What people see of what stands between ``<`` and ``>``."""
    target, _, label = markup.partition("|")
    kind, rest = target[:1], target[1:]
    if kind == "#":
        return f"#{(label or rest).removeprefix('#')}"
    if kind == "!" and rest.startswith("date^"):
        return label or rest
    if kind in ("@", "!"):
        name = label or rest.removeprefix("subteam^")
        return f"@{name.removeprefix('@')}" if with_names else " "
    if not LINK.match(target):
        return f"<{markup}>"
    added = next((prefix for prefix in ADDED if target.startswith(prefix)), "")
    return label or target.removeprefix(added)


def _unescaped(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _joined(pieces: Sequence[str]) -> str:
    """The pieces of a text between which a name stood, without the separators around it."""
    shown: list[str] = []
    gap = ""
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        rest = piece.lstrip(AROUND_OUR_NAME) if place else piece
        words = rest.rstrip(AROUND_OUR_NAME) if place < last else rest
        gap += piece[: len(piece) - len(rest)]
        if words:
            if shown and words[0] not in ENDS_SENTENCE:
                shown.append(_separator(gap))
            shown.append(words)
            gap = ""
        gap += rest[len(words) :]
    return "".join(shown)


def _separator(gap: str) -> str:
    mark = next((char for char in gap if char in ",:"), "")
    return mark + ("\n" if "\n" in gap else " ")
