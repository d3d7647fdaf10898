"""The English words that header names are made of, in card statements, ledgers and payment files."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.column_mapping import ColumnRole

HeaderRole = ColumnRole | Literal["payee_text"]
"""What a header may name; a text that names the payee is one only where no column does so."""


@dataclass(frozen=True)
class Role:
    """The words of headers that name one role, such as the amount.

    ``nouns`` name it, with their points; ``hints`` beside a noun add or take points; a header with a word of
    ``never`` names something else. Words that only mean something together are joined: ``paid_to``.
    """

    nouns: dict[str, int]
    hints: dict[str, int]
    never: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _scored(text: str) -> dict[str, int]:
    return {word: int(points) for word, points in (pair.split("=") for pair in text.split())}


def _role(nouns: str, hints: str = "", never: str = "") -> Role:
    return Role(_scored(nouns), _scored(hints), _words(never))


_IDS = " id ids number no nr num code codes ref type iban bic swift account acct address city country email"
_TAXES = " tax vat gst hst pst withholding"
# What a payment is booked on: a category of it, and no memo.
_LEDGER = " fund center centre cost account gl ledger department dept directorate division program programme"

ROLES: dict[HeaderRole, Role] = {
    "amount": _role(
        "amount=10 amt=10 value=10 total=9 gross=8 sum=8 balance_due=8"
        " open_balance=8 spend=7 cost=7 expenditure=6 payment=5 subtotal=5 price=4 net=3",
        "gross=2 ext=2 extended=2 billing=5 billed=5 settlement=5 base=3 local=3 paid=3 payment=2 due=1"
        " net=-4 original=-3 foreign=-3",
        "date dt rate exchange fee fees discount payment_currency payment_ccy balance limit unit quantity qty"
        " percent capital terms method status description desc reference details reason purpose memo"
        " narrative running cumulative ytd mtd qtd to_date average avg annual yearly previous budget budgeted"
        " detail category area class center centre weight hours days count records rank words"
        + _IDS
        + _TAXES,
    ),
    "vendor": _role(
        "contact_name=8 vendor=10 supplier=10 merchant=10 payee=10 beneficiary=10 creditor=10 recipient=9"
        " seller=9 receiver=9 subcontractor=8 paid_to=9"
        " pay_to=9 contractor=8 counterparty=8 company=4 name=3",
        "name=1 trading=1",
        "category date amount group postcode class invoice card holder cardholder user bank body department"
        " first last file sheet requester approver" + _IDS + _TAXES,
    ),
    "memo": _role(
        "memo=10 description=10 desc=10 descr=10 narrative=10 narration=10 purpose=10 reference_text=10"
        " details=9 detail=9 particulars=9 reason=9 justification=9 remittance=8 comment=8 comments=8"
        " note=8 notes=8 subject=7",
        "",
        "code category id date amount merchant vendor supplier payee beneficiary bank rejection"
        + _LEDGER
        + _TAXES,
    ),
    "payee_text": _role(  # where no column is named after the payee, as in statements of cards
        "description=10 desc=10 descr=10 narrative=10 narration=9 details=7 detail=7 particulars=7",
        "transaction=1",
        "code category id date amount item line product tax invoice" + _LEDGER + _TAXES,
    ),
    "category": _role(
        "category=10 account_name=8 account_description=7 fund_description=6 fund_name=6 center_name=6"
        " centre_name=6 expense_type=8 directorate=7 department=7 dept=7 cost_centre=6 cost_center=6"
        " division=5 service=4"
        " expense=4 ledger=3",
        "expenditure=1 expense=1 spend=1 description=1 name=1",
        "code id number no date amount total",
    ),
    "date": _role(
        "date=10 dt=9 paid_on=9 dated_on=9 booked_at=9 posted=5",
        "transaction=2 trans=2 txn=2 payment=3 paid=3 posting=1 invoice=-1 due=-5 discount=-7",
        "birth expiry expires valid update updated from until to_date balance amount",
    ),
    "currency": _role(
        "currency=10 cur=10 ccy=10 curr=10", "code=1", "rate exchange amount amt value date total"
    ),
    "card": _role(
        "card=8 pan=8",
        "number=2 no=2 last=1 digits=1 masked=1",
        "type holder name provider programme program limit expiry date amount id",
    ),
    "invoice": _role(
        "invoice=8 inv=8",
        "number=2 no=2 ref=1 reference=1 id=1",
        "date amount total value gross net currency description due status" + _TAXES,
    ),
    "account": _role(
        # Not "account" alone: in a ledger that is a code of the chart of accounts.
        "iban=10 bank_account=10 payee_account=10 beneficiary_account=10 creditor_account=10 vendor_account=8"
        " supplier_account=8 bank_details=8",
        "account=1 number=1 no=1 payee=2 beneficiary=2 vendor=2 supplier=2 creditor=2 bank=2",
        "name type holder code category description date amount balance from debit our payer ledger gl cost"
        " nominal cac",
    ),
    "debit": _role(
        "debit=10 debits=10 paid_out=10 money_out=10 withdrawal=10 withdrawals=10",
        "amount=1",
        "credit credits card account cr direct",
    ),
    "credit": _role(
        "credit=10 credits=10 paid_in=10 money_in=10 deposit=10 deposits=10 refund=8 refunds=8",
        "amount=1",
        "debit debits card note account dr limit",
    ),
    "direction": _role(
        "debit_credit=10 credit_debit=10 dr_cr=10 cr_dr=10 d_c=10 debit_or_credit=10", "indicator=1 flag=1"
    ),
}

PHRASES = frozenset(word for role in ROLES.values() for word in (*role.nouns, *role.never) if "_" in word)

PHRASES |= {"credit_note", "doc_curr", "document_currency", "transaction_currency"}

# "Paid in" is money that came in only where no word follows: "Amount paid in GBP" is money paid.
LAST_WORDS = frozenset({"paid_in"})

# Of a credit column, what is seen from the payer and cannot be what a supplier is owed.
MONEY_IN = _words("paid_in money_in deposit deposits refund refunds")

# What was agreed or foreseen, of which a payment may be a part: nothing that has to be paid by itself.
COMMITTED = _words(
    "contract contracted commitment committed obligated obligation obligations encumbrance encumbered"
    " estimate estimated planned forecast allocated awarded award ordered po quote quoted amendment ceiling"
)

# What is no payment either: what something is worth, what was held back, what was or is at another time.
NOT_DUE = COMMITTED | _words(
    "insured insurance declared savings withheld retention retained profit margin assets refund refunded"
    " market book taxable variance tolerance threshold max maximum min minimum lifetime prior previously last"
    " opening closing disputed held hold blocked unapplied change claim claimed requested credit_note"
)

# Of an amount, by which several are told apart: what has to be paid, and what is a part of it or was done
# about it.
DUE = _words(
    "due gross total invoice payable open outstanding remaining open_balance balance_due withtax incl"
    " inclusive"
)
LESSER = _words("net base subtotal sub beforetax excl exc excluding exclusive discount price") | NOT_DUE
BEFORE_TAX = _words("net base subtotal sub beforetax excl exc excluding exclusive")
NO_AMOUNTS = _words(
    "code rate id ids no nr number reg registration type desc description percent status beforetax"
)
TAXES = _words("tax vat gst hst pst")
DEDUCTIONS = _words("discount deduction deductions withholding withheld retention")

# Of an amount or a currency: as it was billed to the payer, or as it was before conversion.
BILLED = _words("billing billed settlement base local lcy posted charged home")
ORIGINAL = _words("original foreign fc source doc_curr document_currency transaction_currency")

# What holds names or texts and is no payee, though nothing else is known of it.
NO_PAYEES = ROLES["vendor"].never | _words(
    "payer sender originator employee user owner driver project team tag tags location town state region"
    " time buyer customer client agency entity organisation organization"
)

# Beside these words "payment", "spend" and the like name something else than an amount.
WEAK_AMOUNTS = _words("payment spend cost expenditure")

# Words that say nothing about the role; any other unknown word makes a header less certain.
NEUTRAL = _words(
    "of the this current in a and for to pay transaction trans txn line item total expenditure payment paid"
    " our your full"
)
