"""``assess``: what would be flagged, from files alone."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, answered, called, program

PAYMENTS = """date,vendor,amount,currency,memo
2026-11-02,Acme Corp,12345.00,USD,Reimbursement
2026-11-03,Staples,120.50,USD,Printer paper
2026-11-04,Soylent,1.2.3,USD,Food
2026-11-05,Globex,900,EUR,Server racks
"""
ACME = {
    "ref": 1,
    "row": 2,
    "date": "2026-11-02",
    "amount": "12345.00",
    "currency": "USD",
    "vendor": "Acme Corp",
    "memo": "Reimbursement",
    "verdict": "flagged",
}
Call = Any


@pytest.fixture
def assess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command in a folder with the payments."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "payments.csv").write_text(PAYMENTS)

    def run(*arguments: str) -> Ended:
        return called(capsys, "assess", "--on", "2026-11-06", *arguments)

    return run


def lines(ended: Ended, code: int = 1) -> list[dict[str, Any]]:
    """What was printed, but for how the files were read; one row of ``PAYMENTS`` is refused."""
    assert (ended.code, ended.err) == (code, "")
    printed = [json.loads(line) for line in ended.out.splitlines()]
    return [line for line in printed if "read" not in line]


async def test_json_is_a_line_a_row_and_a_summary_in_the_shape_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "payments.csv").write_text(PAYMENTS)
    bad, acme, staples, globex, last = lines(
        await answered(tmp_path, "assess", "payments.csv", "--json", "--on", "2026-11-06")
    )
    assert bad["row"] == 4
    assert "1.2.3" in bad["error"]
    (finding,) = acme.pop("findings")
    assert acme == ACME
    assert (finding["source"], finding["code"]) == ("rule", "amount_over_limit")
    assert "USD 10,000.00" in finding["evidence"]
    assert set(finding) == {"source", "code", "evidence", "severity", "policy"}
    assert (staples["ref"], staples["row"], staples["verdict"], staples["findings"]) == (2, 3, "routine", [])
    assert (globex["ref"], globex["row"], globex["amount"]) == (3, 5, "900.00")
    assert last == {
        "summary": {
            "transactions": 3,
            "flagged": 1,
            "routine": 2,
            "rejected_rows": 1,
            "rules": [
                {
                    "code": "amount_over_limit",
                    "source": "rule",
                    "payments": 1,
                    "alone": 1,
                    "sums": {"USD": "12345.00"},
                }
            ],
            "model": "policy-only",
            "prompt_tokens": 0,
            "completion_tokens": 0,
        }
    }


def test_text_lists_what_is_flagged_and_refused_and_counts_the_rest(assess: Call) -> None:
    ended = assess("payments.csv")
    assert (ended.code, ended.err) == (1, "")
    for words in ("refused: Row 4", "Acme Corp", "USD 12,345.00", "above the limit"):
        assert words in ended.out
    assert "Staples" not in ended.out
    assert ended.out.endswith(
        "3 payments: 2 routine, 1 flagged, 1 row refused. "
        "Judged by: the policy alone, since no model is set.\n"
    )


def test_where_every_row_was_read_the_exit_code_is_0(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("vendor,amount,memo\nHooli,15,Licences\n")
    assert lines(assess("good.csv", "--json"), code=0)[-1]["summary"]["rejected_rows"] == 0
    assert lines(assess("good.csv", "payments.csv", "--json"))[-1]["summary"]["rejected_rows"] == 1


def test_what_each_rule_flagged_is_summed_up_the_most_payments_first(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('denied_vendors = ["hooli"]\n[limits]\nUSD = 100\nEUR = 100\n')
    (tmp_path / "flagged.csv").write_text(
        "vendor,amount,currency,memo\nHooli,15.50,EUR,ink\nHooli,200,EUR,paper\nHooli,300,USD,chairs\n"
        "Globex,4000,USD,racks\nInitech,7,USD,fax paper\n"
    )
    ended = assess("flagged.csv", "--policy", "policy.toml", "--json")
    rules = {rule["code"]: rule for rule in lines(ended, code=0)[-1]["summary"]["rules"]}
    denied, over = rules["denied_vendor"], rules["amount_over_limit"]
    assert (denied["payments"], denied["alone"]) == (3, 1)
    assert denied["sums"] == {"EUR": "215.50", "USD": "300.00"}
    assert (over["payments"], over["sums"]) == (3, {"EUR": "200.00", "USD": "4300.00"})
    assert [rule["payments"] for rule in rules.values()] == sorted(
        (rule["payments"] for rule in rules.values()), reverse=True
    )
    printed = assess("flagged.csv", "--policy", "policy.toml").out
    (row,) = [line for line in printed.splitlines() if "denied_vendor" in line]
    assert [cell.strip() for cell in row.split("│")][1:-1] == [
        *("denied_vendor", "3", "1", "EUR 215.50 + USD 300.00")
    ]


def test_markup_in_a_vendors_name_is_only_a_name(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("vendor,amount,memo\n[bold]Evil[/],12000,[link=x]click[/link]\n")
    assert "[bold]Evil[/]" in assess("odd.csv").out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.csv", None, "No such file or directory: missing.csv"),
        ("scan.csv", b"%PDF-1.7\n1 0 obj\n", "scan.csv: "),
        ("empty.csv", b"", "empty.csv: "),
        ("sheet.xlsx", b"PK\x03\x04nonsense", "sheet.xlsx: "),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    assess: Call, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    one_sentence(assess(name, "--json"), says)
    one_sentence(assess("payments.csv", name), says)


def test_a_wrong_policy_is_named_by_file_line_and_key(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("# ours\n[limits]\nUSD = -5\n")
    one_sentence(assess("payments.csv", "--policy", "policy.toml"), "policy.toml: Line 3, limits.USD")


def test_another_policy_judges_otherwise(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(
        'denied_vendors = ["staples"]\n[limits]\nUSD = 20_000\nEUR = 2_000\n'
    )
    *rows, last = lines(assess("payments.csv", "--policy", "policy.toml", "--json"))
    assert [row["verdict"] for row in rows[1:]] == ["routine", "flagged", "routine"]
    assert last["summary"]["flagged"] == 1


def test_with_a_history_a_new_vendor_stands_out(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "before.csv").write_text("vendor,amount,memo\nGLOBEX,1,Racks\nAcme Corp,20000,Travel\n")
    (tmp_path / "policy.toml").write_text("[rules.unknown_vendor]\nvendors_from = 2\n")
    (tmp_path / "now.csv").write_text(f"{PAYMENTS}2026-11-05,Hooli,6800,USD,Licences\n")
    rows = lines(assess("now.csv", "--history", "before.csv", "--policy", "policy.toml", "--json"))[1:-1]
    unknown = [
        row["vendor"]
        for row in rows
        if any(finding["code"] == "unknown_vendor" for finding in row["findings"])
    ]
    assert unknown == ["Hooli"]  # and not Staples, whose payment is small
    summary = lines(assess("now.csv", "--history", "before.csv", "--policy", "policy.toml", "--json"))[-1]
    assert summary["summary"]["short_past"] is True
    assert "past that I can compare with is short" in assess(
        "now.csv", "--history", "before.csv", "--policy", "policy.toml"
    ).out.replace("\n", " ")


def test_a_profile_judges_as_in_a_channel_that_has_one(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "cards.csv").write_text(
        "date,merchant,amount\n2026-11-05,Hooli,2800\n2026-11-05,Staples,12\n"
    )
    *carded, _ = lines(assess("cards.csv", "--profile", "card", "--json"), 0)
    assert [row["verdict"] for row in carded] == ["flagged", "routine"]
    *plain, _ = lines(assess("cards.csv", "--json"), 0)
    assert [row["verdict"] for row in plain] == ["routine", "routine"]
    one_sentence(assess("cards.csv", "--profile", "travel"), "no profile travel; it has card")


def test_several_files_are_one_batch_with_references_that_go_on(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("vendor,amount,memo\nHooli,15,Licences\n")
    rows = [row for row in lines(assess("payments.csv", "more.csv", "--json")) if "ref" in row]
    assert [(row["ref"], row["vendor"]) for row in rows] == [
        (1, "Acme Corp"),
        (2, "Staples"),
        (3, "Globex"),
        (4, "Hooli"),
    ]


async def test_whoever_reads_only_the_first_lines_is_not_answered_with_a_trace(tmp_path: Path) -> None:
    rows = "".join(f"Vendor {number},12000,Racks\n" for number in range(3000))
    (tmp_path / "many.csv").write_text(f"vendor,amount,memo\n{rows}")
    (tmp_path / "head.py").write_text(
        "import subprocess, sys\n"
        "made = subprocess.Popen([sys.executable, '-m', 'bot', 'assess', 'many.csv', '--json'], stdout=-1)\n"
        "made.stdout.readline()\nmade.stdout.close()\nprint(made.wait())\n"
    )
    async with program(tmp_path, "head.py") as review_state:
        assert await review_state.line() == "1\n"
        assert review_state.errors.read_text() == ""


def named(tmp_path: Path, listed: str) -> str:
    (tmp_path / "sdn.csv").write_text(listed)
    (tmp_path / "policy.toml").write_text(f"rules.sanctioned_name.file = '{tmp_path / 'sdn.csv'}'\n")
    return str(tmp_path / "policy.toml")


def test_the_sanctions_list_of_the_policy_is_read(assess: Call, tmp_path: Path) -> None:
    policy = named(tmp_path, '1,"GLOBEX","-0- "\n2,"NORTHERN LANTERN SHIPPING","-0- "\n')
    _, acme, staples, globex, _ = lines(assess("payments.csv", "--json", "--policy", policy))
    found = [[finding["code"] for finding in row["findings"]] for row in (acme, staples, globex)]
    assert found == [["amount_over_limit"], [], ["sanctioned_name"]]


def test_a_sanctions_list_that_cannot_be_read_is_one_sentence(assess: Call, tmp_path: Path) -> None:
    policy = named(tmp_path, "nothing\n")
    one_sentence(assess("payments.csv", "--policy", policy), "sdn.csv cannot be read")
    one_sentence(assess("payments.csv", "--policy", named(tmp_path, '1,"A\n' + "x" * 140_000)), "sdn.csv")


def test_a_damaged_workbook_is_one_sentence(tmp_path: Path, assess: Call) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" * 20)
    content = bytearray(packed.getvalue())
    content[30 + len("xl/workbook.xml") + 4] = 0xFF  # the first byte of the LZMA properties
    (tmp_path / "damaged.xlsx").write_bytes(content)
    one_sentence(assess("damaged.xlsx", "--no-model"), "damaged.xlsx: The workbook is damaged")


def test_what_is_flagged_is_listed_riskiest_first_with_the_reason(assess: Call, tmp_path: Path) -> None:
    rows = "2026-11-02,Globex,10500,USD,Racks\n2026-11-02,Initech,95000,USD,Licences\n"
    (tmp_path / "now.csv").write_text(f"{PAYMENTS.splitlines()[0]}\n{rows}2026-11-02,Staples,12,USD,Paper\n")
    table = assess("now.csv").out
    assert table.index("Initech") < table.index("Globex")
    globex, initech, staples, _ = lines(assess("now.csv", "--json"), 0)
    assert (globex["rank"], initech["rank"]) == (2, 1)
    assert "9.5 times the limit" in initech["ranked_by"]
    assert "rank" not in staples
