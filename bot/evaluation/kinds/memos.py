"""Violations by what somebody wrote, in the words that the policy lists."""

from bot.evaluation.kinds.violation import Kind
from bot.evaluation.payment_generator import Case, Ground

AROUND = (
    "{}",
    "{}, thank you",
    "Stationery, {}",
    "Re April: {}.",
    "hi, {} - regards, J",
    "{} (see attachment)",
)


def vague_memo(on: Ground) -> Case:
    listed = on.dice.choice(on.policy.vague_memos)
    written = on.dice.choice([listed, listed.upper(), f" {listed.title()} ", f"{listed}!", f"({listed})"])
    return Case((on.pay(on.small(), on.vendor(), memo=written),), way="a listed one" if listed else "missing")


def memo_argues(on: Ground) -> Case:
    return _with_phrase(on, on.rules.memo_argues.phrases)


def audit_keyword(on: Ground) -> Case:
    case = _with_phrase(on, on.rules.audit_keyword.words)
    least = on.limit * on.rules.audit_keyword.amount_from
    amount = on.amount(least, on.limit)
    return Case(tuple(one.model_copy(update={"amount": amount}) for one in case.rows), way=case.way)


def _with_phrase(on: Ground, phrases: tuple[str, ...]) -> Case:
    """A listed phrase inside a memo, plain or disguised."""
    phrase = on.dice.choice(phrases)
    way = on.dice.choice(["plain", "plain", "upper case", "full width", "invisible character", "hyphens"])
    if way == "upper case":
        phrase = phrase.upper()
    elif way == "full width":
        phrase = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in phrase)
    elif way == "invisible character":
        at = on.dice.randrange(1, len(phrase))
        phrase = f"{phrase[:at]}\u200b{phrase[at:]}"
    elif way == "hyphens":
        phrase = phrase.replace(" ", "-")
    return Case((on.pay(on.small(), on.vendor(), memo=on.dice.choice(AROUND).format(phrase)),), way=way)


KINDS = (
    Kind("vague memo", "missing, or it says nothing", frozenset({"vague_memo"}), vague_memo),
    Kind(
        "memo argues, listed words",
        "it claims approval in words of the policy's list",
        frozenset({"memo_argues"}),
        memo_argues,
    ),
    Kind("audit keyword", "a word that auditors search for", frozenset({"audit_keyword"}), audit_keyword),
)
