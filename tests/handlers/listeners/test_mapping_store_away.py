"""An answer that Redis would not take is no answer: it is given again, and read once."""

from pathlib import Path

from tests.handlers.listeners.test_mapping import WELSH, form_of, pressed
from tests.test_store_away import opened


async def test_an_answer_that_was_not_stored_can_be_given_again_in_the_same_form(tmp_path: Path) -> None:
    async with opened(tmp_path) as desk:
        office, server = desk.office, desk.server
        await office.command("U_REQUESTER", WELSH)
        told = await office.told("U_REQUESTER", "One question")
        await pressed(office, "U_REQUESTER", told, "answer_columns")
        form = await form_of(office, "U_REQUESTER", "What would be read")
        await server.ask("CONFIG", "SET", "min-replicas-to-write", "1")
        refused = await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
        await server.ask("CONFIG", "SET", "min-replicas-to-write", "0")
        assert refused["status"] == 503
        assert await office.views("U_REQUESTER") != [], "the form stays as it was filled in"
        taken = await office.do(f"views/{form['id']}/submit", user="U_REQUESTER")
        assert taken["status"] == 200
        await office.told("U_REQUESTER", "2 payments, USD 63.41", "Columns read as their submitter said")
