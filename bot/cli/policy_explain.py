"""``countersign policy explain``: who would have to decide a payment, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.application.current_policy import stored_policy
from bot.application.routing import worth_by
from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores
from bot.config.policy_loading import read_policy
from bot.config.settings import read_settings
from bot.domain.judgement import Severity
from bot.domain.matrix import APPROVERS
from bot.domain.money import AmountError, format_amount, read_amount
from bot.domain.people import Approvers
from bot.domain.policy import Policy, codes_that_ask
from bot.domain.routing import Fit, RoutedPayment, choose_route, fit_of
from bot.domain.text.route_reasons import chosen_by, conditions
from bot.domain.text.routes import group_name, needs

IN_WORDS = {
    Fit.YES: "fits",
    Fit.MAYBE: "fits by what its submitter types, so only where it asks for no fewer people than the next",
    Fit.NO: "does not fit",
}


async def explain(amount: str, about: Mapping[str, Any], file: Path | None, data: Path | None) -> None:
    """Print which route a payment takes by a policy file, else by the policy in force, and who is on it.

    ``about`` are ``currency``, ``vendor``, ``category``, ``finding``, ``severity``, ``channel``, ``profile``.
    Raises ``CommandError`` where a value cannot be read.
    """
    policy = read_policy(file) if file else await _in_force(data)
    payment = _payment(amount, policy, about)
    sizes = {name: len(members) for name, members in {**policy.groups, APPROVERS: policy.approvers}.items()}
    route = choose_route(policy, payment, sizes, worth_by(policy))
    print(f"{format_amount(payment.amount, payment.currency)} to {payment.vendor}:", end=" ")
    print(chosen_by(route, next((rule for rule in policy.routes if rule.name == route.name), None)))
    if route.name:
        print(f"  {needs(route)}")
    for stage in route.stages:
        members = policy.seats(stage.group, policy.approvers)
        print(f"  {group_name(stage.group)}: {', '.join(members) or 'nobody is named'}")
    if payment.codes.intersection(codes_that_ask(policy, payment.profile)):
        print("  Frozen until somebody has called the vendor, who then does not approve it")
    for rule in policy.routes:
        fits = IN_WORDS[fit_of(rule, payment, worth_by(policy))]
        print(f"  {rule.name} ({conditions(rule)}): {fits}")
    limited = [user for user in policy.limits_of if user in _unable(policy, payment)]
    if limited:
        print(f"  Not so much: {', '.join(limited)}")
    if any(member.startswith("S") for members in policy.groups.values() for member in members):
        print("  A user group counts as one here; how many are in it, Slack says when a payment is judged.")


async def _in_force(data: Path | None) -> Policy:
    settings = read_settings()
    if data is not None or settings.redis_url or (settings.data / "redis").is_dir():
        async with configured_stores(data) as stores:
            applied = await stores.policy_history.newest()
            if applied is not None:
                return await stored_policy(stores.policies, applied)
    return read_policy(settings.policy)


def _payment(amount: str, policy: Policy, about: Mapping[str, Any]) -> RoutedPayment:
    currency = about.get("currency") or policy.currency
    try:
        exact = read_amount(amount, currency)
    except AmountError as error:
        raise CommandError(f"--amount: {error.reason}.") from None
    severity = about.get("severity")
    if severity and severity not in list(Severity):
        raise CommandError(f"--severity: {severity!r} is none of {', '.join(Severity)}.")
    return RoutedPayment(
        amount=exact.value,
        currency=currency,
        vendor=about.get("vendor") or "a vendor",
        category=about.get("category") or "",
        codes=frozenset(about.get("finding") or ()),
        severity=Severity(severity) if severity else None,
        channel=about.get("channel") or "",
        profile=about.get("profile") or "",
    )


def _unable(policy: Policy, payment: RoutedPayment) -> frozenset[str]:
    able = Approvers(limits=policy.limits_of, rates=policy.rates)
    return able.unable(payment.amount, payment.currency)
