"""The route of a payment: chosen once, when it is judged, and kept with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.judgement import Severity
from bot.domain.matrix import APPROVERS, Matrix, RouteRule, StageRule
from bot.domain.names import folded_name, name_key

Worth = Callable[[Decimal, str, str], Decimal | None]
"""An amount of one currency in another one; ``None`` where the policy has no rate for it."""

Sizes = Mapping[str, int]
"""How many people are in each group at this moment, less those who brought the payments."""

_SEVERITIES = list(Severity)  # the lowest first


class Stage(BaseModel):
    """One stage of a payment's route: ``count`` different people out of ``group``.

    ``needs`` is what the policy said ("1", "all", "majority"), for people; ``count`` is the number that it
    came to when the payment was judged, and stays. ``fallback`` steps in where the group has too few.
    """

    model_config = ConfigDict(frozen=True)

    group: str
    count: int = Field(ge=1)
    needs: str = "1"
    fallback: str = ""


class Route(BaseModel):
    """Who must decide a payment, in order.

    ``name`` is that of the policy's row, empty where no row fits and any one of the approvers decides.
    ``last_fallback`` is the group for every stage that its own fallback leaves short. ``by_stage`` is whether
    a rejection counts in its stage alone.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    stages: tuple[Stage, ...]
    last_fallback: str = ""
    by_stage: bool = False

    @property
    def eyes(self) -> int:
        """How many different people it takes."""
        return sum(stage.count for stage in self.stages)


@dataclass(frozen=True, slots=True)
class RoutedPayment:
    """What a route can go by; ``amount`` is in major units, ``codes`` those of the findings.

    ``severity`` is that of the worst finding, ``None`` where there is none.
    """

    amount: Decimal
    currency: str
    vendor: str
    category: str = ""
    codes: frozenset[str] = frozenset()
    severity: Severity | None = None
    channel: str = ""
    profile: str = ""


class Fit(Enum):
    """Whether a payment meets the conditions of a row; ``MAYBE`` where its submitter's words decide that."""

    NO = 0
    MAYBE = 1
    YES = 2


def choose_route(matrix: Matrix, payment: RoutedPayment, sizes: Sizes, worth: Worth) -> Route:
    """The route of the first row that fits.

    People type the category and the vendor's name themselves, and an amount in a currency without a rate may
    be anything. A row that fits by these alone is therefore taken only where it asks for no fewer people than
    the next row that fits without them (law 11 in ARCHITECTURE.md).
    """
    candidates = []
    for rule in matrix.routes:
        fit = fit_of(rule, payment, worth)
        if fit is not Fit.NO:
            candidates.append(_route(rule, matrix, sizes))
        if fit is Fit.YES:
            break
    else:
        candidates.append(_default(matrix))
    return max(candidates, key=lambda route: route.eyes)  # of equal ones the first


def _default(matrix: Matrix) -> Route:
    return Route(stages=(Stage(group=APPROVERS, count=1),), last_fallback=matrix.last_fallback)


def _route(rule: RouteRule, matrix: Matrix, sizes: Sizes) -> Route:
    return Route(
        name=rule.name,
        stages=tuple(_stage(stage, sizes) for stage in rule.stages),
        last_fallback=matrix.last_fallback,
        by_stage=rule.reject == "stage",
    )


def _stage(rule: StageRule, sizes: Sizes) -> Stage:
    size = sizes.get(rule.group, 0)
    counts = {"all": size, "majority": size // 2 + 1}
    count = rule.needs if isinstance(rule.needs, int) else counts[rule.needs]
    return Stage(group=rule.group, count=max(1, count), needs=str(rule.needs), fallback=rule.fallback or "")


def fit_of(rule: RouteRule, payment: RoutedPayment, worth: Worth) -> Fit:
    """Whether a payment meets the conditions of a row of the matrix."""
    facts = (
        not rule.finding or bool(payment.codes.intersection(rule.finding)),
        rule.severity is None or _is_at_least(payment.severity, rule.severity),
        not rule.channel or payment.channel in rule.channel,
        not rule.profile or payment.profile in rule.profile,
    )
    if not all(facts):
        return Fit.NO
    typed = (
        _over(rule.over, payment, worth),
        _category(rule.category, payment.category),
        _vendor(rule.vendor, payment.vendor),
    )
    return min(typed, key=lambda fit: fit.value)


def _is_at_least(severity: Severity | None, least: Severity) -> bool:
    return severity is not None and _SEVERITIES.index(severity) >= _SEVERITIES.index(least)


def _over(over: Mapping[str, Decimal], payment: RoutedPayment, worth: Worth) -> Fit:
    """Whether the size of the amount, a refund's too, is above what the row names for its currency."""
    if not over:
        return Fit.YES
    size = abs(payment.amount)
    if payment.currency in over:
        return Fit.YES if size > over[payment.currency] else Fit.NO
    converted = [
        (value, bound)
        for currency, bound in over.items()
        if (value := worth(size, payment.currency, currency)) is not None
    ]
    if not converted:
        return Fit.MAYBE
    # Bounds of one row may differ in worth; what is above any of them is above the row.
    return Fit.YES if any(value > bound for value, bound in converted) else Fit.NO


def _category(wanted: tuple[str, ...], category: str) -> Fit:
    if not wanted:
        return Fit.YES
    return Fit.MAYBE if folded_name(category) in {folded_name(one) for one in wanted} else Fit.NO


def _vendor(wanted: tuple[str, ...], vendor: str) -> Fit:
    if not wanted:
        return Fit.YES
    # Read as a reader sees it, so that another spelling does not leave a stricter route.
    return Fit.MAYBE if name_key(vendor) in {name_key(one) for one in wanted} else Fit.NO
