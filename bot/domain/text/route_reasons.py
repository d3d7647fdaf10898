"""Sentences that answer *Why me?*: which line of the policy chose a route, and what somebody is in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.judgement import Severity
from bot.domain.lists import joined_with_and, joined_with_or
from bot.domain.matrix import RouteRule
from bot.domain.money import format_amount
from bot.domain.routing import Involvement, Route, Say, Seat, Stage
from bot.domain.text.absences import day
from bot.domain.text.findings import finding_name
from bot.domain.text.routes import Named, stage_name, who

NO_ROUTE = "No line of the policy's routes fits, so any one of the approvers decides"
OTHERS = 10  # people who are named besides


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of one payment's route and of one person in it, at one moment.

    ``rule`` is the policy's line of that name, ``None`` where there is none. ``is_named`` is whether the
    policy names the person itself, ``until`` the last day of the absence in which they stand in, and
    ``others`` are the seats of those who could give the next approval besides.
    """

    route: Route
    rule: RouteRule | None
    part: Involvement
    is_named: bool = False
    until: date | None = None
    others: tuple[Seat, ...] = ()


def conditions(rule: RouteRule, channel: Named = str) -> str:
    """What a payment must be for a line of the matrix: ``payments over USD 50,000.00, of high risk``."""
    return ", ".join(_conditions(rule, channel)).removeprefix("payments, ")


def _conditions(rule: RouteRule, channel: Named) -> Iterator[str]:
    over = joined_with_or(format_amount(amount, currency) for currency, amount in rule.over.items())
    yield f"payments over {over}" if over else "payments"
    if rule.category:
        yield f"category {joined_with_or(rule.category)}"
    if rule.vendor:
        yield f"to {joined_with_or(rule.vendor)}"
    if rule.finding:
        yield f"found: {joined_with_or(map(finding_name, rule.finding))}"
    if rule.severity:
        more = "" if rule.severity is Severity.HIGH else " or more"
        yield f"of {rule.severity.value} risk{more}"
    if rule.channel:
        yield f"in {joined_with_or(map(channel, rule.channel))}"
    if rule.profile:
        yield f"judged as {joined_with_or(rule.profile)}"


def chosen_by(route: Route, rule: RouteRule | None, channel: Named = str) -> str:
    """Which line of the policy chose a route: ``Route “large”, for payments over USD 50,000.00``."""
    if not route.name:
        return NO_ROUTE
    if rule is None:
        return f"Route “{route.name}”"
    said = conditions(rule, channel)
    return f"Route “{route.name}”, for {'all payments' if said == 'payments' else said}"


def why_you(why: Why, named: Named) -> str:
    """What somebody has to do with a payment, said to them."""
    part = why.part
    stage = why.route.stages[part.stage]
    name = stage_name(stage, named)
    match part.say:
        case Say.NOW:
            return f"You can approve it now: {_reason(why, stage, named)}."
        case Say.KEPT:
            return (
                f"You are left for a later stage, which nobody else could fill; {_reason(why, stage, named)}."
            )
        case Say.LATER:
            return f"Your turn comes with {name}: {_reason(why, stage, named)}."
        case Say.STANDBY:
            return f"You can approve it if {name} has too few people left: {_reason(why, stage, named)}."
        case Say.FROZEN:
            return (
                "You can call the vendor and note that, or approve it once another person has: "
                f"{_reason(why, stage, named)}."
            )
        case Say.CALLED:
            return "You noted the call-back, so others approve it."
        case Say.GAVE:
            return f"You have had your say at {name}, and one person counts at one stage alone."
        case Say.TOO_MUCH:
            return "It is more than you may approve by the policy's limits."
        case Say.BROUGHT:
            return "You brought it, so you decide nothing about it."
        case Say.NOTHING:
            return "No stage of it names you."


def _reason(why: Why, stage: Stage, named: Named) -> str:
    """Why somebody is in the group through which they act."""
    part = why.part
    group = stage_name(stage.model_copy(update={"group": part.group}), named)
    if part.whose:
        until = f" until {day(why.until)}" if why.until else ""
        says = f"you stand in for {named(part.whose)}{until}, who is in {group}"
    elif part.group.startswith("@"):
        says = "it was you who was added as an approver"
    elif why.is_named:
        says = f"the policy names you in {group}"
    else:
        says = f"you are in {group} by a user group of Slack"
    if part.group != stage.group and part.say is not Say.STANDBY:
        return f"{says}, which steps in since too few people are left in {stage_name(stage, named)}"
    return says


def who_else(others: Iterable[Seat], named: Named) -> str:
    """Who besides could give the next approval."""
    seats = sorted(others, key=lambda seat: (seat.is_stand_in, seat.person))
    said = [who(seat.person, seat.whose if seat.is_stand_in else "", named) for seat in seats[:OTHERS]]
    if len(seats) > OTHERS:
        said.append(f"{len(seats) - OTHERS} more")
    return f"Who else could now: {joined_with_and(said)}." if said else "Nobody else could now."
