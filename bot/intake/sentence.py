"""One typed payment as a sentence: "$12000 to Acme Corp. Memo: Reimbursement.", "Pay Acme $500 for lunch",
"500 EUR an Müller GmbH, Büromaterial", "Acme Corp, 500, lunch".

Where a line has two readings, or holds two payments, it is refused with a sentence that says how to write it.
All patterns are linear, since a line may have 2,000 characters and a message 40,000.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.currencies import MINOR_DIGITS
from bot.domain.money import AmountError, read_amount
from bot.domain.names import name_key, plain_words
from bot.intake.cells import CellError

EXAMPLE = "write “12,000 USD | Acme Corp | Reimbursement” or “$12000 to Acme Corp. Memo: Reimbursement.”"

# Words of the languages of the replies, as they stand beside a payment: what it is paid to, what for, and how
# a sentence begins that asks for it.
PAYEE_WORDS = ("to", "an", "à", "a", "para", "al", "ao", "ad", "alla", "allo", "aan", "dla", "do")
PURPOSE_WORDS = ("for", "für", "fuer", "pour", "por", "para", "per", "voor", "za", "na")
PAY_WORDS = (
    *("Pay", "Zahle", "Zahlen Sie", "Bezahle", "Überweise", "Payer", "Payez", "Paie", "Verser", "Virer"),
    *("Pagar", "Pague", "Paga", "Pagare", "Betaal", "Betalen", "Zapłać", "Zapłacić", "Przelej"),
)
# What makes "$50 a day" and "$50 per hour" a rate and no payment.
UNITS = frozenset(
    {
        *("hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years"),
        *("piece", "person", "head", "seat", "user", "item", "unit"),
    }
)
CLEAR, DOUBTFUL = 2, 1
MOST_PARTS = 20  # between commas; a memo with more of them is written behind a label


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", r"\s") for word in words)


_LABEL = re.compile(rf"(?:Transaction|Payment)\s*:\s*|(?:{_any_of(PAY_WORDS)})\s+", re.IGNORECASE)
# What begins so is no introduction, as "Pay the following"; in other languages it is one.
_ENGLISH_LABEL = re.compile(r"(?:Transaction|Payment)\s*:\s*|Pay\s+", re.IGNORECASE)
_SECOND_LABEL = re.compile(r"\bTransaction\s*:", re.IGNORECASE)
_SENTENCE = re.compile(r"(?P<amount>.{1,80}?)\s+to\s+(?P<payee>.+)", re.IGNORECASE)
_OTHER_SENTENCE = re.compile(
    rf"(?P<amount>.{{1,80}}?)\s+(?:{_any_of(PAYEE_WORDS[1:])})\s+(?P<payee>.+)", re.IGNORECASE
)
# What stands before the label is cut off afterwards: a pattern for the spaces before it would try each run of
# them from each of its spaces, which takes seconds for a message of 40,000.
_MEMO = re.compile(r"(?:^|(?<=[\s,;|]))Memo\s*:\s*", re.IGNORECASE)
_ENGLISH_PURPOSE = re.compile(r"\sfor\s", re.IGNORECASE)
_PURPOSE = re.compile(rf"\s(?:{_any_of(PURPOSE_WORDS)})\s", re.IGNORECASE)
# An amount where only a name should be: "A and $6 to B", "A, 6 EUR to B".
_SECOND_AMOUNT = re.compile(r"[$€£¥₹]\s*[0-9]|[0-9]\s*(?:[A-Z]{1,3}\s+)?to\s", re.IGNORECASE)
_SIGNS = "$€£¥₹"
_AMOUNT = (
    rf"(?:[{_SIGNS}]\s?[0-9][0-9.,']*|(?<![A-Z])[A-Z]{{3}}\s?[0-9][0-9.,']*"
    rf"|(?<![0-9.,'])[0-9][0-9.,']*\s?(?:[{_SIGNS}]|[A-Z]{{3}}(?![A-Za-z])))"
)
# A whole payment inside a memo: "$600 to Globex", ". Pay Globex $600", ", 600 to Globex", ". Globex $6 for".
_PAYMENT_INSIDE = re.compile(
    rf"{_AMOUNT}\s+(?i:{_any_of(PAYEE_WORDS)})\s+(?!(?i:{_any_of(sorted(UNITS))})\b)[^\W\d]"
    rf"|(?:^|[.;,|]\s|\b(?i:and|und|et|y|e|en|i)\s)(?i:{_any_of(PAY_WORDS)})\s[^{_SIGNS}]{{0,60}}?{_AMOUNT}"
    r"|(?:^|[.;,|]\s|\b(?i:and|und|et|y|e|en|i)\s)[0-9][0-9.,']{0,20}\s(?i:to)\s[A-Z]"
    rf"|[.;]\s[A-Z][^.;{_SIGNS}]{{0,60}}?\s{_AMOUNT}\s(?i:{_any_of(PURPOSE_WORDS)})\s"
)
# A second payee and a bare number behind what the first is paid for: "lunch and Globex 600", "a, B 5 for c".
_SECOND_PAYEE = re.compile(
    r"(?:[.,;]\s|\b(?i:and|und|et|y|e|en|i)\s)[A-Z][^.,;]{0,60}?\s[0-9][0-9.,']{0,20}"
    rf"(?:$|\s(?i:{_any_of(PURPOSE_WORDS)})\s)"
)
_NAMES_AN_AMOUNT = re.compile(_AMOUNT)
_NUMBER_WORD = re.compile(rf"[-+]?[{_SIGNS}]?[0-9][0-9.,']*[{_SIGNS}]?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JOINED = re.compile(r"&|\s(?:and|und|et|y|e|en|i)\s", re.IGNORECASE)
_TWO = "The line seems to hold two payments; write one on each line."
_WHERE = f"It is not clear where the vendor ends; {EXAMPLE}"


@dataclass(frozen=True)
class PaymentLine:
    """The parts of a payment as they were written; ``columns`` counts the commas, where these part them."""

    amount: str
    vendor: str
    memo: str | None
    date: str | None = None
    columns: int = 0


def has_label(line: str) -> bool:
    """Whether a line begins or goes on as a payment does: "Payment:", "Pay ", "Memo:"."""
    return bool(_ENGLISH_LABEL.match(line) or _MEMO.search(line))


def begins_a_sentence(beginning: str, whole: str) -> bool:
    """Whether a line with separators is a sentence all the same: "$700 to Globex; Memo: a | b"."""
    return bool(_SENTENCE.match(beginning) and _MEMO.search(whole))


def clearness(text: str) -> int:
    """2 for a clear amount, 1 for one with two readings (or a name such as 3M), 0 for none."""
    try:
        read_amount(text)
    except AmountError as error:
        return DOUBTFUL if error.ambiguous else 0
    return CLEAR


def read_sentence(line: str) -> PaymentLine:
    """The payment that a line is; raises ``CellError`` where it is none, two, or not clear."""
    label = _LABEL.match(line)
    bare = line[label.end() :] if label else line
    if _SECOND_LABEL.search(bare):
        raise CellError(_TWO)
    sentence = _SENTENCE.fullmatch(bare)
    if sentence is None or not clearness(sentence["amount"]):
        plain = " ".join(bare.split())
        read = _other_sentence(plain) or _payee_first(plain, bool(label)) or _listed(plain)
        if read:
            return read
    if sentence is None:
        raise CellError(f"This is not understood as a payment; {EXAMPLE}")
    return _with_payee(sentence, _ENGLISH_PURPOSE, commas=False)


def refuse_second_payment(memo: str) -> None:
    """Raise ``CellError`` where a memo holds a payment of its own."""
    if _PAYMENT_INSIDE.search(memo) or (_MEMO.search(memo) and _NAMES_AN_AMOUNT.search(memo)):
        raise CellError(_TWO)


def _other_sentence(bare: str) -> PaymentLine | None:
    """``500 EUR an Müller GmbH, Büromaterial``: an amount with its currency, and to whom in any language."""
    sentence = _OTHER_SENTENCE.fullmatch(bare)
    if sentence is None or clearness(sentence["amount"]) != CLEAR:
        return None
    if (
        not _NAMES_AN_AMOUNT.search(sentence["amount"])
        or sentence["payee"].split()[0].lower().rstrip(".,;:") in UNITS
    ):
        return None
    if _NAMES_AN_AMOUNT.search(sentence["payee"]) and not _MEMO.search(sentence["payee"]):
        raise CellError(_TWO)
    return _with_payee(sentence, _PURPOSE, commas=True)


def _with_payee(sentence: re.Match[str], purpose: re.Pattern[str], *, commas: bool) -> PaymentLine:
    """The payment of a sentence whose payee comes last, with what may follow it."""
    payee, memo = sentence["payee"], None
    if label := _MEMO.search(payee):
        payee, memo = _before_label(payee[: label.start()]), payee[label.end() :].removesuffix(".")
    else:
        payee, memo = _vendor_and_memo(payee.removesuffix("."), purpose, commas=commas)
    if _SECOND_AMOUNT.search(payee):
        raise CellError(_TWO)
    return PaymentLine(sentence["amount"], payee, memo)


def _vendor_and_memo(payee: str, purpose: re.Pattern[str], *, commas: bool) -> tuple[str, str | None]:
    """A payee and what it is for, where a legal form, or one comma that ``commas`` allow, parts the two."""
    if word := purpose.search(payee):
        if _SECOND_AMOUNT.search(payee):
            raise CellError(_TWO)
        if not _ends_in_legal_form(payee[: word.start()]):
            raise CellError(_WHERE)
        return payee[: word.start()].rstrip(" ,"), payee[word.end() :]
    vendor, *rest = _joined_forms(payee.split(","))
    if not rest:
        return payee, None
    memo = ",".join(rest).strip()
    if _ends_in_legal_form(vendor):
        if _ends_in_legal_form(memo):
            raise CellError(_WHERE)
        return vendor, memo
    if not commas:
        return payee, None
    if len(rest) > 1 or _JOINED.search(payee):
        raise CellError(_WHERE)
    return vendor, memo


def _before_label(payee: str) -> str:
    """The payee without what parts it from the label: one comma, semicolon or bar, or a full stop."""
    bare = payee.rstrip()
    if bare.endswith((",", ";", "|")):
        return bare[:-1].rstrip()
    return bare.removesuffix(".")


def _ends_in_legal_form(name: str) -> bool:
    words = plain_words(name)
    return len(words) > 1 and name_key(name) != "".join(words)


def _joined_forms(parts: Sequence[str], comma: str = ",") -> list[str]:
    """Parts of a line at its commas, with the legal form put back to the first name: ``Acme, Inc.``."""
    joined = [parts[0]]
    for part in parts[1:]:
        is_form = part.strip() and name_key(f"Name {part}") == name_key("Name")
        if is_form and len(joined) == 1:
            joined[-1] += f"{comma}{part}"
        else:
            joined.append(part)
    return joined


# -- the payee before the amount


def _payee_first(bare: str, labelled: bool) -> PaymentLine | None:
    """``Pay Acme $500 for lunch``: without the label only where the amount names its currency."""
    words = bare.split()
    found = list(_amounts(words))
    marked = [place for place in found if _NAMES_AN_AMOUNT.search(" ".join(words[slice(*place)]))]
    if not (marked or (found and labelled)):
        return None
    start, end = (marked or found)[0]
    payee, rest = words[:start], words[end:]
    if labelled and len(payee) > 1 and payee[0] in PAYEE_WORDS:
        payee = payee[1:]
    vendor, amount = " ".join(payee).rstrip(" ,;:-–"), " ".join(words[start:end])
    if not any(char.isalpha() for char in vendor):
        return None
    memo = _memo_of(rest, after_comma=amount.endswith((",", ".", ";", ":")))
    if len(marked) > 1 or _SECOND_PAYEE.search(memo or ""):
        raise CellError(_TWO)
    if memo is None:
        return None
    if _PURPOSE.search(f" {vendor} "):
        raise CellError(_WHERE)
    return PaymentLine(amount.rstrip(",.;:"), vendor, memo or None)


def _amounts(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words are amounts, each with the currency before or behind it."""
    places: list[tuple[int, int]] = []
    end = 0
    for place, word in enumerate(words):
        if place >= end and _NUMBER_WORD.fullmatch(word.rstrip(",.;:")):
            start = place - 1 if place > end and _is_currency(words[place - 1]) else place
            end = place + 1
            if start == place and end < len(words) and _is_currency(words[end].rstrip(",.;:")):
                end += 1
            places.append((start, end))
    return places


