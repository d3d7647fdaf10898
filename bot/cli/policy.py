"""``countersign policy``: the policy in force, and what a draft would change about what is stored."""

import json
from collections.abc import Iterator
from pathlib import Path

from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.stored import stored
from bot.config.policy_source import SanctionsSource, read_policy
from bot.config.settings import read_settings
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.policy import default_policy_text
from bot.domain.text import plural
from bot.evaluation.replay import ChangedVerdict, Flip, PastReview, ReplayReport, replay
from bot.store import StoreUnavailable
from bot.store.audit import UNREADABLE, AuditTrails

SHOWN = 20  # payments of each flip in the tables; --json has all


async def run_try(draft: Path, data: Path | None, team: str | None, as_json: bool) -> None:
    """Print what the draft flips; Redis is only read."""
    policy = read_policy(draft)
    sanctions = SanctionsSource().of(policy)
    async with stored(data) as redis:
        reviews, unreadable = await _reviews(redis, team)
    told = replay(reviews, policy, sanctions)
    if as_json:
        document = told.model_dump(mode="json")
        counts = {flip.name.lower(): told.count(flip) for flip in Flip}
        print(json.dumps({**document, "flips": counts, "unreadable": unreadable}, ensure_ascii=False))
    else:
        _print(told, unreadable)


def run_show(as_json: bool) -> None:
    """Print the policy in force, as it is written or with every value filled in, and its version."""
    path = read_settings().policy
    policy = read_policy(path)
    if as_json:
        print(json.dumps({"version": policy.version, **policy.model_dump(mode="json")}, ensure_ascii=False))
    else:
        print(f"# Version {policy.version}, from {path or 'the default'}")
        print(default_policy_text() if path is None else path.read_text(encoding="utf-8-sig"))


async def _reviews(redis: Redis, team: str | None) -> tuple[list[PastReview], list[str]]:
    """Every review that has a trail, and the names of those whose trail cannot be read."""
    trails, reviews, unreadable = AuditTrails(redis), list[PastReview](), list[str]()
    async for of, name in trails.named(team=team):
        review: PastReview | None = None
        try:
            async for line in trails.lines(of, name):
                entry = line.entry
                review = review or PastReview(of, name, entry.at)
                review.add_entry(entry)
        except StoreUnavailable:
            raise
        except UNREADABLE:
            unreadable.append(f"{name} ({of})")
        else:
            reviews += [review] if review else []
    return reviews, unreadable


def _print(told: ReplayReport, unreadable: list[str]) -> None:
    console = Console()
    for flip in Flip:
        if found := [one for one in told.changed if one.flip is flip]:
            console.print(_table(flip, found))
    for line in _sentences(told, unreadable):
        console.print(Text(line))


def _table(flip: Flip, found: list[ChangedVerdict]) -> Table:
    words = f"{plural(len(found), 'payment')}: {flip.value}"
    title = words if len(found) <= SHOWN else f"{words} (the {SHOWN} largest)"
    table = Table("Payment", "Amount", "Vendor", "Memo", "Why", "Decided", title=title, title_justify="left")
    for one in found[:SHOWN]:
        payment = one.payment
        why = "; ".join(one.evidence)
        decided = f"{one.by}: {one.reason}" if one.reason else one.by
        amount = format_amount(payment.amount, payment.currency)
        cells = (f"#{payment.ref} of {one.review}", amount, payment.vendor, payment.memo or "", why, decided)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def _sentences(told: ReplayReport, unreadable: list[str]) -> Iterator[str]:
    yield (
        f"{plural(told.payments, 'payment')} of {plural(told.reviews, 'review')}: {told.flagged_then:,} were "
        f"flagged, and {told.flagged_now:,} are by policy {told.policy}."
    )
    yield (
        "; ".join(f"{told.count(flip):,} {flip.value}" for flip in Flip if told.count(flip))
        or "Nothing flips."
    )
    if unread := sum(one.unread for one in told.changed):
        yield (
            f"About {unread:,} of those that pass no model was asked, since a rule had flagged them; "
            "where one is set, it would read them first."
        )
    if unreadable:
        yield f"Left out, since the trail cannot be read: {', '.join(unreadable)}."
