"""What a policy holds, and how its TOML file is read: which payments are flagged, and who decides.

``default.toml`` is the policy where no file is given; it explains every setting and the source of its number.
"""

import hashlib
import json
import re
import tomllib
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from bot.domain.claim_settings import ClaimSettings
from bot.domain.conversation import DecisionKind
from bot.domain.digest_settings import DigestSettings
from bot.domain.judgement import CALL_BACK_CODES
from bot.domain.matrix import APPROVERS, Matrix
from bot.domain.money import AmountError, fit_to_currency, minor_digits
from bot.domain.policy.errors import PolicyError, syntax_error_sentence, value_error_sentence
from bot.domain.policy.profiles import Profile
from bot.domain.policy.rule_settings import AllRuleSettings, default_policy_text, default_rule_tables
from bot.domain.reminder_settings import ReminderSettings
from bot.domain.retention_settings import RetentionSettings
from bot.domain.working_time import WorkingCalendar


class HumanInputMode(StrEnum):
    """When the human is asked: after every turn, only for what needs a decision, or not at all."""

    ALWAYS = "ALWAYS"
    TERMINATE = "TERMINATE"
    NEVER = "NEVER"


def _iso_4217(code: str) -> str:
    try:
        minor_digits(code)
    except AmountError as error:
        raise ValueError(error.reason) from None
    return code


def _listed(approvers: object) -> object:
    """The word for everybody as the list that it stands for; it stands alone, so nobody says it by chance."""
    if approvers == ANYONE:
        return (ANYONE,)
    if isinstance(approvers, list | tuple) and len(approvers) > 1 and ANYONE in approvers:
        raise ValueError(f'"{ANYONE}" stands alone: approvers = "{ANYONE}"')
    return approvers


Currency = Annotated[str, AfterValidator(_iso_4217)]
LimitAmount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
UserId = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9_]{1,40}$")]
ANYONE = "anyone"


def _person_or_group(name: str) -> str:
    if name != ANYONE and not re.fullmatch(r"[UWS][A-Z0-9_]{1,40}", name):
        raise ValueError("this must be the Slack id of a person (U012AB3CD) or group (S0614TZR7)")
    return name


def _channel(name: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9_]{1,40}", name):
        raise ValueError("this must be the Slack id of a channel (C012AB3CD)")
    return name


ApproverId = Annotated[str, AfterValidator(_person_or_group)]
ChannelId = Annotated[str, AfterValidator(_channel)]
Rate = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]
Tokens = Annotated[int, Field(ge=0, strict=True)]
# As long as an option of a menu in Slack may be.
OfferedReason = Annotated[str, StringConstraints(min_length=1, max_length=75, strip_whitespace=True)]
VendorName = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class ModelUse(BaseModel):
    """What the model may cost, in tokens (0: no bound), and whether the bot approves anything by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recommend_only: StrictBool = False
    tokens_a_review: Tokens = 2_000_000
    tokens_a_day: Tokens = 5_000_000


class People(BaseModel):
    """Who may act though they are no full members: guests, and people of other organisations, by user id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    admitted: tuple[UserId, ...] = ()


class Reasons(BaseModel):
    """Reasons that the desk offers for decisions about many payments; people may write their own as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approve: Annotated[tuple[OfferedReason, ...], Field(max_length=50)] = ()
    reject: Annotated[tuple[OfferedReason, ...], Field(max_length=50)] = ()
    hold: Annotated[tuple[OfferedReason, ...], Field(max_length=50)] = ()

    def of(self, kind: DecisionKind) -> tuple[str, ...]:
        """The reasons that are offered for decisions of this kind."""
        offered: dict[DecisionKind, tuple[str, ...]] = {
            DecisionKind.APPROVED: self.approve,
            DecisionKind.REJECTED: self.reject,
            DecisionKind.HELD: self.hold,
        }
        return offered[kind]


class ChannelSettings(BaseModel):
    """What is otherwise for payments whose card goes to one channel; ``None`` as in every other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: Currency | None = None


