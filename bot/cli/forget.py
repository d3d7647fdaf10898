"""``countersign forget`` and ``countersign legal-hold``."""

import getpass
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from bot.application.forget import ForgetSomebody, ForgettingPlan, MayNotForget
from bot.cli.failures import CommandError
from bot.cli.show import USER_ID
from bot.cli.stores import configured_stores, read_review_id, workspace_of
from bot.domain.names import visible
from bot.domain.text import plural
from bot.store import PostedCard, Stores
from bot.store.forgetting import Order, TrailBroken
from bot.store.legal_holds import LegalHold

SHOWN = 20  # links that stand in a list


async def forget(
    person: str | None,
    vendor: str | None,
    *,
    team: str | None,
    by: str | None,
    reason: str,
    do_it: bool,
    data: Path | None,
) -> None:
    """Print what would go, or with ``do_it`` take it out and print what went and what is left.

    Raises ``CommandError`` where that may not be, or is not clear who is meant.
    """
    if (person is None) == (vendor is None):
        raise CommandError("Say who is to be forgotten: a person by Slack user id, or --vendor NAME.")
    if person is not None and not USER_ID.fullmatch(person):
        raise CommandError(
            f"{visible(person)!r} is no Slack user id; they begin with U or W, and a profile shows them."
        )
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        forgetting = ForgetSomebody(stores)
        try:
            if person is not None:
                plan = await forgetting.plan_person(team, person)
            else:
                plan = await forgetting.plan_vendor(team, vendor or "")
            if not do_it:
                _print_plan(plan)
                return
            order = Order(plan.what, "", by or getpass.getuser(), reason, datetime.now(UTC))
            done = await forgetting.carry_out(plan, order)
        except (MayNotForget, TrailBroken) as error:
            raise CommandError(str(error)) from error
        await _print_done(stores, done)


async def list_orders(team: str | None, data: Path | None) -> None:
    """Print every order to forget, a line of JSON each, without who it was."""
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        for digest, order in (await stores.forgetting.orders(team)).items():
            about = {"team": team, "digest": digest, "what": order.what, "pseudonym": order.pseudonym}
            told = {"by": order.by, "reason": order.reason, "at": order.at.isoformat()}
            print(json.dumps({**about, **told}, ensure_ascii=False))


async def forget_again(file: Path, do_it: bool, data: Path | None) -> None:
    """Carry out the orders of a list once more, as after a restore: of whoever is found to be meant.

    Raises ``CommandError`` where the list cannot be read, and in the end where an order could not be done.
    """
    orders = _read_orders(file)
    refused: list[str] = []
    async with configured_stores(data) as stores:
        forgetting = ForgetSomebody(stores)
        for team in sorted({team for team, _ in orders}):
            of_team = {digest: order for (owner, digest), order in orders.items() if owner == team}
            try:
                found = await forgetting.found_again(team, of_team)
            except TrailBroken as error:
                raise CommandError(str(error)) from error
            for digest, who in found.items():
                order = of_team[digest]
                plan_of = forgetting.plan_person if order.what == "person" else forgetting.plan_vendor
                try:
                    plan = await plan_of(team, who)
                    if not do_it:
                        _print_plan(plan)
                    elif not await stores.forgetting.adopt(team, digest, order):
                        refused.append(f"{order.pseudonym} stands for somebody else by now.")
                    else:
                        await _print_done(stores, await forgetting.carry_out(plan, order))
                except (MayNotForget, TrailBroken) as error:
                    refused.append(f"{order.pseudonym}: {error}")
    if refused:
        raise CommandError(" ".join(refused))
    print(f"{plural(len(orders), 'order')} looked at.")


def _read_orders(file: Path) -> dict[tuple[str, str], Order]:
    """The orders of a list by workspace and digest."""
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
        return {(str(line["team"]), str(line["digest"])): _order_of(line) for line in lines}
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file} is no list of countersign forget --orders.") from error


def _order_of(line: dict[str, str]) -> Order:
    at = datetime.fromisoformat(line["at"])
    return Order(line["what"], line["pseudonym"], line["by"], line["reason"], at)


def _print_plan(plan: ForgettingPlan) -> None:
    names = ", ".join(sorted(plan.of.vendors or {plan.of.person, *plan.of.names}))
    print(f"{visible(names)}: {_counts(plan)}.")
    print("Nothing was changed. To forget it all, for good, say --yes.")


