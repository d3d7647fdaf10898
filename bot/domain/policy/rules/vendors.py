"""Rules about who is paid."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from bot.domain.names import disguise, imitates, name_key, oddness, same_name, skeleton, visible
from bot.domain.policy.batch import Batch, Payment, Said, money
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.lookalikes import near_misses
from bot.domain.transaction import Transaction

ORIGINALS = 20  # names that a look-alike is compared with, plainest first; keeps a hostile batch linear


def denied_vendor(batch: Batch, one: Transaction) -> Said | None:
    """A name on the denied list, however it is disguised."""
    entry = batch.worked_out(_denied).get(name_key(one.vendor))
    return (
        None
        if entry is None
        else Said(f"“{visible(entry)}” is on the list of denied vendors", "denied_vendors")
    )


def _denied(batch: Batch) -> dict[str, str]:
    return {name_key(name): name for name in batch.policy.denied_vendors}


def sanctioned_name(batch: Batch, one: Transaction) -> Said | None:
    """A name like one on the sanctions list; a human has to look, since names are shared by many."""
    listed = batch.sanctions
    if listed is None and batch.rules.sanctioned_name.file:
        words = "the sanctions list could not be read, so this name was compared with nothing"
        return Said(words, batch.line("sanctioned_name", "file"))
    if listed is None or (entry := listed.closest(one.vendor, batch.rules.sanctioned_name.score)) is None:
        return None
    words = f"“{visible(one.vendor)}” is like “{visible(entry.name)}” ({entry.score} of 100)"
    where = f"on the sanctions list of {listed.as_of.isoformat()}"
    return Said(f"{words} {where}", batch.line("sanctioned_name", "score"))


def unknown_vendor(batch: Batch, one: Transaction) -> Said | None:
    """Never paid so much before, where the books are there to tell; from an amount up.

    Small payments do not make a vendor known: they pass without anybody looking, so that one of them
    would open the door for a large one.
    """
    rule, name = batch.rules.unknown_vendor, same_name(one.vendor)
    floor = batch.share(one.currency, rule.amount_from)
    enough = batch.policy.known_vendors or len(batch.known_vendors) >= max(rule.vendors_from, 1)
    if not enough or abs(one.amount) < floor or name in batch.worked_out(_named_in_policy):
        return None
    if batch.worked_out(_largest_approved).get((name_key(one.vendor), one.currency), Decimal(0)) >= floor:
        return None
    before = name in batch.known_vendors
    words = (
        f"was never paid {money(floor, one.currency)} or more" if before else "is not among the known vendors"
    )
    return Said(f"“{visible(one.vendor)}” {words}", batch.line("unknown_vendor", "amount_from"))


def _largest_approved(batch: Batch) -> dict[tuple[str, str], Decimal]:
    return {
        key: max((one.amount for one in group if one.standing is PaymentStatus.APPROVED), default=Decimal(0))
        for key, group in batch.by_vendor.items()
    }


def _named_in_policy(batch: Batch) -> frozenset[str]:
    return frozenset(map(same_name, batch.policy.known_vendors))


def changed_bank_details(batch: Batch, one: Transaction) -> Said | None:
    """Another account than this vendor was paid on before, in history or in the same batch."""
    mine = batch.payment(one)
    accounts = batch.worked_out(_accounts).get(mine.vendor, {})
    known = accounts.get(mine.account)
    if not mine.account or known is None or known.ref is None:
        return None
    # Past ones come first, so the first other one is the best precedent there is.
    other = next((one for account, one in islice(accounts.items(), 2) if account != mine.account), None)
    if other is None:
        return None
    words = (
        f"the account ending in {mine.account[-4:]} is another than the one ending in {other.account[-4:]} "
        f"that {other.name} went to"
    )
    return Said(words, batch.line("changed_bank_details", "on"))


def _accounts(batch: Batch) -> dict[str, dict[str, Payment]]:
    """By vendor, the first payment to each account, past ones before those of the batch."""
    found: defaultdict[str, dict[str, Payment]] = defaultdict(dict)
    for one in sorted(batch.payments, key=lambda one: one.order):
        if one.account and one.standing is not PaymentStatus.REJECTED:
            found[one.vendor].setdefault(one.account, one)
    return found


def lookalike_vendor(batch: Batch, one: Transaction) -> Said | None:
    """A name made to be taken for another, or one letter away from a known vendor's."""
    how = batch.worked_out(_lookalikes).get(one.vendor)
    return None if how is None else Said(how, batch.line("lookalike_vendor", "on"))


def _lookalikes(batch: Batch) -> dict[str, str]:
    """For each odd vendor of the batch, what is odd; originals are the known vendors and the batch itself."""
    vendors = {one.vendor for one in batch.transactions}
    known = {*batch.policy.known_vendors, *batch.history.vendors}
    found = near_misses(batch) if batch.rules.lookalike_vendor.near_miss else {}
    return found | _imitations(vendors, known)


def _imitations(vendors: set[str], known: set[str]) -> dict[str, str]:
    trusted = frozenset(map(same_name, known))
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for name in vendors | known:
        alike[skeleton(name)].add(name)
    found: dict[str, str] = {}
    for names in alike.values():
        originals = sorted(names, key=lambda name: (name not in known, *oddness(name)))[:ORIGINALS]
        for name in names & vendors:
            posing: Iterable[str | None] = ()
            if same_name(name) not in trusted:
                posing = (imitates(name, original) for original in originals)
            how = next((how for how in posing if how), None) or disguise(name)
            if how is not None:
                found[name] = how
    return found
