"""A file that nobody knows is asked about once, and its like are read without a question from then on."""

from bot.domain.submission import AskedColumns
from tests.handlers.listeners.test_ways_in import text_in_the_form
from tests.office import FINANCE, TEAM, Json, Office, cards

HEADER = '"Buchungstag";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Betrag";"Waehrung"\n'
NOVEMBER = HEADER + (
    '"05.11.26";"RE 884";"Falkenrot GmbH";"-1143,41";"EUR"\n"06.11.26";"RE 12";"Marlow AG";"-20,00";"EUR"\n'
)
DECEMBER = HEADER + (
    '"03.12.26";"RE 901";"Falkenrot GmbH";"-1150,00";"EUR"\n"04.12.26";"RE 13";"Marlow AG";"-21,00";"EUR"\n'
)
WELSH = "Dyddiad;Derbynnydd;Swm\n05.11.2026;Harrow Oy;43,41\n06.11.2026;Larkfield Oy;20,00\n"


def value_in(told: Json) -> str:
    """What the button of a message carries."""
    (value,) = (
        part["value"] for block in told["blocks"] for part in block.get("elements", ()) if "value" in part
    )
    return str(value)


async def pressed(office: Office, user: str, told: Json, action: str) -> Json:
    block = "mapped" if action == "forget_mapping" else "columns"
    at = {"channel": told["channel"], "message_ts": told["ts"], "block_id": block}
    return await office.do("actions", user=user, action_id=action, **at)


async def form_of(office: Office, user: str = "U_REQUESTER", *words: str) -> Json:
    """The form once it shows these words."""
    found: Json = await office.until(
        lambda state: next(
            (
                view
                for view in state["views"][::-1]
                if view["user"] == user and all(word in str(view["view"]["blocks"]) for word in words)
            ),
            None,
        )
    )
    return found


async def chosen(office: Office, form: Json, field: str, value: str) -> Json:
    return await office.do(
        "actions",
        user="U_REQUESTER",
        view_id=form["id"],
        block_id=field,
        action_id="mapping_choice",
        value=value,
    )


async def answered(office: Office, name: str, content: str, field: str, value: str) -> None:
    await office.drop("U_REQUESTER", name, content.encode())
    told = await office.told("U_REQUESTER", f"One question before I read {name}")
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    form = await form_of(office, "U_REQUESTER", "It cannot be read like this yet")
    await chosen(office, form, field, value)
    await form_of(office, "U_REQUESTER", "What would be read")
    answer = await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
    assert answer["status"] == 200, answer


async def test_a_bank_export_is_asked_about_once_and_the_next_month_is_not(office: Office) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode())
    told = await office.told(
        "U_REQUESTER", "One question before I read november.csv", "Nothing was submitted"
    )
    assert cards(await office.state()) == []
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    form = await form_of(office, "U_REQUESTER", "It cannot be read like this yet", "money out or money back")
    await chosen(office, form, "money_out", "minus")
    shown = await form_of(office, "U_REQUESTER", "What would be read")
    assert "2 payments, EUR 1,163.41, 2026-11-05 to 2026-11-06" in str(shown["view"]["blocks"])
    assert "EUR 1,143.41 · Falkenrot GmbH · RE 884" in str(shown["view"]["blocks"])
    await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
    card = await office.card()
    assert "The columns were read as <@U_REQUESTER> said." in str(card["blocks"])
    state = await office.review_state(card)
    assert state.columns_said_by == "U_REQUESTER"
    assert (state.total, {code: str(sum_) for code, sum_ in state.totals.items()}) == (2, {"EUR": "1163.41"})
    assert await office.views("U_REQUESTER") == []

    await office.drop("U_SECOND", "december.csv", DECEMBER.encode())
    receipt = await office.told("U_SECOND", "2 payments, EUR 1,171.00", "Columns read as on")
    await pressed(office, "U_SECOND", receipt, "forget_mapping")
    await office.told("U_SECOND", "is asked about again")
    await office.drop("U_SECOND", "again.csv", DECEMBER.replace("1150", "1151").encode())
    await office.told("U_SECOND", "One question before I read again.csv")


