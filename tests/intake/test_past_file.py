"""Files of payments made before are read in portions, and say the same as if they were read whole."""

from pathlib import Path

import pytest

from bot.intake import Intake, IntakeError, read_file, read_past_file
from bot.intake.past_file import WHOLE

TITLE = "Payments of the year\n\n"
HEADER = "Date;Payee;Amount;Currency;Memo\n"
# That days come first, and a comma before decimals, only the last rows prove.
ROWS = [
    *(f"0{n}.0{n + 1}.2025;Müller {n} GmbH;1.23{n};EUR;Papier\n" for n in range(1, 8)),
    "03.04.2025;;12,00;EUR;nobody\n",
    "\n",
    "28.05.2025;Straßenbau AG;99.999,25;EUR;Asphalt\n",
]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.past_file.WHOLE", 0)
    monkeypatch.setattr("bot.intake.past_file.PORTION", 3)


def in_portions(file: Path) -> list[Intake]:
    return list(read_past_file(file, currency="USD"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("above", ["", TITLE])
def test_portions_say_what_the_whole_file_says(tmp_path: Path, encoding: str, above: str) -> None:
    file = tmp_path / "2025.csv"
    file.write_text(above + HEADER + "".join(ROWS), encoding=encoding)
    whole = read_file(file.name, file.read_bytes(), currency="USD")
    portions = in_portions(file)
    assert len(portions) == 3
    assert tuple(payment for part in portions for payment in part.transactions) == whole.transactions
    assert tuple(error for part in portions for error in part.errors) == whole.errors
    assert [payment.ref for payment in whole.transactions] == list(range(1, 9))
    assert str(whole.transactions[0].date) == "2025-02-01"
    assert whole.transactions[0].amount == 1231


def test_more_rows_than_a_batch_may_have_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.table.MAX_ROWS", 3)
    monkeypatch.setattr("bot.intake.files.MAX_FILE_BYTES", 10)
    file = tmp_path / "2025.csv"
    file.write_text(HEADER + "".join(ROWS), encoding="utf-8")
    assert sum(len(part.transactions) for part in in_portions(file)) == 8


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n" + b"x" * 90, "is a PDF"),
        (b"Vendor\x00,Amount\nA,1\n", "NUL"),
        (b'Vendor,Amount\nA,1\n"B,2\n', "quotes around line"),
        (b"\x81\x8d" * 40, "text cannot be read"),
    ],
)
def test_what_is_no_table_is_told_as_of_any_file(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "2025.csv"
    file.write_bytes(content)
    with pytest.raises(IntakeError, match=words):
        in_portions(file)


def test_typed_payments_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "2025.txt"
    file.write_text("$5 to Acme\n$6 to Globex\n")
    (intake,) = in_portions(file)
    assert [payment.vendor for payment in intake.transactions] == ["Acme", "Globex"]


def test_a_small_file_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.past_file.WHOLE", WHOLE)
    file = tmp_path / "2025.csv"
    file.write_text(HEADER + "".join(ROWS), encoding="utf-8")
    assert len(in_portions(file)) == 1
