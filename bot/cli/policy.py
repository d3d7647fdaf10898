"""``countersign policy``: the policy in force, and what a draft would change about what is stored."""

import json
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.stores import configured_stores
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import read_settings
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.policy import default_policy_text
from bot.domain.text import plural
from bot.evaluation.replay import ChangedVerdict, Flip, PastReview, ReplayReport, replay
from bot.store import AuditTrails, StoreUnavailable
from bot.store.audit import UNREADABLE

SHOWN = 20  # payments of each flip in the tables; --json has all


async def try_draft(draft: Path, data: Path | None, team: str | None, as_json: bool) -> None:
    """Print what the draft flips; Redis is only read. Raises ``PolicyError`` where the draft is wrong."""
    policy = read_policy(draft)
    sanctions = SanctionsLoader().load(policy)
    async with configured_stores(data) as stores:
        reviews, unreadable = await _past_reviews(stores.audit, team)
    result = replay(reviews, policy, sanctions)
    if as_json:
        document = result.model_dump(mode="json")
        counts = {flip.name.lower(): result.count(flip) for flip in Flip}
        print(json.dumps({**document, "flips": counts, "unreadable": unreadable}, ensure_ascii=False))
    else:
        _print(result, unreadable)


def show_policy(as_json: bool) -> None:
    """Print the policy in force, as it is written or with every value filled in, and its version."""
    path = read_settings().policy
    policy = read_policy(path)
    if as_json:
        print(json.dumps({"version": policy.version, **policy.model_dump(mode="json")}, ensure_ascii=False))
    else:
        print(f"# Version {policy.version}, from {path or 'the default'}")
        print(default_policy_text() if path is None else path.read_text(encoding="utf-8-sig"))


async def _past_reviews(trails: AuditTrails, team: str | None) -> tuple[list[PastReview], list[str]]:
    """Every review that has a trail, and the names of those whose trail cannot be read."""
    reviews: list[PastReview] = []
    unreadable: list[str] = []
    async for review_team, review_id in trails.named(team=team):
        review: PastReview | None = None
        try:
            async for line in trails.lines(review_team, review_id):
                entry = line.entry
                review = review or PastReview(review_team, review_id, entry.at)
                review.add_entry(entry)
        except StoreUnavailable:
            raise
        except UNREADABLE:
            unreadable.append(f"{review_id} ({review_team})")
        else:
            reviews += [review] if review else []
    return reviews, unreadable


def _print(result: ReplayReport, unreadable: list[str]) -> None:
    console = Console()
    for flip in Flip:
        if flipped := [payment for payment in result.changed if payment.flip is flip]:
            console.print(_table(flip, flipped))
    for sentence in _sentences(result, unreadable):
        console.print(Text(sentence))


def _table(flip: Flip, flipped: list[ChangedVerdict]) -> Table:
    words = f"{plural(len(flipped), 'payment')}: {flip.value}"
    title = words if len(flipped) <= SHOWN else f"{words} (the {SHOWN} largest)"
    table = Table("Payment", "Amount", "Vendor", "Memo", "Why", "Decided", title=title, title_justify="left")
    for changed in flipped[:SHOWN]:
        payment = changed.payment
        why = "; ".join(changed.evidence)
        decided = f"{changed.by}: {changed.reason}" if changed.reason else changed.by
        amount = format_amount(payment.amount, payment.currency)
        name = f"#{payment.ref} of {changed.review}"
        cells = (name, amount, payment.vendor, payment.memo or "", why, decided)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def _sentences(result: ReplayReport, unreadable: list[str]) -> Iterator[str]:
    yield (
        f"{plural(result.payments, 'payment')} of {plural(result.reviews, 'review')}: "
        f"{result.flagged_then:,} were flagged, and {result.flagged_now:,} are by policy {result.policy}."
    )
    yield (
        "; ".join(f"{result.count(flip):,} {flip.value}" for flip in Flip if result.count(flip))
        or "Nothing flips."
    )
    if unread := sum(payment.unread for payment in result.changed):
        yield (
            f"About {unread:,} of those that pass no model was asked, since a rule had flagged them; "
            "where one is set, it would read them first."
        )
    if unreadable:
        yield f"Left out, since the trail cannot be read: {', '.join(unreadable)}."
