"""Programmes such as purchase cards: limits and settings of their own, for a channel or for rows with a card.

A profile judges by its own limits, and by those rules that it names. Where a channel chooses it, it stands in
for them; where the rows choose it, because they name a card, whoever typed the rows has chosen, so that it
can only add findings to those of the policy (law 11 in ARCHITECTURE.md).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, StrictBool, field_validator

from bot.domain.policy.rule_settings import AllRuleSettings, default_rule_tables
from bot.domain.policy.setting_types import RuleSettings


class Profile(BaseModel):
    """One ``[profiles.NAME]`` table.

    ``channels`` are ids of channels whose batches it judges, ``with_cards`` has it judge rows that name a
    card. ``limits`` are in major units by currency, and stand in for those of the policy where they are
    given. ``rules`` are settings by rule; shares in them are shares of the profile's limits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[str, ...] = ()
    with_cards: StrictBool = False
    limits: dict[str, Decimal] = {}
    rules: dict[str, dict[str, Any]] = {}

    @field_validator("rules")
    @classmethod
    def _are_settings(cls, rules: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Each setting as its rule reads it, so that equal profiles are equal however they are written."""
        read: dict[str, dict[str, Any]] = {}
        for rule, own in rules.items():
            if rule not in AllRuleSettings.model_fields:
                raise ValueError(f"there is no rule {rule}")
            settings = cast(type[RuleSettings], AllRuleSettings.model_fields[rule].annotation)
            if unknown := [key for key in own if key not in settings.model_fields]:
                raise ValueError(f"rules.{rule} has no setting {unknown[0]}")
            whole = settings.model_validate({**default_rule_tables().get(rule, {}), **own})
            read[rule] = {key: getattr(whole, key) for key in own}
        return read

    def settings_over(self, rules: AllRuleSettings) -> AllRuleSettings:
        """The settings of all rules, with those that the profile has of its own."""
        own = {
            rule: getattr(rules, rule).model_copy(update=settings) for rule, settings in self.rules.items()
        }
        return rules.model_copy(update=own)


def profile_of_channel(profiles: Mapping[str, Profile], channel: str) -> str:
    """The name of the profile that judges what is submitted to a channel, empty where none does."""
    return next((name for name, profile in profiles.items() if channel and channel in profile.channels), "")
