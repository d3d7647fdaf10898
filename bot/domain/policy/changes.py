"""What changes between two policies, in words; what loosens lets more pass, or more people decide.

Where it is not known that a change only tightens, it counts as loosening.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.claim_settings import ClaimSettings
from bot.domain.digest_settings import DigestSettings
from bot.domain.names import visible
from bot.domain.policy import matrix_changes
from bot.domain.policy.change_words import Changes, PolicyChange, amount, keys, members, some, word
from bot.domain.policy.config import (
    ANYONE,
    ChannelSettings,
    HumanInputMode,
    ModelUse,
    People,
    Policy,
    Reasons,
)
from bot.domain.policy.profiles import Profile
from bot.domain.policy.rule_settings import AllRuleSettings
from bot.domain.policy.setting_directions import DIRECTIONS, Looser
from bot.domain.reminder_settings import ReminderSettings
from bot.domain.retention_settings import RetentionSettings
from bot.domain.working_time import WorkingCalendar


def changes_between(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """Every change that counts, in the order in which a policy names its settings.

    Empty for policies that differ in the order of their lists alone, which judges nothing otherwise.
    """
    changes: list[PolicyChange] = []
    for field in type(after).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            compare = _COMPARISONS.get(field)
            changes += compare(old, new) if compare else [PolicyChange(f"{field} changed", True)]
    return tuple(changes)


def _mode(old: HumanInputMode, new: HumanInputMode) -> Changes:
    modes = list(HumanInputMode)  # the less a human is asked, the looser
    yield PolicyChange(f"human_input_mode {old} -> {new}", modes.index(new) > modes.index(old))


def _approvers(old: tuple[str, ...], new: tuple[str, ...]) -> Changes:
    """Ids of people and groups, or the word for everybody alone, who are more than any list of people."""
    if ANYONE in new:
        yield PolicyChange("approvers: anyone in the channel may decide", True)
    elif ANYONE in old:
        # They need not be in the channel, as anyone had to be.
        yield PolicyChange(f"approvers: no longer anyone, only {some(list(new)) or 'nobody'}", bool(new))
    else:
        yield from members("approver", old, new, more_is_looser=True)
    if not new:
        yield PolicyChange("nobody may decide", False)


def _people(old: People, new: People) -> Changes:
    yield from members("admitted person", old.admitted, new.admitted, more_is_looser=True)


def _currency(old: str, new: str) -> Changes:
    yield PolicyChange(f"currency {old} -> {new}", True)


def _channels(old: Mapping[str, ChannelSettings], new: Mapping[str, ChannelSettings]) -> Changes:
    """Another currency brings other limits, so that no change of it is known to tighten."""
    for channel in keys(old, new):
        before, after = (channels.get(channel, ChannelSettings()) for channels in (old, new))
        for setting in ChannelSettings.model_fields:
            was, now = getattr(before, setting), getattr(after, setting)
            if was != now:
                yield PolicyChange(f"{setting} of channel {channel} {word(was)} -> {word(now)}", True)


def _correction(old: int, new: int) -> Changes:
    yield PolicyChange(f"correction_minutes {old} -> {new}", new > old)


def _limits(old: Mapping[str, Decimal], new: Mapping[str, Decimal]) -> Changes:
    """A currency without a limit is always flagged, so that a limit that is added lets payments pass."""
    for currency in keys(old, new):
        was, now = old.get(currency), new.get(currency)
        if now is None:
            yield PolicyChange(f"limit {currency} removed: each payment in it is flagged", False)
        elif was is None:
            yield PolicyChange(f"limit {currency} {amount(now)} added", True)
        elif was != now:
            yield PolicyChange(f"limit {currency} {amount(was)} -> {amount(now)}", now > was)


def _rates(old: Mapping[str, Decimal], new: Mapping[str, Decimal]) -> Changes:
    """What a currency is worth in sums over several; without a rate it is in none."""
    for currency in keys(old, new):
        was, now = old.get(currency), new.get(currency)
        if was is None and now is not None:
            yield PolicyChange(f"rate {currency} {amount(now)} added", False)
        elif was is not None and now is None:
            yield PolicyChange(f"rate {currency} removed", True)
        elif was is not None and now is not None and was != now:
            # A higher one makes sums larger, and the limit that they are held against.
            yield PolicyChange(f"rate {currency} {amount(was)} -> {amount(now)}", True)


def _own_limits(kind: str) -> Callable[[Any, Any], Changes]:
    """Limits of categories or vendors, which can only lower the currency's."""

    def compare(
        old: Mapping[str, Mapping[str, Decimal]], new: Mapping[str, Mapping[str, Decimal]]
    ) -> Changes:
        for name in keys(old, new):
            for currency in keys(old.get(name, {}), new.get(name, {})):
                was, now = old.get(name, {}).get(currency), new.get(name, {}).get(currency)
                limit = f"limit {currency} of {kind} “{visible(name)}”"
                if now is None:
                    yield PolicyChange(f"{limit} removed", True)
                elif was is None:
                    yield PolicyChange(f"{limit} {amount(now)} added", False)
                elif was != now:
                    yield PolicyChange(f"{limit} {amount(was)} -> {amount(now)}", now > was)

    return compare


