"""Violations by the bank account of a payment."""

from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator

BANKS = ("NWBK", "BARC", "LOYD", "MIDL", "BUKB")


def made_up_iban(generator: PaymentGenerator, *, valid: bool = True) -> str:
    """A British account that nobody has, as far as we know; with wrong check digits where it is not valid."""
    random = generator.random
    rest = f"{random.choice(BANKS)}{random.randint(10**13, 10**14 - 1)}"
    digits = "".join(str(int(char, 36)) for char in f"{rest}GB00")
    check = 98 - int(digits) % 97
    if not valid:
        check = random.choice([number for number in range(2, 99) if number != check])
    return f"GB{check:02}{rest}"


def plant_shared_account(generator: PaymentGenerator) -> Violation:
    """One account under two or three names in the batch, or that of a vendor of the past under another's.

    The account is written in another case and with spaces now and then.
    """
    account = made_up_iban(generator)
    spelling = generator.random.choice(
        [account, account.lower(), f"{account[:4]} {account[4:8]} {account[8:]}"]
    )
    if generator.random.random() < 0.5:
        before = generator.payment(generator.everyday_amount(), generator.known_vendor(), account=account)
        early = before.model_copy(update={"date": generator.first_day})
        row = generator.payment(generator.everyday_amount(), generator.new_vendor(), account=spelling)
        return Violation((row,), before=(early,), way="a new vendor with a known account")
    names = [generator.known_vendor() for _ in range(generator.random.randint(2, 3))]
    rows = [
        generator.payment(
            generator.everyday_amount(), name, account=generator.random.choice([account, spelling])
        )
        for name in names
    ]
    return Violation(tuple(rows), way="in one batch")


def plant_invalid_account(generator: PaymentGenerator) -> Violation:
    """An account whose check digits do not fit, or that has lost or gained a digit."""
    account, way = made_up_iban(generator, valid=False), "check digits"
    if generator.random.random() < 0.3:
        valid = made_up_iban(generator)
        account, way = generator.random.choice([valid[:-1], f"{valid}7"]), "length"
    row = generator.payment(generator.everyday_amount(), generator.known_vendor(), account=account)
    return Violation.of_row(row, way=way)


KINDS = (
    ViolationKind(
        "shared account",
        "one bank account under several names",
        frozenset({"shared_account"}),
        plant_shared_account,
        by_vendor=True,
    ),
    ViolationKind(
        "invalid account",
        "an IBAN that cannot be one",
        frozenset({"invalid_account"}),
        plant_invalid_account,
        by_vendor=True,
    ),
)
