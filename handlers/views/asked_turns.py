"""Questions, answers, notes and evidence as messages of a review's thread: pure."""

import re
from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.conversation import Turn, TurnKind
from bot.domain.review.remarks import EvidenceFile, Remark
from handlers.views.blocks import SECTION_TEXT, Block, context, mrkdwn, person, plain_lines, section

# An address that can stand in a link of ours.
ADDRESS = re.compile(r"https?://[^\s|<>]+")
SAID = {TurnKind.QUESTION, TurnKind.ANSWER, TurnKind.NOTE}
"""The kinds of turn in which a person says something about payments that does not stand in the thread yet."""


def said_message(turn: Turn) -> tuple[str, list[Block]]:
    """What a person asked, answered or noted by a form or a direct message, with whom it is for."""
    by, about = person(turn.actor or ""), wording.refs_in_words(turn.refs)
    # Only a new message notifies, and whoever asked waits for the answer.
    heads = {
        TurnKind.QUESTION: (f"{by} asked {person(turn.to)} in a direct message:", "A question was asked"),
        TurnKind.ANSWER: (f"{person(turn.to)}, {by} answered about {about}:", "A question was answered"),
    }
    head, says = heads.get(turn.form, (f"{by} made a note:", "A note was made"))
    lines = turn.text.replace("\r", "\n").split("\n")
    return says, [context(mrkdwn(head)), section(plain_lines(lines, SECTION_TEXT))]


def evidence_message(turn: Turn, remarks: Sequence[Remark]) -> tuple[str, list[Block]]:
    """That a file was read, with who brought it and where it is; ``remarks`` are those of its step."""
    blocks: list[Block] = [section(plain_lines([turn.text], SECTION_TEXT))]
    for remark in remarks:
        link = file_link(remark.file) if remark.file else ""
        blocks.append(context(mrkdwn(" · ".join(filter(None, [f"From {person(remark.by)}", link])))))
    return "A file was kept as evidence", blocks


def for_somebody(turn: Turn) -> list[Block]:
    """Whom a turn of the bot is for, where it is for one person."""
    return [context(mrkdwn(f"For {person(turn.to)}"))] if turn.to else []


def file_link(file: EvidenceFile) -> str:
    """The link that opens a file; empty where whoever decides could not open it."""
    can_open = not file.is_direct and ADDRESS.fullmatch(file.link)
    return f"<{file.link}|Open the file>" if can_open else ""