def _known_vendors(old: tuple[str, ...], new: tuple[str, ...]) -> Changes:
    # One that is added is new no more, and one that is removed has no look-alikes any more.
    for change in members("known vendor", old, new, more_is_looser=True):
        yield change._replace(loosens=True)
    if old and not new:
        # Without a list no vendor is new before the history knows some.
        yield PolicyChange("known_vendors: no list of vendors any more", True)


def _profiles(old: Mapping[str, Profile], new: Mapping[str, Profile]) -> Changes:
    """One that rows choose only adds findings; one of a channel stands in for the policy there."""
    for name in keys(old, new):
        was, now = old.get(name), new.get(name)
        if was is None and now is not None:
            yield PolicyChange(f"profile {visible(name)} added", bool(now.channels))
        elif now is None:
            yield PolicyChange(f"profile {visible(name)} removed", True)
        elif was != now:
            yield PolicyChange(f"profile {visible(name)} changed", True)


def _reasons(old: Reasons, new: Reasons) -> Changes:
    """What is offered as a reason lets nothing pass: somebody still chooses it, and decides."""
    for verb in Reasons.model_fields:
        for change in members(
            f"reason to {verb}", getattr(old, verb), getattr(new, verb), more_is_looser=False
        ):
            yield change._replace(loosens=False)


def _calendar(old: WorkingCalendar, new: WorkingCalendar) -> Changes:
    """Other hours move reminders, and the end of reviews that nobody decides; they let nothing pass."""
    for setting in WorkingCalendar.model_fields:
        was, now = getattr(old, setting), getattr(new, setting)
        if was != now:
            yield PolicyChange(f"calendar.{setting} {word(was)} -> {word(now)}", False)


def _reminders(old: ReminderSettings, new: ReminderSettings) -> Changes:
    """Who is reminded when; what is asked for in time is neither approved nor decided by others."""
    for setting in ReminderSettings.model_fields:
        was, now = getattr(old, setting), getattr(new, setting)
        if was != now:
            yield PolicyChange(f"reminders.{setting} {word(was)} -> {word(now)}", False)


def _digest(old: DigestSettings, new: DigestSettings) -> Changes:
    """Who reads how a week went; it decides nothing."""
    for setting in DigestSettings.model_fields:
        was, now = getattr(old, setting), getattr(new, setting)
        if was != now:
            yield PolicyChange(f"digest.{setting} {word(was)} -> {word(now)}", False)


def _claims(old: ClaimSettings, new: ClaimSettings) -> Changes:
    """How long somebody is shown to be on a payment; a claim keeps nobody from deciding."""
    if old.minutes != new.minutes:
        yield PolicyChange(f"claims.minutes {old.minutes} -> {new.minutes}", False)