async def test_a_form_that_leaves_a_question_open_says_so_and_stays(office: Office) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode())
    told = await office.told("U_REQUESTER", "One question")
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    form = await form_of(office, "U_REQUESTER", "It cannot be read like this yet")
    refused = await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
    assert set(refused["response"]["errors"]) == {"money_out"}
    other = await office.do(
        f"views/{form['id']}/submit", user="U_REQUESTER", values={"money_out": "minus", "dates": "serial"}
    )
    assert "No row can be read like this" in other["response"]["errors"]["amount"]
    no_payee = await office.do(
        f"views/{form['id']}/submit",
        user="U_REQUESTER",
        values={"vendor": "none", "date": "2", "memo": ["2"], "money_out": "minus"},
    )
    errors = no_payee["response"]["errors"]
    assert set(errors) == {"vendor", "date", "memo"}
    assert cards(await office.state()) == []


async def test_nobody_but_the_submitter_answers(office: Office) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode())
    told = await office.told("U_REQUESTER", "One question")
    columns, submission = office.bot.use_cases.columns, value_in(told)
    asked = await columns.asked(TEAM, submission, "U_REQUESTER")
    assert asked is not None
    assert await columns.asked(TEAM, submission, "U_SECOND") is None
    said = asked.guess.but(money_out="minus")
    assert await columns.answer(TEAM, submission, "U_SECOND", said, asked.token) is None
    assert await columns.preview(TEAM, submission, "U_SECOND", said) is None


async def test_a_table_pasted_into_the_form_is_asked_about_on_top_of_it(office: Office) -> None:
    await text_in_the_form(office, WELSH)
    form = (await office.views("U_REQUESTER"))[-1]
    assert "I do not know these names" in str(form["view"]["blocks"])
    assert "2 payments, USD 63.41" in str(form["view"]["blocks"])
    await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
    state = await office.review_state(await office.card())
    assert str(state.totals["USD"]) == "63.41"
    await office.command("U_REQUESTER", WELSH.replace("43,41", "44,41"))
    await office.told("U_REQUESTER", "2 payments, USD 64.41", "Columns read as on")


async def test_text_and_file_are_asked_about_one_after_the_other_and_make_one_review(office: Office) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode(), comment=f"<@U_BOT>\n{WELSH}")
    told = await office.told("U_REQUESTER", "One question before I read the table")
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    form = await form_of(office, "U_REQUESTER", "What would be read")
    await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
    told = await office.told("U_REQUESTER", "One question before I read november.csv")
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    form = await form_of(office, "U_REQUESTER", "It cannot be read like this yet")
    await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values={"money_out": "minus"})
    assert (await office.review_state(await office.card())).total == 4
    assert len(cards(await office.state())) == 1


async def test_a_question_is_gone_once_it_is_answered(office: Office) -> None:
    await answered(office, "november.csv", NOVEMBER, "money_out", "minus")
    await office.card()
    told = await office.told("U_REQUESTER", "One question")
    await pressed(office, "U_REQUESTER", told, "answer_columns")
    (form,) = await office.views("U_REQUESTER")
    assert "This question is settled" in str(form["view"]["blocks"])


async def test_what_is_asked_is_kept_with_its_table_for_any_process(office: Office) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode(), comment=f"<@U_BOT> see {FINANCE}")
    told = await office.told("U_REQUESTER", "One question")
    value = value_in(told)
    asked = await office.bot.use_cases.columns.asked(TEAM, value, "U_REQUESTER")
    assert isinstance(asked, AskedColumns)
    assert asked.about == "money_out"
    assert asked.examples[2] == ("Falkenrot GmbH", "Marlow AG")