def _is_currency(word: str) -> bool:
    return word in MINOR_DIGITS or (len(word) == 1 and word in _SIGNS)


def _memo_of(rest: Sequence[str], *, after_comma: bool) -> str | None:
    """What a payment is for, out of the words behind its amount; empty for nothing, ``None`` if unclear."""
    if not rest:
        return ""
    text = " ".join(rest)
    if label := _MEMO.match(text):
        return text[label.end() :].removesuffix(".")
    if len(rest) > 1 and rest[0].lower() in PURPOSE_WORDS:
        return None if rest[1].lower().rstrip(".,") in UNITS else " ".join(rest[1:]).removesuffix(".")
    return text.removesuffix(".") if after_comma else None


# -- parts between commas


def _listed(bare: str) -> PaymentLine | None:
    """``Acme Corp, 500, lunch``: amount and vendor in either order, then the memo; an ISO date at an end."""
    comma = ", " if ", " in bare else ","
    parts = [part.strip() for part in _joined_forms(bare.split(comma), comma)]
    if len(parts) > MOST_PARTS:
        return None
    date, columns = None, bare.count(",")
    for place in (0, -1):
        if date is None and len(parts) > 2 and _ISO_DATE.fullmatch(parts[place]):
            date = parts.pop(place)
    scores = [clearness(part) for part in parts]
    if len(parts) < 2 or not max(scores[:2]):
        return None
    if sum(score == CLEAR for score in scores) > 1:
        raise CellError("The line has two amounts; write one amount, one vendor and a memo.")
    place = 0 if scores[0] > scores[1] else 1
    amount, vendor, memo = parts[place], parts[1 - place], ", ".join(parts[2:])
    if not any(char.isalpha() for char in vendor) or (len(parts) == 2 and not is_marked(amount)):
        return None
    if _YEAR.fullmatch(amount):
        raise CellError(f"“{amount}” may be a year or an amount; write the currency beside an amount.")
    if _PURPOSE.search(f" {vendor} "):
        raise CellError(_WHERE)
    return PaymentLine(amount, vendor, memo or None, date, columns)


def is_marked(text: str) -> bool:
    """Whether a text holds an amount with a currency beside it."""
    return bool(_NAMES_AN_AMOUNT.search(text))
