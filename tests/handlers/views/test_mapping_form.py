"""The form "How I read this file", as Slack takes it, whatever the columns are called."""

import json

import pytest

from bot.application.mapping_preview import Preview
from bot.domain.column_mapping import ColumnMapping
from bot.domain.submission import AskedColumns
from bot.sandbox.api.views import check_view
from handlers.views.mapping_form import mapping_form

LARGEST = 250_000  # characters of a view, by Slack


def asked(names: list[str], value: str = "value", about: str = "amount") -> AskedColumns:
    return AskedColumns(
        name="a.csv",
        about=about,
        question="Which column is the amount?",
        key="k",
        header=tuple(names),
        columns=tuple(enumerate(names)),
        examples={place: (value, f"{value} 2", f"{value} 3") for place in range(len(names))},
        guess=ColumnMapping.model_validate({"columns": {"amount": (len(names) - 1,), "memo": (0, 1)}}),
    )


@pytest.mark.parametrize(
    "name",
    ["Column", "金额" * 30, "😀" * 60, "<!channel> *b* `c` <@U1>", "\u202e=cmd|calc", "", " ", "a" * 60],
    ids=["usual", "chinese", "emoji", "markup", "turned", "none", "space", "long"],
)
@pytest.mark.parametrize("columns", [2, 12, 99, 100, 200])
def test_any_names_make_a_form_that_slack_takes(name: str, columns: int) -> None:
    question = asked([name] * columns, value=name * 2)
    for preview in (None, Preview(question.guess, error=name * 50), Preview(question.guess, rows=3)):
        view = mapping_form("files-1", question, preview, default_currency="USD", this_year=2026)
        assert len(json.dumps(view)) < LARGEST
        check_view(view, "modal")
        chosen = next(block for block in view["blocks"] if block.get("block_id") == "amount")
        assert chosen["element"]["initial_option"]["value"] == str(columns - 1)


def test_what_is_asked_about_stands_at_the_top_of_a_wide_table() -> None:
    view = mapping_form(
        "files-1", asked([f"Column {n}" for n in range(40)]), None, default_currency="USD", this_year=2026
    )
    assert [block.get("block_id") for block in view["blocks"]][:2] == [None, "amount"]
