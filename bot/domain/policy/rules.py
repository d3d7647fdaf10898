"""The rules: one small pure function each, and ``assess``, which runs them all.

A rule can only add a finding; nothing written in a memo or a vendor's name takes one away (laws 1 and 2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.lookalike import disguise, imitates, oddness, same_name, skeleton, visible
from bot.domain.money import format_amount
from bot.domain.policy.file import Policy
from bot.domain.transaction import Transaction

ORIGINALS = 20  # names that a look-alike is compared with, plainest first; keeps a hostile batch linear


@dataclass(frozen=True)
class Context:
    """What the rules know beside the one transaction, worked out once for a batch."""

    policy: Policy
    vague: frozenset[str]
    denied: dict[str, str]
    known: frozenset[str]
    lookalikes: dict[str, str]


Rule = Callable[[Context, Transaction], Finding | None]


def assess(
    policy: Policy, transactions: Sequence[Transaction], known_vendors: frozenset[str] | None = None
) -> tuple[Judgement, ...]:
    """Judge a batch by the policy alone, in its order; no verdict depends on the order.

    ``known_vendors`` is a history of names paid before, beside the policy's own list; with neither (or
    both empty) no vendor counts as unknown.
    """
    context = _context(policy, transactions, known_vendors or frozenset())
    return tuple(
        Judgement(
            ref=transaction.ref,
            findings=tuple(finding for rule in RULES if (finding := rule(context, transaction)) is not None),
        )
        for transaction in transactions
    )


def amount_over_limit(context: Context, transaction: Transaction) -> Finding | None:
    """Strictly above the currency's limit; a refund counts by its size."""
    limit = context.policy.limits.get(transaction.currency)
    if limit is None or abs(transaction.amount) <= limit:
        return None
    written = format_amount(transaction.amount, transaction.currency)
    bound = format_amount(limit, transaction.currency)
    if transaction.amount < 0:
        return _finding("amount_over_limit", f"a refund of {written}, in size above the limit of {bound}")
    return _finding("amount_over_limit", f"{written} is above the limit of {bound}")


def no_limit_for_currency(context: Context, transaction: Transaction) -> Finding | None:
    """Without a limit nothing can be called small."""
    if transaction.currency in context.policy.limits:
        return None
    return _finding("no_limit_for_currency", f"the policy has no limit for {transaction.currency}")


def vague_memo(context: Context, transaction: Transaction) -> Finding | None:
    """A memo that, as a whole, says nothing; where the source has no memos, none is missed."""
    if transaction.memo is None or (shape := skeleton(transaction.memo)) not in context.vague:
        return None
    if not shape:
        return _finding("vague_memo", "the memo is empty")
    return _finding("vague_memo", f"the memo says only “{visible(transaction.memo.strip())}”")


def denied_vendor(context: Context, transaction: Transaction) -> Finding | None:
    """A name on the denied list, however it is disguised."""
    entry = context.denied.get(skeleton(transaction.vendor))
    return (
        None
        if entry is None
        else _finding("denied_vendor", f"“{visible(entry)}” is on the list of denied vendors")
    )


def unknown_vendor(context: Context, transaction: Transaction) -> Finding | None:
    """Not among the vendors paid before, where those are known."""
    if not context.known or same_name(transaction.vendor) in context.known:
        return None
    return _finding("unknown_vendor", f"“{visible(transaction.vendor)}” is not among the known vendors")


def lookalike_vendor(context: Context, transaction: Transaction) -> Finding | None:
    """A name made to be taken for another."""
    how = context.lookalikes.get(transaction.vendor)
    return None if how is None else _finding("lookalike_vendor", how)


RULES: tuple[Rule, ...] = (
    amount_over_limit,
    no_limit_for_currency,
    vague_memo,
    denied_vendor,
    unknown_vendor,
    lookalike_vendor,
)


def _finding(code: str, evidence: str) -> Finding:
    return Finding(source=Source.RULE, code=code, evidence=evidence)


def _context(policy: Policy, transactions: Iterable[Transaction], history: frozenset[str]) -> Context:
    known = (*policy.known_vendors, *sorted(history))
    return Context(
        policy=policy,
        vague=frozenset(map(skeleton, policy.vague_memos)),
        denied={skeleton(name): name for name in policy.denied_vendors},
        known=frozenset(map(same_name, known)),
        lookalikes=_lookalikes({transaction.vendor for transaction in transactions}, known),
    )


def _lookalikes(vendors: set[str], known: Iterable[str]) -> dict[str, str]:
    """For each odd vendor of the batch, what is odd; originals are the known vendors and the batch itself."""
    known = set(known)
    trusted = frozenset(map(same_name, known))
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for name in vendors | known:
        alike[skeleton(name)].add(name)
    found: dict[str, str] = {}
    for names in alike.values():
        originals = sorted(names, key=lambda name: (name not in known, *oddness(name)))[:ORIGINALS]
        for name in names & vendors:
            posing = (
                () if same_name(name) in trusted else (imitates(name, original) for original in originals)
            )
            how = next((how for how in posing if how), None) or disguise(name)
            if how is not None:
                found[name] = how
    return found