def _retention(old: RetentionSettings, new: RetentionSettings) -> Changes:
    """What is forgotten sooner cannot be looked at any more, and nothing brings it back."""
    was, now = old.text_days, new.text_days
    if was != now:
        yield PolicyChange(f"retention.text_days {was} -> {now}", now != 0 and (was == 0 or now < was))


def _model(old: ModelUse, new: ModelUse) -> Changes:
    if old.recommend_only != new.recommend_only:
        words = f"model.recommend_only {word(old.recommend_only)} -> {word(new.recommend_only)}"
        yield PolicyChange(words, old.recommend_only)
    for budget in ("tokens_a_review", "tokens_a_day"):
        was, now = getattr(old, budget), getattr(new, budget)
        if was != now:  # what a budget has no room for goes to a human; 0 is no bound
            yield PolicyChange(f"model.{budget} {was:,} -> {now:,}", now == 0 or (was != 0 and now > was))


def _rules(old: AllRuleSettings, new: AllRuleSettings) -> Changes:
    for rule in AllRuleSettings.model_fields:
        before, after = getattr(old, rule), getattr(new, rule)
        for setting in type(before).model_fields:
            was, now = getattr(before, setting), getattr(after, setting)
            if was != now:
                yield from _rule_setting(rule, setting, was, now)


def _rule_setting(rule: str, setting: str, was: Any, now: Any) -> Changes:
    name, direction = f"rules.{rule}.{setting}", DIRECTIONS.get(f"{rule}.{setting}", Looser.ANY_CHANGE)
    if setting == "on":
        yield PolicyChange(f"rule {rule} switched {'on' if now else 'off'}", not now)
    elif direction is Looser.LONGER and not (was and now):
        # An empty list of what is allowed allows everything.
        only = f"only {some([word(entry) for entry in now])}" if now else "everything"
        yield PolicyChange(f"{name}: {only}", not now)
    elif direction in (Looser.LONGER, Looser.SHORTER):
        yield from members(name, was, now, more_is_looser=direction is Looser.LONGER)
    else:
        yield PolicyChange(f"{name} {word(was)} -> {word(now)}", _loosens(direction, was, now))


def _loosens(direction: Looser, was: Any, now: Any) -> bool:
    match direction:
        case Looser.HIGHER:
            return bool(now > was)
        case Looser.LOWER:
            return bool(now < was)
        case Looser.UNLESS_ADDED:
            return bool(was)
        case Looser.NEVER:
            return False
        case _:
            return True


def _list_of(noun: str, *, more_is_looser: bool) -> Callable[[Any, Any], Changes]:
    return lambda old, new: members(noun, old, new, more_is_looser=more_is_looser)


_COMPARISONS: Mapping[str, Callable[[Any, Any], Changes]] = {
    "human_input_mode": _mode,
    "approvers": _approvers,
    "people": _people,
    "currency": _currency,
    "channels": _channels,
    "correction_minutes": _correction,
    "limits": _limits,
    "groups": matrix_changes.groups,
    "routes": matrix_changes.routes,
    "last_fallback": matrix_changes.last_fallback,
    "limits_of": matrix_changes.limits_of,
    "stand_ins": matrix_changes.stand_ins,
    "rates": _rates,
    "vague_memos": _list_of("vague memo", more_is_looser=False),
    "category_limits": _own_limits("category"),
    "vendor_limits": _own_limits("vendor"),
    "denied_vendors": _list_of("denied vendor", more_is_looser=False),
    "known_vendors": _known_vendors,
    "profiles": _profiles,
    "reasons": _reasons,
    "calendar": _calendar,
    "reminders": _reminders,
    "digest": _digest,
    "claims": _claims,
    "retention": _retention,
    "model": _model,
    "rules": _rules,
}
