"""The same payments written in layouts drawn by chance, as the exports of many systems differ."""

import csv
import datetime as dt
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from bot.domain.column_mapping import ColumnMapping, ColumnRole, DateForm, DecimalMark
from tests.intake.workbooks import rows_xml, xlsx

DEFAULT = "EUR"  # the currency of amounts that name none

VENDORS = (
    "Harrow Supplies Ltd", "Falkenrot GmbH", "Larkfield & Sons", "Quill Office, Inc.", "Café Zoë",
    "Total Energies SE", "1st Alarm Security", "Marlow AG", "Trent Steel 2000", "O'Brien Foods",
)  # fmt: skip
MEMOS = ("pipes for hall 3", "RE 884", "annual report", "consulting May", "lunch; board", 'the "blue" one')

Role = Literal["date", "vendor", "amount", "debit", "credit", "direction", "currency", "memo", "invoice"]


class Words(NamedTuple):
    """The headers and labels of one language, as its systems write them."""

    roles: Mapping[Role, str]
    debit: str
    credit: str
    total: str
    title: str


def _words(names: str, debit: str, credit: str, total: str, title: str) -> Words:
    roles: tuple[Role, ...] = (
        "date", "vendor", "amount", "debit", "credit", "direction", "currency", "memo", "invoice",
    )  # fmt: skip
    return Words(dict(zip(roles, names.split(";"), strict=True)), debit, credit, total, title)


LANGUAGES = (
    _words("Date;Vendor;Amount;Debit;Credit;Debit/Credit;Currency;Memo;Invoice Number",
           "Debit", "Credit", "Total", "Payments of November"),
    _words("Transaction Date;Supplier Name;Total Amount;Paid out;Paid in;Dr/Cr;Currency Code;Purpose;"
           "Invoice No.",
           "DR", "CR", "Grand total", "Report 7"),
    _words("Buchungsdatum;Empfänger;Betrag;Soll;Haben;Soll/Haben-Kennzeichen;Währung;Verwendungszweck;"
           "Rechnungsnummer", "S", "H", "Summe", "Zahlungen im November"),
    _words("Date facture;Fournisseur;Montant;Débit;Crédit;Débit/Crédit;Devise;Motif;N° facture",
           "débit", "crédit", "Total général", "Paiements de novembre"),
    _words("Fecha;Proveedor;Importe;Debe;Haber;Debe/Haber;Moneda;Motivo;Nº factura",
           "D", "H", "Total", "Pagos de noviembre"),
    _words("Data contabile;Beneficiario;Importo;Dare;Avere;Dare/Avere;Divisa;Causale;Numero fattura",
           "dare", "avere", "Totale", "Pagamenti di novembre"),
    _words("Data do pagamento;Favorecido;Valor;Débito;Crédito;D/C;Moeda;Descrição do pagamento;Nota fiscal",
           "D", "C", "Total", "Pagamentos de novembro"),
    _words("Factuurdatum;Leverancier;Bedrag;Debet;Credit;Af Bij;Valuta;Mededelingen;Factuurnummer",
           "Af", "Bij", "Totaal", "Betalingen november"),
    _words("Data operacji;Kontrahent;Kwota;Obciążenia;Uznania;Wn/Ma;Waluta;Tytuł;Numer faktury",
           "Wn", "Ma", "Razem", "Płatności listopad"),
    _words("Dyddiad;Derbynnydd;Swm;Debyd;Credyd;V/H;Arian;Nodyn;Anfoneb",
           "Debit", "Credit", "Cyfanswm", "Taliadau Tachwedd"),
)  # fmt: skip

# What stands beside, and is none of the payment: a header, and how its cells are made of the amount.
BESIDE = (
    ("Vendor No.", "number"), ("Quantity", "small"), ("Exchange Rate", "rate"), ("Balance", "running"),
    ("Amount Paid", "zero"), ("Due Date", "day"), ("Cost Centre", "number"), ("Fund", "number"),
    ("Discount", "zero"), ("Status", "word"), ("Saldo", "running"), ("Remarks", "blank"),
)  # fmt: skip