class Policy(Matrix):
    """One version of the policy.

    ``limits`` are in major units by ISO 4217 code. ``approvers`` are Slack ids of people and user groups, or
    ``ANYONE`` alone, who is any full member of the review's channel; empty, nobody may decide. ``currency``
    is read where a payment names none and its channel has none of its own in ``channels`` (by Slack's id),
    ``rates`` tell what a unit of each currency is worth, in one of them. ``correction_minutes`` is how long a
    decision may be replaced by whoever made it (0: never). What ``Matrix`` adds says who must decide which
    payments; without it, any one of the approvers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    human_input_mode: HumanInputMode = HumanInputMode.ALWAYS
    approvers: Annotated[tuple[ApproverId, ...], BeforeValidator(_listed)] = ()
    people: People = People()
    currency: Currency = "USD"
    channels: dict[ChannelId, ChannelSettings] = Field(default_factory=dict)
    correction_minutes: int = Field(default=10, ge=0, le=1440)
    limits: dict[Currency, LimitAmount] = Field(default_factory=lambda: dict(default_policy().limits))
    rates: dict[Currency, Rate] = Field(default_factory=lambda: dict(default_policy().rates))
    vague_memos: tuple[str, ...] = Field(default_factory=lambda: default_policy().vague_memos)
    category_limits: dict[str, dict[Currency, LimitAmount]] = Field(default_factory=dict)
    vendor_limits: dict[VendorName, dict[Currency, LimitAmount]] = Field(default_factory=dict)
    denied_vendors: tuple[VendorName, ...] = ()
    known_vendors: tuple[VendorName, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=lambda: dict(default_policy().profiles))
    reasons: Reasons = Reasons()
    calendar: WorkingCalendar = WorkingCalendar()
    reminders: ReminderSettings = ReminderSettings()
    digest: DigestSettings = DigestSettings()
    claims: ClaimSettings = ClaimSettings()
    retention: RetentionSettings = RetentionSettings()
    model: ModelUse = ModelUse()
    rules: AllRuleSettings = Field(default_factory=lambda: default_policy().rules)

    def under(self, profile: Profile) -> Self:
        """The policy with the limits and settings that a profile has of its own."""
        limits = {**self.limits, **profile.limits}
        return self.model_copy(update={"limits": limits, "rules": profile.settings_over(self.rules)})

    @model_validator(mode="after")
    def _limits_fit_their_currency(self) -> Self:
        tables = {"limits": self.limits}
        tables |= {f"profiles.{name}.limits": profile.limits for name, profile in self.profiles.items()}
        for table, limits in tables.items():
            for currency, limit in limits.items():
                try:
                    fit_to_currency(limit, currency)
                except AmountError as error:
                    raise ValueError(f"{table}.{currency}: {error.reason}") from None
        return self

    @model_validator(mode="after")
    def _escalates_to_a_group_there_is(self) -> Self:
        group = self.reminders.escalate_to
        if group and group not in {APPROVERS, *self.groups}:
            raise ValueError(f"reminders.escalate_to: there is no group {group}")
        return self

    @model_validator(mode="after")
    def _counts_whom_it_knows(self) -> Self:
        for route in self.routes if self.anyone_decides else ():
            for stage in route.stages:
                if stage.group == APPROVERS and not isinstance(stage.needs, int):
                    raise ValueError(
                        f'routes, {route.name}: with approvers = "{ANYONE}" nobody knows how many '
                        f'"{stage.needs}" of them are, so needs must be a number'
                    )
        return self

    def currency_in(self, channel: str) -> str:
        """The currency (ISO 4217) of payments that name none, where their card goes to this channel."""
        own = self.channels.get(channel)
        return (own.currency if own else None) or self.currency

    def rate(self, currency: str) -> Decimal | None:
        """What one unit is worth in the policy's own currency, ``None`` where the policy does not say."""
        if currency == self.currency:
            return Decimal(1)
        unit, own = self.rates.get(currency), self.rates.get(self.currency)
        return unit / own if unit and own else None

    @property
    def anyone_decides(self) -> bool:
        """Whether every full member of the channel may decide."""
        return self.approvers == (ANYONE,)

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 over the content; equal policies have equal versions."""
        # Policies from before there were any of these keep the version that trails name.
        newer = {name for name in Matrix.model_fields if not getattr(self, name)}
        since_then = {
            "reasons": Reasons(),
            "calendar": WorkingCalendar(),
            "reminders": ReminderSettings(),
            "digest": DigestSettings(),
            "claims": ClaimSettings(),
            "retention": RetentionSettings(),
        }
        newer |= {name for name, default in since_then.items() if getattr(self, name) == default}
        excluded: dict[str, Any] = dict.fromkeys(newer, True)
        asking = (code for code in CALL_BACK_CODES if getattr(self.rules, code).call_back)
        excluded["rules"] = {code: {"call_back"} for code in asking}
        content = json.dumps(self.model_dump(exclude=excluded), sort_keys=True, default=_canonical_text)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the text of a policy file; what it leaves out has the value of the default policy.

        Raises ``PolicyError``, which names the line and the key that is wrong.
        """
        try:
            return cls.model_validate(_with_default_rules(tomllib.loads(text, parse_float=Decimal)))
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(syntax_error_sentence(text, str(error))) from None
        except ValidationError as error:
            raise PolicyError(value_error_sentence(text, error, cls)) from None


def default_policy() -> Policy:
    """The policy that judges where no file is given."""
    return _read_default_policy()


@cache
def _read_default_policy() -> Policy:
    return Policy.from_toml(default_policy_text())


def _with_default_rules(written: dict[str, Any]) -> dict[str, Any]:
    """The content of a policy file, with the default value of each rule's setting that it leaves out."""
    rules = written.get("rules", {})
    if not isinstance(rules, dict):
        return written
    tables = dict(default_rule_tables())
    for name, own in rules.items():
        tables[name] = {**tables.get(name, {}), **own} if isinstance(own, dict) else own
    return {**written, "rules": tables}


def _canonical_text(value: object) -> str:
    """A value as one text however it was written, since 0.9 and 0.90 are the same policy."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
