"""Violations by who is paid, and where to."""

import datetime as dt
from decimal import Decimal

from bot.domain.names import folded_name
from bot.domain.policy import Policy, read_sanctions
from bot.evaluation.kinds.violation import Kind
from bot.evaluation.payment_generator import Case, Ground

POSING = dict(zip("aceopx", "асеорх", strict=True))  # Latin to Cyrillic
INVISIBLE = "\u200b\u00ad\u2060\u200d\ufeff"
DIGITS = {"o": "0", "l": "1", "e": "3", "s": "5"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# In the form of OFAC's SDN.CSV; nobody of this name is known to us.
SANCTIONED = """1,"VANTERPOOL, Osric Belisario","individual","SDGT",-0-
2,"KRAZNOVITCH, Yevdokim Pavlo","individual","CYBER2",-0-
3,"TORRALBA MENDIZURI, Ximeno","individual","SDNTK",-0-
4,"BLACK HERON SHIPPING COMPANY LTD",-0-,"IRAN",-0-
5,"ORIENTAL QUARTZ PETROCHEMICALS FZE",-0-,"IRAN",-0-
6,"ZHEMCHUZHNY MORSKOY BANK",-0-,"RUSSIA-EO14024",-0-
7,"GOLDEN SCARAB TRADING GROUP",-0-,"SYRIA",-0-
8,"MV SALTWIND PROSPERITY","vessel","DPRK3",-0-
"""
DENIED = ("Initrode Holdings", "Vandelay Imports", "Blue Sun Brokerage", "Gringott Vault Services")


def lookalike(on: Ground) -> Case:
    """A known name with a foreign letter, an invisible character, or a digit for a letter."""
    vendor = on.vendor(lambda name: _plain(name) and bool(set(name.lower()) & set(DIGITS)))
    way = on.dice.choice(["foreign letter", "invisible character", "digit for a letter"])
    if way == "invisible character":
        at = on.dice.randrange(1, len(vendor))
        return Case((on.pay(on.small(), vendor[:at] + on.dice.choice(INVISIBLE) + vendor[at:]),), way=way)
    return Case((on.pay(on.small(), _posing(on, vendor, way)),), way=way)


def _posing(on: Ground, name: str, way: str) -> str:
    """The name with one letter that is another, upper case for upper case."""
    letters = POSING if way == "foreign letter" and set(name.lower()) & set(POSING) else DIGITS
    at = on.dice.choice([at for at, char in enumerate(name) if char.lower() in letters])
    put = letters[name[at].lower()]
    return name[:at] + (put.upper() if name[at].isupper() else put) + name[at + 1 :]


def _plain(name: str) -> bool:
    return name.isascii() and sum(map(str.isalpha, name)) >= 5 and not any(map(str.isdigit, name))


def near_miss(on: Ground) -> Case:
    """A known name with one letter left out, doubled, changed, or swapped with its neighbour."""
    paid = {folded_name(one.vendor) for one in (*on.past, *on.rows)}
    while True:
        vendor = on.vendor(lambda name: _plain(name) and len(folded_name(name)) >= 10)
        way = on.dice.choice(["left out", "doubled", "changed", "swapped"])
        posing = _slip(on, vendor, way)
        if folded_name(posing) not in paid:
            return Case((on.pay(on.small(), posing),), way=way)


def _slip(on: Ground, name: str, way: str) -> str:
    at = on.dice.choice([at for at in range(1, len(name) - 1) if name[at : at + 2].isalpha()])
    if way == "swapped":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    put = {"left out": "", "doubled": name[at] * 2, "changed": on.dice.choice(LETTERS)}[way]
    return name[:at] + put + name[at + 1 :]


def changed_bank_details(on: Ground) -> Case:
    """Another account than the vendor was paid on, or one digit of it, in the past or in the same batch."""
    vendor, known = on.vendor(), f"GB29NWBK{on.dice.randint(10**13, 10**14 - 1)}"
    far = on.dice.random() < 0.5
    new = f"GB82WEST{on.dice.randint(10**13, 10**14 - 1)}" if far else _next_digit(on, known)
    way = "another account" if far else "one digit"
    row = on.pay(on.small(), vendor, account=new, date=on.last)
    if on.dice.random() < 0.7:
        early = on.first - dt.timedelta(days=on.dice.randint(1, 60))
        return Case((row,), before=(on.pay(on.small(), vendor, account=known, date=early),), way=way)
    return Case((row,), beside=(on.pay(on.small(), vendor, account=known),), way=f"{way}, in one batch")


def _next_digit(on: Ground, account: str) -> str:
    at = on.dice.randrange(8, len(account))
    return f"{account[:at]}{(int(account[at]) + 1) % 10}{account[at + 1 :]}"


LISTED = read_sanctions(SANCTIONED, dt.date(2026, 1, 1))
NAMES = [line.split('"')[1] for line in SANCTIONED.splitlines()]


def sanctioned(on: Ground) -> Case:
    """A name of the list, its words in another order, in other letters, or with a slip."""
    name = on.dice.choice(NAMES)
    way = on.dice.choice(["as listed", "other order", "other case", "a slip"])
    if way == "other order":
        words = name.replace(",", "").split()
        on.dice.shuffle(words)
        name = " ".join(words).title()
    elif way == "other case":
        name = name.lower()
    elif way == "a slip":
        at = on.dice.randrange(2, len(name) - 2)
        name = name[:at] + name[at + 1 :] if name[at].isalpha() else name.title()
    return Case((on.pay(on.small(), name),), way=way)


def denied(on: Ground) -> Case:
    name = on.dice.choice(DENIED)
    way = on.dice.choice(["as listed", "other case", "punctuation", "foreign letter", "digit for a letter"])
    if way == "other case":
        name = name.upper()
    elif way == "punctuation":
        name = f"  {name.replace(' ', '-')}. "
    elif way in ("foreign letter", "digit for a letter"):
        name = _posing(on, name, way)
    return Case((on.pay(on.small(), name),), way=way)


def _with_denied(policy: Policy) -> Policy:
    return policy.model_copy(update={"denied_vendors": (*policy.denied_vendors, *DENIED)})


def unknown(on: Ground) -> Case:
    least = on.limit * on.rules.unknown_vendor.amount_from
    return Case((on.pay(on.amount(least, max(least, on.limit * Decimal("0.85"))), on.stranger()),))


KINDS = (
    Kind(
        "look-alike",
        "a known name with a foreign letter, an invisible one, or a digit",
        frozenset({"lookalike_vendor"}),
        lookalike,
        by_vendor=True,
    ),
    Kind(
        "near miss",
        "one letter away from a known vendor",
        frozenset({"lookalike_vendor"}),
        near_miss,
        by_vendor=True,
    ),
    Kind(
        "changed bank details",
        "another account than before",
        frozenset({"changed_bank_details"}),
        changed_bank_details,
        by_vendor=True,
    ),
    Kind(
        "sanctioned name",
        "like a name on a sanctions list",
        frozenset({"sanctioned_name"}),
        sanctioned,
        sanctions=LISTED,
        by_vendor=True,
    ),
    Kind(
        "denied vendor",
        "on the policy's denied list",
        frozenset({"denied_vendor"}),
        denied,
        policy=_with_denied,
        by_vendor=True,
    ),
    Kind(
        "unknown vendor",
        "first seen, from an amount up",
        frozenset({"unknown_vendor"}),
        unknown,
        by_vendor=True,
    ),
)
