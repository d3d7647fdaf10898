"""What changes between two matrices of who must decide, in words; what is not known to tighten loosens."""

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.matrix import RouteRule
from bot.domain.names import visible
from bot.domain.policy.change_words import Changes, PolicyChange, keys, members, word


def groups(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Changes:
    """Who is in which group."""
    for group in keys(old, new):
        yield from members(f"member of {group}", old.get(group, ()), new.get(group, ()), more_is_looser=True)


def routes(old: tuple[RouteRule, ...], new: tuple[RouteRule, ...]) -> Changes:
    """Without the payments it is not known which matrix asks for more people, so that each change loosens.

    The first rows of all do not: before them, one of the approvers was enough.
    """
    before, after = ({route.name: route for route in routes} for routes in (old, new))
    for name in before.keys() - after.keys():
        yield PolicyChange(f"route “{visible(name)}” removed", True)
    for name, route in after.items():
        if name not in before:
            yield PolicyChange(f"route “{visible(name)}” added", bool(old))
        elif before[name] != route:
            yield PolicyChange(f"route “{visible(name)}” changed", True)
    shared = [route.name for route in old if route.name in after]
    if shared != [route.name for route in new if route.name in before]:
        yield PolicyChange("routes in another order", True)


def last_fallback(old: str, new: str) -> Changes:
    """Who fills up a stage that has too few."""
    yield PolicyChange(f"last_fallback {word(old)} -> {word(new)}", bool(new))


def limits_of(old: Mapping[str, Mapping[str, Decimal]], new: Mapping[str, Mapping[str, Decimal]]) -> Changes:
    """How much people may approve; whoever has no limit at all may approve any amount."""
    for person in keys(old, new):
        before, after = old.get(person, {}), new.get(person, {})
        for currency in keys(before, after):
            was, now = before.get(currency), after.get(currency)
            tightens = now is not None and (not before or (was is not None and now < was))
            if was != now:
                words = f"limit {currency} of {person} {word(was)} -> {word(now)}"
                yield PolicyChange(words, not tightens)


def stand_ins(old: Mapping[str, str], new: Mapping[str, str]) -> Changes:
    """Who acts for whom."""
    for person in keys(old, new):
        was, now = old.get(person), new.get(person)
        if was != now:
            yield PolicyChange(
                f"stand-in of {person} {was or 'nobody'} -> {now or 'nobody'}", now is not None
            )