class Payment(NamedTuple):
    """What has to be read; a negative amount is money that comes back."""

    date: dt.date
    vendor: str
    amount: Decimal
    currency: str
    memo: str
    invoice: str


@dataclass
class Layout:
    """A file, and what is true of it: the payments by row, the rows that are none, the right mapping."""

    name: str
    content: bytes
    payments: dict[int, Payment] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    says: str = ""


class _Draw:
    """One drawing of a layout."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.words = self.chance.choice(LANGUAGES)
        self.sides = self.chance.choice(("amount", "amount", "sides", "direction"))
        self.decimals = self.chance.choice(("plain", "us", "eu", "space", "swiss"))
        self.minus = self.chance.choice(("-5", "(5)", "5-"))
        self.dates = self.chance.choice(("iso", "points", "dmy", "mdy", "english"))
        self.currency = self.chance.choice(("none", "column", "header", "cell"))
        self.code = DEFAULT if self.currency == "none" else self.chance.choice(("EUR", "USD", "GBP", "CHF"))
        self.columns = self._columns()
        self.beside = [pair for pair in self.chance.sample(BESIDE, self.chance.randint(0, 4))]
        self.order = [*self.columns, *(name for name, _ in self.beside)]
        self.chance.shuffle(self.order)

    def _columns(self) -> list[str]:
        money = {"amount": ["amount"], "sides": ["debit", "credit"], "direction": ["amount", "direction"]}
        columns = ["date", "vendor", *money[self.sides]]
        columns += [role for role in ("memo", "invoice") if self.chance.random() < 0.6]
        return columns + (["currency"] if self.currency == "column" else [])

    def payments(self) -> list[Payment]:
        day = dt.date(2026, 11, 3)
        found = []
        for number in range(self.chance.randint(3, 9)):
            cents = Decimal(self.chance.choice((499, 12_345, 4_850_00, 1_234_567, 98_765_43, 700)))
            back = number > 1 and self.chance.random() < 0.15
            found.append(
                Payment(
                    day + dt.timedelta(self.chance.randint(0, 24)),
                    self.chance.choice(VENDORS),
                    (-cents if back else cents) / 100,
                    self.code,
                    self.chance.choice(MEMOS),
                    f"INV-{self.chance.randint(100, 999)}",
                )
            )
        return found

    def header(self, column: str) -> str:
        name = self.words.roles.get(column, column)  # type: ignore[call-overload]
        is_money = column in ("amount", "debit", "credit")
        return f"{name} ({self.code})" if is_money and self.currency == "header" else str(name)

    def amount(self, value: Decimal) -> str:
        whole, _, cents = f"{abs(value):,.2f}".partition(".")
        group, mark = {
            "plain": ("", "."), "us": (",", "."), "eu": (".", ","), "space": (" ", ","), "swiss": ("'", "."),
        }[self.decimals]  # fmt: skip
        text = f"{whole.replace(',', group)}{mark}{cents}"
        if value < 0:
            text = {"-5": f"-{text}", "(5)": f"({text})", "5-": f"{text}-"}[self.minus]
        return f"{text} {self.code}" if self.currency == "cell" else text

    def date(self, value: dt.date) -> str:
        style = {"iso": "%Y-%m-%d", "points": "%d.%m.%Y", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
        return value.strftime(style.get(self.dates, "%d %b %Y"))

    def cells(self, payment: Payment, running: Decimal) -> list[str]:
        found: dict[str, str] = {
            "date": self.date(payment.date),
            "vendor": payment.vendor,
            "memo": payment.memo,
            "invoice": payment.invoice,
            "currency": payment.currency,
            "amount": self.amount(abs(payment.amount) if self.sides == "direction" else payment.amount),
            "debit": self.amount(payment.amount) if payment.amount > 0 else "",
            "credit": self.amount(-payment.amount) if payment.amount < 0 else "",
            "direction": self.words.credit if payment.amount < 0 else self.words.debit,
        }
        made = {
            "number": str(self.chance.randint(1_000, 9_999)),
            "small": str(self.chance.randint(1, 9)),
            "rate": "1.0834",
            "running": self.amount(running),
            "zero": self.amount(Decimal(0)),
            "day": self.date(payment.date + dt.timedelta(30)),
            "word": "open",
            "blank": "",
        }
        found |= {name: made[kind] for name, kind in self.beside}
        return [found[column] for column in self.order]

    def total(self, payments: Sequence[Payment]) -> list[str]:
        paid = sum((payment.amount for payment in payments if payment.amount > 0), Decimal(0))
        back = sum((-payment.amount for payment in payments if payment.amount < 0), Decimal(0))
        values = {"amount": self.amount(paid - back), "debit": self.amount(paid), "credit": self.amount(back)}
        if self.sides == "direction":
            values["amount"] = self.amount(paid + back)
        if self.chance.random() < 0.5:
            values["date"] = self.words.total
        else:
            values["vendor"] = self.words.total
        return [values.get(column, "") for column in self.order]

    def mapping(self) -> ColumnMapping:
        roles: tuple[ColumnRole, ...] = (
            "amount", "debit", "credit", "direction", "vendor", "memo", "date", "currency", "invoice",
        )  # fmt: skip
        columns = {role: (self.order.index(role),) if role in self.columns else () for role in roles}
        dates: DateForm | None = {"dmy": "dmy", "mdy": "mdy"}.get(self.dates)  # type: ignore[assignment]
        mark: DecimalMark = "," if self.decimals in ("eu", "space") else "."
        return ColumnMapping(
            columns={**columns, "category": (), "account": (), "card": ()},
            dates=dates,
            decimal_mark=mark,
            money_out="plus",
            unit=1,
            currency=DEFAULT,
        )


def layout(seed: int) -> Layout:
    """The layout of a seed; the same seed makes the same file."""
    draw = _Draw(seed)
    payments = draw.payments()
    rows: list[list[str]] = [[draw.words.title] for _ in range(draw.chance.randint(0, 2))]
    rows.append([draw.header(column) for column in draw.order])
    made = Layout("", b"", mapping=draw.mapping(), says=f"{seed}: {vars(draw)}")
    running = Decimal("9000.00")
    hidden: set[int] = set()
    for payment in payments:
        if draw.chance.random() < 0.1:
            rows.append([])
        running -= payment.amount
        rows.append(draw.cells(payment, running))
        made.payments[len(rows)] = payment
    if draw.chance.random() < 0.5:
        rows.append(draw.total(payments))
        made.others.add(len(rows))
    if draw.chance.random() < 0.3:
        if draw.chance.random() < 0.4:
            hidden.add(draw.chance.choice(list(made.payments)))
        made.name, made.content = "x.xlsx", _workbook(rows, hidden)
        made.others |= hidden
        made.payments = {row: payment for row, payment in made.payments.items() if row not in hidden}
    else:
        made.name, made.content = "x.csv", _text(draw, rows)
    return made


def _workbook(rows: Sequence[Sequence[str]], hidden: set[int]) -> bytes:
    body = rows_xml(rows)
    for row in hidden:
        body = body.replace(f'<row r="{row}"', f'<row r="{row}" hidden="1"')
    return xlsx({"Payments": body})


def _text(draw: _Draw, rows: Sequence[Sequence[str]]) -> bytes:
    delimiters = ";\t|" if draw.decimals in ("eu", "space") else ",;\t|"
    out = io.StringIO()
    csv.writer(out, delimiter=draw.chance.choice(delimiters), lineterminator="\n").writerows(rows)
    encoding = draw.chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    try:
        return out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return out.getvalue().encode("utf-8")
