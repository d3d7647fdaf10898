"""Sentences about who must decide a payment, and how far it is."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.lists import joined_with_and
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.routing import Route, Stage, Vote, WayNow
from bot.domain.text.sums import refs_in_words

STAND_INS = 3  # that are named on a card

Named = Callable[[str], str]
"""A person as they are to be named, by Slack user id."""


def group_name(group: str) -> str:
    """A group as people read it: ``Board of directors`` for ``board-of-directors``."""
    return group.replace("_", " ").replace("-", " ").capitalize()


def stage_name(stage: Stage, named: Named = str) -> str:
    """Whom a stage asks: a group as people read it, or the person who was added to one payment."""
    return named(stage.group[1:]) if stage.group.startswith("@") else group_name(stage.group)


def needs(route: Route, named: Named = str) -> str:
    """Who has to approve: ``Needs 2 of Controllers, then Board``; of a rule of all or most, in its words."""
    return f"Needs {', then '.join(_stage(stage, named) for stage in route.stages)}"


def _stage(stage: Stage, named: Named) -> str:
    name = stage_name(stage, named)
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
    parts = [needs(route, named)]
    parts += [f"{named(added.by)} added {named(added.person)}" for added in entry.added]
    said = {True: "approved", False: "rejected"}
    for approves, verb in said.items():
        votes = [vote for vote in entry.votes if vote.approves is approves]
        if votes:
            parts.append(
                f"{verb} by {joined_with_and(_voter(vote, route, entry.way, named) for vote in votes)}"
            )
    if entry.open and (waiting := _waiting(entry, route, named)):
        parts.append(waiting)
    return " · ".join(parts)


def who(by: str, whose: str, named: Named) -> str:
    """Who did something, and for whom where they stood in: ``chi for ben``."""
    return f"{named(by)} for {named(whose)}" if whose else named(by)


def _voter(vote: Vote, route: Route, way: WayNow | None, named: Named) -> str:
    by = who(vote.by, vote.whose, named)
    if way is None or vote.by not in way.former:
        return by
    left = f"{named(vote.whose)} is no longer" if vote.whose else "no longer"
    return f"{by} ({left} in {stage_name(route.stages[vote.stage], named)})"


def _waiting(entry: ReviewedTransaction, route: Route, named: Named) -> str:
    for place, stage in enumerate(route.stages):
        given = sum(vote.approves and vote.stage == place for vote in entry.votes)
        if given < stage.count:
            said = [f"{given} of {stage.count}"] if stage.count > 1 else []
            said += _who_steps_in(stage, entry.way, named)
            more = f" ({'; '.join(said)})" if said else ""
            return f"waiting for {stage_name(stage, named)}{more}"
    return ""


def too_few(groups: Sequence[str], named: Named) -> str:
    """That stages cannot be filled: ``too few people are left in Board``; of one person, that they cannot."""
    missed = [named(group[1:]) for group in groups if group.startswith("@")]
    others = [group_name(group) for group in groups if not group.startswith("@")]
    says = [f"too few people are left in {joined_with_and(others)}"] if others else []
    says += [f"{joined_with_and(missed)} cannot act, and nobody stands in"] if missed else []
    return "; ".join(says)


def cannot_be_filled(too_few_in: Mapping[str, Sequence[int]], named: Named) -> str:
    """That payments cannot be approved for want of people; by group the references of those that wait."""
    refs = sorted({ref for waiting in too_few_in.values() for ref in waiting})
    said, they = too_few(list(too_few_in), named), "It" if len(refs) == 1 else "They"
    return (
        f"{said[:1].upper()}{said[1:]}. {refs_in_words(refs)} cannot be approved until people are back, or "
        f"the policy names others or somebody to stand in. {they} can be rejected."
    )


def _who_steps_in(stage: Stage, way: WayNow | None, named: Named) -> list[str]:
    """Who acts where people are away or too few, and which groups have too few even so."""
    if way is None:
        return []
    says = []
    if way.short == (stage.group,) and not stage.group.startswith("@"):
        says.append("too few people are left")
    elif way.short:
        says.append(too_few(way.short, named))
    elif way.instead:
        says.append(f"too few are left in it, so {joined_with_and(map(group_name, way.instead))} may too")
    says += [f"{named(person)} stands in for {named(whose)}" for person, whose in way.stand_ins[:STAND_INS]]
    return says
