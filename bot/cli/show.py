"""``countersign show``: one review from Redis, whole."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli.failures import CommandError
from bot.cli.former import with_former
from bot.cli.stores import configured_stores, names_of, read_review_id, team_of_review
from bot.domain import text as wording
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Turn
from bot.domain.lists import joined_with_and
from bot.domain.review.amendment import Amendment
from bot.domain.review.ranking import Rank
from bot.domain.review.remarks import Remark
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.store import Stores
from bot.store.assembled import in_card_order

USER_ID = re.compile(r"[UW][A-Z0-9_]{2,}")  # as Slack makes them; what only looks like one has no name


async def show_review(review: str, as_json: bool, team: str | None, data: Path | None) -> None:
    """Print transactions, findings, decisions, conversation and audit trail.

    Raises ``CommandError`` where no review has this id, several workspaces have one, or it has expired.
    """
    review_id = read_review_id(review)
    async with configured_stores(data) as stores:
        await _show(stores, review_id, as_json, team)


async def _show(stores: Stores, review_id: str, as_json: bool, team: str | None) -> None:
    of_team = await team_of_review(stores, review_id, team)
    review = await stores.reviews.load_whole(of_team, review_id)
    if review is None:
        raise CommandError(
            f"{review_id} has expired; its audit trail is there for ever: "
            f"countersign audit export {review_id}."
        )
    ranks = await stores.reviews.ranks(of_team, review_id)
    turns = await stores.reviews.turns(of_team, review_id)
    audit = await stores.reviews.audit(of_team, review_id)
    review = Review(review.state, _riskiest_first(review.entries, ranks))
    if as_json:
        _print_json(review, turns, audit)
    else:
        review = Review(review.state, await with_former(stores, review))
        on_whole = await stores.reviews.remarks_on_whole(of_team, review_id)
        people = _people(review.state, turns, audit)
        _print_text(review, on_whole, turns, audit, await names_of(stores, of_team, people))


def _people(state: ReviewState, turns: Sequence[Turn], audit: Sequence[AuditEntry]) -> set[str]:
    """Everybody whom a review and its trail name, by Slack user id."""
    people = {*state.barred, *(turn.actor or "" for turn in turns), *(entry.actor for entry in audit)}
    return people.union(*(_ids_in(entry.detail) for entry in audit))


def _ids_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set().union(*map(_ids_in, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(_ids_in, value))
    return {value} if isinstance(value, str) and USER_ID.fullmatch(value) else set()


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """What an entry of the trail holds, with people by name as far as they are known."""
    if isinstance(value, Mapping):
        return {key: _named(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_named(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _decided_by(entry: ReviewedTransaction, names: Mapping[str, str]) -> str:
    """``, by ben``: who decided about a payment, withdrew it, or put it on hold; empty where nobody did."""
    made = entry.withdrawal or entry.decision
    if made is None:
        return ""
    whose = "" if isinstance(made, Amendment) else made.whose
    return f", by {names.get(made.by, made.by)}" + (f" for {names.get(whose, whose)}" if whose else "")


def _riskiest_first(
    entries: Mapping[int, ReviewedTransaction], ranks: Sequence[Rank]
) -> dict[int, ReviewedTransaction]:
    """What waits for a decision in the card's order, then all else by reference; each with its rank."""
    waiting = [rank.ref for rank in ranks if entries[rank.ref].undecided]
    return in_card_order(entries, dict.fromkeys([*waiting, *entries]), ranks)


def _print_json(review: Review, turns: list[Turn], audit: list[AuditEntry]) -> None:
    cost = None if review.state.cost is None else f"{review.state.cost:f}"
    document = {
        "review": review.state.model_dump(mode="json") | {"cost": cost},
        "transactions": [entry.model_dump(mode="json") for entry in review.entries.values()],
        "conversation": [turn.model_dump(mode="json") for turn in turns],
        "audit": [entry.model_dump(mode="json") for entry in audit],
    }
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _print_text(
    review: Review,
    on_whole: Sequence[Remark],
    turns: list[Turn],
    audit: list[AuditEntry],
    names: Mapping[str, str],
) -> None:
    console = Console()
    # Text, not markup: what people wrote is shown as they wrote it.
    state = review.state
    console.print(Text(wording.status(state)), style="bold")
    brought = [names.get(user, user) for user in sorted(state.barred - {state.submitter})]
    others = f"; brought by {joined_with_and(brought)}" if brought else ""
    console.print(Text(f"Submitted by {names.get(state.submitter, state.submitter)}{others}"))
    for reviewed in review.entries.values():
        console.print(
            Text(
                f"{wording.one_line(reviewed)}: {wording.outcome_of(reviewed)}{_decided_by(reviewed, names)}"
            )
        )
        for number, version in enumerate(reviewed.earlier, start=1):
            console.print(Text(f"      version {number}: {wording.payment_line(version)}"), style="dim")
        if reviewed.flagged:
            console.print(Text(f"      {wording.reasons(reviewed)}"), style="dim")
        if way := wording.on_its_way(reviewed, lambda user: names.get(user, user)):
            console.print(Text(f"      {way}"), style="dim")
        if reviewed.needs_call_back and not reviewed.call_backs:
            console.print(Text("      nobody has called the vendor"))
        for call in reviewed.call_backs:
            console.print(Text(f"      {wording.call_back_line(call, names)}"))
        if reviewed.rank:
            console.print(Text(f"      ranked by: {reviewed.rank.in_words}"), style="dim")
        for remark in reviewed.remarks:
            console.print(Text(f"      {wording.remark_line(remark, names)}"))
    for remark in on_whole:
        console.print(Text(wording.remark_line(remark, names)))
    console.print("\nConversation", style="bold")
    for turn in turns:
        who = names.get(turn.actor or "", turn.actor or turn.who.value)
        console.print(Text(f"{turn.at:%Y-%m-%d %H:%M:%S} UTC  {who} ({turn.how.value}): {turn.text}"))
    console.print("\nAudit trail", style="bold")
    for number, entry in enumerate(audit, start=1):
        detail = json.dumps(_named(entry.detail, names), ensure_ascii=False) if entry.detail else ""
        console.print(
            Text(
                f"{number:>4}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.event}  "
                f"{names.get(entry.actor, entry.actor)}  {detail}"
            )
        )
