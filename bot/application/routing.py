"""Routing: which way each flagged payment goes is settled when it is judged, and stays."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.application.access import Access
from bot.application.ports import TryLater
from bot.domain.judgement import Judgement, Severity
from bot.domain.matrix import APPROVERS
from bot.domain.policy import Policy
from bot.domain.review.state import ReviewState
from bot.domain.routing import Route, RoutedPayment, Worth, choose_route
from bot.domain.transaction import Transaction

AGAIN_SECONDS = 30.0  # until Slack is asked again who is in a group, where it did not say
_SEVERITIES = list(Severity)  # the lowest first

ChooseRoute = Callable[[Transaction, Judgement], Route]
"""The route of a payment with what was found about it."""


async def chooser(access: Access, policy: Policy, state: ReviewState, profile: str) -> ChooseRoute | None:
    """How the routes of a review's payments are chosen by ``policy``; ``None`` where it has none.

    ``profile`` is the name of the profile that judges. Raises ``TryLater`` where Slack does not say who is in
    a group: what "all" of it is must be known.
    """
    if not policy.routes:
        return None
    staff = await access.named_approvers(state.team)
    if not staff.established:
        raise TryLater(AGAIN_SECONDS)
    groups = staff.in_groups(APPROVERS)
    sizes = {name: len(people - state.barred) for name, people in groups.items()}

    def choose(payment: Transaction, judgement: Judgement) -> Route:
        return choose_route(
            policy, _facts(payment, judgement, state.channel, profile), sizes, worth_by(policy)
        )

    return choose


def worth_by(policy: Policy) -> Worth:
    """What amounts of one currency are in another by the policy's rates; ``None`` without one."""

    def worth(amount: Decimal, currency: str, into: str) -> Decimal | None:
        unit, other = policy.rate(currency), policy.rate(into)
        return amount * unit / other if unit and other else None

    return worth


def routed(
    judgements: Sequence[Judgement],
    payments: Sequence[Transaction],
    routes: tuple[Route, ...],
    choose: ChooseRoute,
) -> tuple[tuple[Judgement, ...], tuple[Route, ...]]:
    """The judgements with their routes, and the routes of the review with those that are new among them.

    ``routes`` are those that it has so far; judgements name them by number.
    """
    numbers = {route: number for number, route in enumerate(routes, start=1)}
    found = []
    for judgement, payment in zip(judgements, payments, strict=True):
        number = 0
        if judgement.findings:
            number = numbers.setdefault(choose(payment, judgement), len(numbers) + 1)
        found.append(judgement.model_copy(update={"route": number}))
    return tuple(found), tuple(numbers)


def _facts(payment: Transaction, judgement: Judgement, channel: str, profile: str) -> RoutedPayment:
    severities = (finding.severity for finding in judgement.findings)
    return RoutedPayment(
        amount=payment.amount,
        currency=payment.currency,
        vendor=payment.vendor,
        category=payment.category or "",
        codes=frozenset(finding.code for finding in judgement.findings),
        severity=max(severities, key=_SEVERITIES.index, default=None),
        channel=channel,
        profile=profile,
    )
