"""Violations by what is written: in the policy's own words, in other languages, for other readers."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import CannotPlant, PaymentGenerator
from bot.evaluation.planted_memos import (
    CALLED_OFF,
    FOREIGN_CLAIMS,
    FOREIGN_ORDERS,
    MACHINE_TEXTS,
    RISKY_MERCHANTS,
)
from bot.evaluation.planted_texts import HARMLESS_MEMOS

MEMO_FRAMES = (
    "{}",
    "{}, thank you",
    "Stationery, {}",
    "Re April: {}.",
    "hi, {} - regards, J",
    "{} (see attachment)",
)


def plant_vague_memo(generator: PaymentGenerator) -> Violation:
    """A memo of the list of vague ones, in one of several spellings."""
    listed = generator.random.choice([memo for memo in generator.policy.vague_memos if memo])
    written = generator.random.choice(
        [listed, listed.upper(), f" {listed.title()} ", f"{listed}!", f"({listed})"]
    )
    return Violation.of_row(
        generator.payment(generator.everyday_amount(), generator.known_vendor(), memo=written),
        way="a listed one",
    )


def plant_empty_memo(generator: PaymentGenerator) -> Violation:
    """A payment of some size without a memo or a category, in a file whose rows mostly have memos.

    Raises ``CannotPlant`` where the file's own rows have none, so that none is missed there.
    """
    written = sum(bool(row.memo and row.memo.strip()) for row in generator.rows)
    if written * 2 <= len(generator.rows):
        raise CannotPlant("its rows have no memos")
    amount = generator.limit * Decimal(generator.random.randint(10, 90)) / 100
    row = generator.payment(generator.rounded(amount), generator.known_vendor(), memo="", category=None)
    return Violation.of_row(row, way="left empty")


def plant_memo_argues(generator: PaymentGenerator) -> Violation:
    """A memo with a phrase of the list of arguing ones, plain or disguised."""
    return _with_phrase(generator, generator.rules.memo_argues.phrases)


def plant_audit_keyword(generator: PaymentGenerator) -> Violation:
    """A memo with a listed keyword, plain or disguised, from the amount at which the rule looks."""
    violation = _with_phrase(generator, generator.rules.audit_keyword.words)
    least = generator.limit * generator.rules.audit_keyword.amount_from
    amount = generator.amount_between(least, generator.limit)
    return Violation(
        tuple(row.model_copy(update={"amount": amount}) for row in violation.rows), way=violation.way
    )


def _with_phrase(generator: PaymentGenerator, phrases: tuple[str, ...]) -> Violation:
    """An everyday payment with a listed phrase inside its memo, plain or disguised."""
    phrase = generator.random.choice(phrases)
    way = generator.random.choice(
        ["plain", "plain", "upper case", "full width", "invisible character", "hyphens"]
    )
    if way == "upper case":
        phrase = phrase.upper()
    elif way == "full width":
        phrase = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in phrase)
    elif way == "invisible character":
        at = generator.random.randrange(1, len(phrase))
        phrase = f"{phrase[:at]}\u200b{phrase[at:]}"
    elif way == "hyphens":
        phrase = phrase.replace(" ", "-")
    return Violation.of_row(
        generator.payment(
            generator.everyday_amount(),
            generator.known_vendor(),
            memo=generator.random.choice(MEMO_FRAMES).format(phrase),
        ),
        way=way,
    )


# Each with how reports name it.
HIDDEN_CHARACTERS = {
    "without width": "\u200b",
    "turning the direction": "\u202e",
    "hidden letter": "\U000e0061",
    "variation selector": "\ufe01",
    "control character": "\x08",
}
PLACES_OF_TEXT = ("memo", "category", "invoice")


def memo_of_language(texts: Mapping[str, Sequence[str]]) -> Callable[[PaymentGenerator], Violation]:
    """A function that plants an everyday payment with a memo in any of these languages."""

    def plant(generator: PaymentGenerator) -> Violation:
        language = generator.random.choice(sorted(texts))
        memo = generator.random.choice(texts[language])
        row = generator.payment(generator.everyday_amount(), generator.known_vendor(), memo=memo)
        return Violation.of_row(row, way=language)

    return plant


def plant_machine_text(generator: PaymentGenerator) -> Violation:
    """An everyday payment with a text for programs in one of its fields."""
    text, place = generator.random.choice(MACHINE_TEXTS), generator.random.choice(PLACES_OF_TEXT)
    row = generator.payment(generator.everyday_amount(), generator.known_vendor())
    return Violation.of_row(row.model_copy(update={place: text}), way=f"{place}: {text}")


def plant_hidden_character(generator: PaymentGenerator) -> Violation:
    """An everyday payment whose memo holds a character that nobody sees."""
    way = generator.random.choice(sorted(HIDDEN_CHARACTERS))
    memo = generator.random.choice(HARMLESS_MEMOS)
    at = generator.random.randrange(1, len(memo))
    memo = f"{memo[:at]}{HIDDEN_CHARACTERS[way]}{memo[at:]}"
    row = generator.payment(generator.everyday_amount(), generator.known_vendor(), memo=memo)
    return Violation.of_row(row, way=way)


def plant_risky_merchant(generator: PaymentGenerator) -> Violation:
    """A payment of 3 to 10 % of the limit to a made-up merchant of a kind where money becomes cash."""
    kind = generator.random.choice(RISKY_MERCHANTS)
    amount = generator.amount_between(generator.limit * Decimal("0.03"), generator.limit / 10)
    return Violation.of_row(generator.payment(amount, f"{generator.new_vendor()} {kind}"), way=kind)


KINDS = (
    ViolationKind("vague memo", "it says nothing", frozenset({"vague_memo"}), plant_vague_memo),
    ViolationKind(
        "empty memo", "left empty where others are not", frozenset({"vague_memo"}), plant_empty_memo
    ),
    ViolationKind(
        "memo argues, listed words",
        "it claims approval in words of the policy's list",
        frozenset({"memo_argues"}),
        plant_memo_argues,
    ),
    ViolationKind(
        "audit keyword", "a word that auditors search for", frozenset({"audit_keyword"}), plant_audit_keyword
    ),
    ViolationKind(
        "claim in another language",
        "somebody is said to have agreed, in thirteen languages",
        frozenset({"memo_argues"}),
        memo_of_language(FOREIGN_CLAIMS),
    ),
    ViolationKind(
        "order in another language",
        "the reader is told what to do, in thirteen languages",
        frozenset({"memo_argues"}),
        memo_of_language(FOREIGN_ORDERS),
    ),
    ViolationKind(
        "called off",
        "the memo says that the payment is not to be made, in fourteen languages",
        frozenset({"called_off"}),
        memo_of_language(CALLED_OFF),
    ),
    ViolationKind(
        "text for programs",
        "tags, JSON, values for a verdict, code, in memo, category or invoice number",
        frozenset({"machine_text"}),
        plant_machine_text,
    ),
    ViolationKind(
        "hidden characters",
        "the memo holds what nobody sees",
        frozenset({"hidden_characters"}),
        plant_hidden_character,
    ),
    ViolationKind(
        "cash or personal",
        "a merchant where money becomes cash, or of private spending",
        frozenset({"cash_or_personal"}),
        plant_risky_merchant,
        by_vendor=True,
    ),
)
