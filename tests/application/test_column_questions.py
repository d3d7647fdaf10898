"""What is asked about a table and answered: no answer is lost, and none is taken for another question."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.column_questions import CHECKED_ROWS
from bot.domain.column_mapping import ColumnMapping, header_key
from bot.domain.review.state import ReviewState
from bot.domain.submission import FileRef, FileSubmission, Origin
from bot.intake import ColumnQuestion, read_file
from bot.intake.packed_table import unpack_table
from bot.store import StoreTimeout, keys
from bot.store.topology.embedded import embedded_server
from tests.wired import TEAM, KeptQueue, Wired, wired

FINNISH = "Päivä;Saaja;Määrä\n05.11.2026;Harrow Oy;43,41\n06.11.2026;Larkfield Oy;20,00\n".encode()
ENGLISH = b"Date,Vendor,Amount\n01/02/2026,Harrow Ltd,43.41\n03/04/2026,Larkfield Ltd,20.00\n"
PLACES = {"date": (0,), "vendor": (1,), "amount": (2,)}
FIRST = ColumnMapping.model_validate({"columns": PLACES})
SECOND = FIRST.but(dates="dmy")


class FailingQueue(KeptQueue):
    """Redis goes away once, just before a job is queued."""

    away = True

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        if self.away:
            self.away = False
            raise StoreTimeout("away")
        await super().add(name, key, *ids)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path / "redis") as url, wired(url) as opened:
        yield opened


def origin(submitter: str = "U1") -> Origin:
    return Origin(
        team=TEAM, submitter=submitter, request="files", channel="C1", told_in="C1", source="two files"
    )


def question_of(file: str, content: bytes) -> ColumnQuestion:
    with pytest.raises(ColumnQuestion) as caught:
        read_file(file, content, currency="USD")
    caught.value.file = file
    return caught.value


async def kept(world: Wired) -> FileSubmission:
    files = (FileRef(id="F1", name="one.csv"), FileRef(id="F2", name="two.csv"))
    submission = FileSubmission(id="files-1", origin=origin(), files=files)
    return await world.stores.drafts.keep_files(submission)


async def stored(world: Wired) -> FileSubmission:
    found = await world.stores.drafts.files(TEAM, "files-1")
    assert found is not None
    return found


async def test_a_form_of_one_table_is_no_answer_about_the_next(world: Wired) -> None:
    columns = world.asking_columns
    first = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert first is not None
    assert first.asked is not None
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, first.asked.token)
    second = await columns.ask(await stored(world), question_of("F2", ENGLISH))
    assert second is not None
    assert second.asked is not None

    late = FIRST.but(dates="mdy")
    assert await columns.answer(TEAM, "files-1", "U1", late, first.asked.token) is None
    assert await columns.preview(TEAM, "files-1", "U1", late, first.asked.token) is None
    assert (await stored(world)).said == {first.asked.table: FIRST}
    assert await columns.answer(TEAM, "files-1", "U1", SECOND, second.asked.token)
    assert (await stored(world)).said == {first.asked.table: FIRST, second.asked.table: SECOND}


async def test_a_job_that_read_before_the_answer_does_not_ask_it_away(world: Wired) -> None:
    columns = world.asking_columns
    asked = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert asked is not None
    assert asked.asked is not None
    read_before = await stored(world)
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    assert await columns.ask(read_before, question_of("F1", FINNISH)) is None
    assert (await stored(world)).said == {asked.asked.table: FIRST}
    assert (await stored(world)).asked is None


async def test_a_job_that_asks_again_leaves_the_open_form_good(world: Wired) -> None:
    columns = world.asking_columns
    asked = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert asked is not None
    assert asked.asked is not None
    assert await columns.ask(await stored(world), question_of("F1", FINNISH))
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)


async def test_an_answer_given_twice_is_queued_once_and_another_is_refused(world: Wired) -> None:
    columns = world.asking_columns
    asked = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert asked is not None
    assert asked.asked is not None
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    again = await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    assert again is not None
    assert again.taken
    assert not again.error
    assert set(world.queue.keys) == {f"take_in:{TEAM}:files-1:1"}
    other = FIRST.but(currency="EUR")
    assert await columns.answer(TEAM, "files-1", "U1", other, asked.asked.token) is None
    assert await columns.answer(TEAM, "files-1", "U2", FIRST, asked.asked.token) is None


async def test_an_answer_that_was_kept_but_not_queued_is_queued_when_it_is_given_again(world: Wired) -> None:
    world.queue = FailingQueue()
    columns = world.asking_columns
    asked = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert asked is not None
    assert asked.asked is not None
    with pytest.raises(StoreTimeout):
        await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    assert world.queue.keys == []
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    assert world.queue.keys == [f"take_in:{TEAM}:files-1:1"]


async def test_a_second_question_about_one_table_has_a_job_of_its_own(world: Wired) -> None:
    columns = world.asking_columns
    for number in (1, 2):
        submission = await kept(world)
        asked = await columns.ask(submission, question_of("F1", FINNISH))
        assert asked is not None
        assert asked.asked is not None
        assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
        assert world.queue.keys[-1] == f"take_in:{TEAM}:files-1:{number}"


async def test_what_is_said_of_one_file_is_not_confirmed_for_another_with_its_header(world: Wired) -> None:
    header = header_key(("Date", "Vendor", "Amount"))
    mapping_of = await world.asking_columns.mapping_of(origin(), {f"F1 {header}": SECOND}, "F2")
    other_order = ENGLISH.replace(b"03/04", b"03/24")
    with pytest.raises(ColumnQuestion, match="differ from those"):
        read_file("two.csv", other_order, currency="USD", mapping_of=mapping_of)
    own = await world.asking_columns.mapping_of(origin(), {f"F1 {header}": SECOND}, "F1")
    assert len(read_file("one.csv", other_order, currency="USD", mapping_of=own).errors) == 1


async def test_what_somebody_else_said_is_told_from_what_the_submitter_said(world: Wired) -> None:
    columns, names = world.asking_columns, ("Päivä", "Saaja", "Määrä", "IBAN")
    content = f"{';'.join(names)}\n05.11.2026;Harrow Oy;43,41;DE89370400440532013000\n".encode()
    said = FIRST.but(columns={**PLACES, "account": ()}, year=2026)

    async def answered_by(user: str) -> None:
        submission = FileSubmission(id=f"of-{user}", origin=origin(user), files=())
        submission = await world.stores.drafts.keep_files(submission)
        asked = await columns.ask(submission, question_of("F1", content))
        assert asked is not None
        assert asked.asked is not None
        assert await columns.answer(TEAM, asked.id, user, said, asked.asked.token)

    async def is_read_by(user: str) -> bool:
        mapping_of = await columns.mapping_of(origin(user))
        mapping = mapping_of(names)
        assert mapping is not None
        assert mapping.year is None, "a year is that of one file"
        return bool(read_file("a.csv", content, currency="USD", mapping_of=mapping_of).transactions)

    await answered_by("U1")
    assert await is_read_by("U1")
    with pytest.raises(ColumnQuestion, match=r"IBAN.*Somebody else"):
        await is_read_by("U2")
    await answered_by("U2")
    assert await is_read_by("U1")
    assert await is_read_by("U2")


async def test_text_handed_over_again_while_it_is_answered_is_not_asked_about_again(world: Wired) -> None:
    text = FINNISH.decode()
    asked = await world.submitting.hand_in(origin(), text)
    assert isinstance(asked, FileSubmission)
    assert asked.asked is not None
    assert await world.asking_columns.answer(TEAM, asked.id, "U1", FIRST, asked.asked.token)
    await world.asking_columns.forget(TEAM, [asked.asked.key])
    again = await world.submitting.hand_in(origin(), text)
    assert isinstance(again, FileSubmission)
    assert again.asked is None
    assert again.said == {asked.asked.table: FIRST}


async def test_the_trail_says_which_columns_were_read_and_who_said_so(world: Wired) -> None:
    mapping = FIRST.but(columns={**PLACES, "account": (3,), "invoice": (), "memo": ()}, money_out="plus")
    content = "Päivä;Saaja;Määrä;Tili\n05.11.2026;Harrow Oy;43,41;DE89370400440532013000\n".encode()
    said = {f"F1 {header_key(('Päivä', 'Saaja', 'Määrä', 'Tili'))}": mapping}
    mapping_of = await world.asking_columns.mapping_of(origin(), said, "F1")
    intake = read_file("one.csv", content, currency="USD", mapping_of=mapping_of)
    told = await world.asking_columns.told_of(origin(), intake, said)
    state = await world.offer(told.origin, told.intake)
    assert isinstance(state, ReviewState)
    first = await anext(world.stores.audit.lines(TEAM, state.id))
    detail = first.entry.detail
    assert detail["columns_said_by"] == "U1"
    assert detail["read"][:3] == [
        "Columns read as their submitter said.",
        "Also said of the columns: no invoice; account = Tili; no memo; money-out = plus.",
        "Amounts read from “Määrä”, vendors from “Saaja”.",
    ]


async def test_a_long_table_is_checked_by_its_first_rows_while_somebody_waits(world: Wired) -> None:
    columns, drafts = world.asking_columns, world.stores.drafts
    rows = "".join(f"05.11.2026;Harrow Oy;{n},41\n" for n in range(3_000))
    asked = await columns.ask(await kept(world), question_of("F1", f"Päivä;Saaja;Määrä\n{rows}".encode()))
    assert asked is not None
    assert asked.asked is not None
    packed = await drafts.table(TEAM, "files-1", whole=False)
    assert packed is not None
    assert len(unpack_table(packed)[0]) == CHECKED_ROWS
    whole = await columns.preview(TEAM, "files-1", "U1", FIRST)
    assert whole is not None
    assert whole.rows == 3_000
    taken = await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token)
    assert taken is not None
    assert taken.rows == CHECKED_ROWS - 1
    assert await drafts.table(TEAM, "files-1") is await drafts.table(TEAM, "files-1", whole=False) is None
    short = await columns.ask(await stored(world), question_of("F2", FINNISH))
    assert short is not None
    assert await drafts.table(TEAM, "files-1") == await drafts.table(TEAM, "files-1", whole=False)


async def test_an_answer_about_a_table_that_is_gone_is_not_taken_unseen(world: Wired) -> None:
    columns = world.asking_columns
    asked = await columns.ask(await kept(world), question_of("F1", FINNISH))
    assert asked is not None
    assert asked.asked is not None
    await world.redis.delete(keys.asked_table(TEAM, "files-1"))
    assert await columns.answer(TEAM, "files-1", "U1", FIRST, asked.asked.token) is None
    assert (await stored(world)).said == {}
    assert world.queue.keys == []