async def _print_done(stores: Stores, done: ForgettingPlan) -> None:
    print(f"{done.of.pseudonym} stands there now: {_counts(done)}.")
    left = await stores.forgotten_elsewhere.remains(done.of)
    for kind, count in sorted(left.items()):
        print(f"left: {kind} ({count})")
    if not left:
        print("Nothing that is stored names it any more.")
    links = [link async for link in _links(stores, done)]
    if links:
        print("Messages in Slack stay until somebody deletes them; the cards are drawn anew:")
    for link in links[:SHOWN]:
        print(f"  {link}")
    if len(links) > SHOWN:
        print(f"  and {len(links) - SHOWN:,} more")


async def _links(stores: Stores, done: ForgettingPlan) -> AsyncIterator[str]:
    """The threads in which people may have read of it."""
    for review, loss in done.reviews.items():
        card = (await stores.messages.posted(done.team, review)).card
        if loss.channel and isinstance(card, PostedCard):
            place = f"{loss.channel}/thread/{loss.channel}-{card.ts}"
            yield f"{review}: https://app.slack.com/client/{done.team}/{place}"


def _counts(plan: ForgettingPlan) -> str:
    lines = sum(loss.lines for loss in plan.reviews.values())
    turns = sum(loss.turns for loss in plan.reviews.values())
    payments = sum(len(loss.refs) for loss in plan.reviews.values())
    counts = [plural(len(plan.reviews), "review"), plural(lines, "line") + " of their trails"]
    counts += [plural(turns, "message")] + ([plural(payments, "payment")] if plan.what == "vendor" else [])
    counts += [f"{kind.replace('_', ' ')} {count:,}" for kind, count in sorted(plan.beside.items())]
    return ", ".join(counts)


async def add_hold(
    who: str | None, vendor: str | None, *, team: str | None, by: str | None, reason: str, data: Path | None
) -> None:
    """Keep a review, a person or a vendor from being forgotten."""
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        what, name = _held(who, vendor)
        hold = LegalHold(what=what, who=name, by=by or getpass.getuser(), reason=reason, at=datetime.now(UTC))
        if hold.name in await stores.legal_holds.standing(team):
            raise CommandError(f"{visible(name)} is on hold already.")
        await stores.legal_holds.put(team, hold)
    print(f"{visible(name)} is on legal hold: nothing of it is forgotten.")


async def end_hold(
    who: str | None, vendor: str | None, *, team: str | None, by: str | None, data: Path | None
) -> None:
    """End a hold; that it was there, and who ended it, stays."""
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        what, name = _held(who, vendor)
        now = datetime.now(UTC)
        asked = LegalHold(what=what, who=name, by="", reason="", at=now)
        hold = (await stores.legal_holds.standing(team)).get(asked.name)
        if hold is None:
            raise CommandError(f"{visible(name)} is not on hold.")
        ended = hold.model_copy(update={"ended_by": by or getpass.getuser(), "ended_at": now})
        await stores.legal_holds.put(team, ended)
        await stores.retained.look_again(team)  # what it kept may be past its retention
    print(f"{visible(name)} is on hold no more.")


async def list_holds(team: str | None, data: Path | None, as_json: bool) -> None:
    """Print all holds, also those that ended."""
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        holds = await stores.legal_holds.all(team)
    if as_json:
        print(json.dumps([hold.model_dump(mode="json") for hold in holds], ensure_ascii=False))
        return
    for hold in holds:
        ended = f", ended by {hold.ended_by} {hold.ended_at:%Y-%m-%d %H:%M} UTC" if hold.ended_at else ""
        print(
            f"{hold.what} {visible(hold.who)}: by {visible(hold.by)} {hold.at:%Y-%m-%d %H:%M} UTC, "
            f"{visible(hold.reason)}{ended}"
        )


def _held(who: str | None, vendor: str | None) -> tuple[str, str]:
    """The kind of what a legal hold is about (``review``, ``person``, ``vendor``), and its name."""
    if (who is None) == (vendor is None):
        raise CommandError("Say what is meant: a review, a person by Slack user id, or --vendor NAME.")
    if vendor is not None:
        return "vendor", vendor
    if re.match("R-", who or "", re.IGNORECASE):
        return "review", read_review_id(who or "")
    if not USER_ID.fullmatch(who or ""):
        raise CommandError(f"{visible(who or '')!r} is neither a review nor a Slack user id.")
    return "person", who or ""
