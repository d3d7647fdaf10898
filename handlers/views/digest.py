"""The message that tells how a week went: pure."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.domain.review.week import Week
from bot.domain.text import digest as text
from handlers.views.blocks import Block, context, header, plain_lines, plain_text, section

LINES = 3000  # characters of a section


def digest_message(week: Week, names: Mapping[str, str], zone: ZoneInfo) -> tuple[str, list[Block]]:
    """Notification text and blocks; ``names`` are those of the people, who are not called by a digest."""
    title, counts = text.title(week, zone), text.counts(week)
    blocks = [header(title), section(plain_lines(list(counts), LINES))]
    parts: Sequence[tuple[str, Sequence[str]]] = (
        ("How fast", text.speed(week)),
        ("Who waited", text.waited(week, names)),
        ("Approved though flagged", text.overrides(week.overrides)),
        ("Rejected though recommended", tuple(filter(None, (text.false_calm(week),)))),
    )
    for name, lines in parts:
        if lines:
            blocks.append(section(plain_lines([f"{name}:", *(f"• {line}" for line in lines)], LINES)))
    if week.overrides:
        blocks.append(context(plain_text(text.TRY_FIRST, LINES)))
    return f"{title}: {counts[0]}", blocks
