"""Sentences about who must decide a payment, and how far it is."""

from collections.abc import Callable

from bot.domain.lists import joined_with_and
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.routing import Route, Stage

Named = Callable[[str], str]
"""A person as they are to be named, by Slack user id."""


def group_name(group: str) -> str:
    """A group as people read it: ``Board of directors`` for ``board-of-directors``."""
    return group.replace("_", " ").replace("-", " ").capitalize()


def needs(route: Route) -> str:
    """Who has to approve: ``Needs 2 of Controllers, then Board``; of a rule of all or most, in its words."""
    return f"Needs {', then '.join(map(_stage, route.stages))}"


def _stage(stage: Stage) -> str:
    name = group_name(stage.group)
    if stage.needs == "all":
        return f"all of {name} ({stage.count})"
    if stage.needs == "majority":
        return f"most of {name} ({stage.count})"
    return name if stage.count == 1 else f"{stage.count} of {name}"


def on_its_way(entry: ReviewedTransaction, named: Named) -> str:
    """Who has to approve a payment, who did, and whom it waits for; empty where any approver decides."""
    route = entry.route
    if route is None or (route.eyes == 1 and not route.name):
        return ""
    parts = [needs(route)]
    said = {True: "approved", False: "rejected"}
    for approves, verb in said.items():
        people = [_who(vote.by, vote.whose, named) for vote in entry.votes if vote.approves is approves]
        if people:
            parts.append(f"{verb} by {joined_with_and(people)}")
    if entry.open and (waiting := _waiting(entry, route)):
        parts.append(waiting)
    return " · ".join(parts)


def _who(by: str, whose: str, named: Named) -> str:
    return f"{named(by)} for {named(whose)}" if whose else named(by)


def _waiting(entry: ReviewedTransaction, route: Route) -> str:
    for place, stage in enumerate(route.stages):
        given = sum(vote.approves and vote.stage == place for vote in entry.votes)
        if given < stage.count:
            of = f" ({given} of {stage.count})" if stage.count > 1 else ""
            return f"waiting for {group_name(stage.group)}{of}"
    return ""
