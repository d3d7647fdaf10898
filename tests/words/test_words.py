"""The page of words is what the code says, and no word stands in it that people need not know."""

import re
from collections.abc import Mapping

import pytest

from tests.words.code import ROOMS
from tests.words.page import COMMAND, PAGE, SURFACES, lines_of_surface, page
from tests.words.rendering import as_read, lines_of

# What people type, what a file of theirs may hold, and the name of the command, which the first version had.
EXCEPTIONS = re.compile(r"/transactions|Transaction: \$|--state approved|\b(approved, rejected), held or all")
EVERYWHERE: Mapping[str, str] = {
    "a payment is called a payment": r"\btransactions?\b|\bbatch(es)?\b|\bline items?\b",
    "what a program calls things": r"\bdead letters?\b|\bpolicy-only\b|\bturns?\b|\bpayloads?\b",
    "should, not shall": r"\bshall\b",
    "a payment needs a decision": r"\brequires? a decision\b|\bwaits? for a decision\b(?!, and nobody)",
    "one payment is": r"(?<![\d,.])1 (?:more )?payments? (?:need|are|were|have|wait|still need)\b",
    "several payments are": r"(?<![\d,.])(?<! of )(?!1 )\d+ (?:more )?payments? (?:needs|is|was|has)\b",
    "several payments": r"(?<![\d,.#])(?!1\b)\d+ (?:more |undecided )?(?:payment|review|vendor|row)\b(?! of)",
    "who is said by the model": r"\(model\)",
    "closing a review": r"\[exit\]",
    "on hold": r"\b(?:was|were|is|are|stays?|already|be) held\b",
}
# Nothing there is about the rows of a file.
OF_PAYMENTS = ("The thread", "The submitter's messages", "Home", "Refusals")
NO_ROWS = r"\brows?\b(?! (?:of|were|was) )(?! left out)"
IDS = r"\b[UWS]_?[A-Z0-9]{6,}\b|\bU_[A-Z]+\b"
POLICY_KEY = r"\b(?:rules|limits|rates|vendors|model)\.[a-z_A-Z]+ ?="
WHERE_KEYS_STAND = ("Details", "The command line")


def refused(line: str, surface: str) -> list[str]:
    """Which rules a line breaks."""
    words = EXCEPTIONS.sub("", line)
    rules = dict(EVERYWHERE)
    if surface in OF_PAYMENTS:
        rules["no rows"] = NO_ROWS
    found = [name for name, pattern in rules.items() if re.search(pattern, words.lower())]
    found += ["people by name"] if re.search(IDS, words) else []
    if surface not in WHERE_KEYS_STAND and re.search(POLICY_KEY, words):
        found.append("no keys of the policy")
    return found


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: {COMMAND}"


@pytest.mark.parametrize("surface", [*SURFACES, *ROOMS])
def test_no_refused_word_stands_on_a_surface(surface: str) -> None:
    lines = lines_of_surface(surface)
    assert lines
    assert not [(line, rules) for line in lines if (rules := refused(line, surface))]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("3 transactions assessed", "a payment is called a payment"),
        ("Every row of this batch", "a payment is called a payment"),
        ("There is no dead letter", "what a program calls things"),
        ("Where the card shall stand", "should, not shall"),
        ("1 of 1 payment need a decision; 1 payment need one", "one payment is"),
        ("3 payments needs a decision", "several payments are"),
        ("12 payment", "several payments"),
        ("#2 was held by U_BEN", "people by name"),
        ("above the limit (limits.USD = 10000)", "no keys of the policy"),
    ],
)
def test_the_rules_refuse_what_was_read_before(line: str, rule: str) -> None:
    assert rule in refused(line, "The card")


@pytest.mark.parametrize(
    "line", ["/transactions sample 3", "Transaction: $12000 to Acme Corp. Memo: Reimbursement."]
)
def test_what_people_type_is_no_refused_word(line: str) -> None:
    assert refused(line, "Help") == []


def test_what_slack_turns_into_names_and_times_is_read_as_such() -> None:
    assert as_read("<@U_BEN> in <#C_FINANCE>, <!date^1^{ago}|1 Jan>, <https://x|card>") == (
        "@ben in #finance, 2 hours ago, card"
    )
    assert lines_of([{"type": "divider"}]) == []
