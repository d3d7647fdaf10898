"""``countersign policy``: the policy in force, and what a draft would change about what is stored."""

import json
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.application.apply_policy import in_words
from bot.application.current_policy import stored_policy
from bot.cli.progress import tracked
from bot.cli.stores import configured_stores
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import read_settings
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.policy import Policy, default_policy_text
from bot.domain.text import plural
from bot.evaluation.replay import ChangedVerdict, Flip, PastReview, ReplayReport, replay
from bot.store import AppliedPolicy, AuditTrails, StoreUnavailable
from bot.store.audit import UNREADABLE

SHOWN = 20  # payments of each flip in the tables; --json has all


async def try_draft(draft: Path, data: Path | None, team: str | None, as_json: bool) -> None:
    """Print what the draft flips; Redis is only read. Raises ``PolicyError`` where the draft is wrong."""
    policy = read_policy(draft)
    sanctions = SanctionsLoader().load(policy)
    async with configured_stores(data) as stores:
        reviews, unreadable = await _past_reviews(stores.audit, team)
    result = replay(
        reviews, policy, sanctions, lambda in_order: tracked(in_order, "Judging reviews", len(in_order))
    )
    if as_json:
        document = result.model_dump(mode="json")
        counts = {flip.name.lower(): result.count(flip) for flip in Flip}
        print(json.dumps({**document, "flips": counts, "unreadable": unreadable}, ensure_ascii=False))
    else:
        _print(result, unreadable)


async def show_policy(data: Path | None, as_json: bool) -> None:
    """Print the policy in force, as it was written or with every value filled in, and who brought it.

    Where none was ever brought, or no Redis is there to ask, it is that of the settings.
    """
    settings = read_settings()
    if data is not None or settings.redis_url or (settings.data / "redis").is_dir():
        async with configured_stores(data) as stores:
            applied = await stores.policy_history.newest()
            if applied is not None:
                policy = await stored_policy(stores.policies, applied)
                _show(policy, await stores.policies.text(applied.version), applied, as_json)
                return
    path = settings.policy
    policy = read_policy(path)
    if as_json:
        print(json.dumps(_document(policy, None), ensure_ascii=False))
    else:
        print(f"# Version {policy.version}, from {path or 'the default'}; none is in force")
        print(default_policy_text() if path is None else path.read_text(encoding="utf-8-sig"))


def _show(policy: Policy, text: str | None, applied: AppliedPolicy, as_json: bool) -> None:
    if as_json or text is None:
        print(json.dumps(_document(policy, applied), ensure_ascii=False))
    else:
        print(f"# Policy {in_words(applied)}")
        print(text)


def _document(policy: Policy, applied: AppliedPolicy | None) -> dict[str, object]:
    in_force = applied.model_dump(mode="json") if applied else None
    return {"version": policy.version, "in_force": in_force, **policy.model_dump(mode="json")}


async def _past_reviews(trails: AuditTrails, team: str | None) -> tuple[list[PastReview], list[str]]:
    """Every review that has a trail, and the names of those whose trail cannot be read."""
    reviews: list[PastReview] = []
    unreadable: list[str] = []
    named = [name async for name in trails.named(team=team)]
    for review_team, review_id in tracked(named, "Reading reviews", len(named)):
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
    words = f"{plural(len(flipped), 'payment')} {flip.value}"
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
        "; ".join(
            f"{plural(count, 'payment')} {flip.value}" for flip in Flip if (count := result.count(flip))
        )
        or "No payment would be judged otherwise."
    )
    if unread := sum(payment.unread for payment in result.changed):
        yield (
            f"About {unread:,} of those that pass no model was asked, since a rule had flagged them; "
            "where one is set, it would read them first."
        )
    if unreadable:
        yield f"Left out, since the trail cannot be read: {', '.join(unreadable)}."
