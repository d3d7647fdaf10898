"""Downloading the payments of a review: a file for whoever asked, and for nobody else."""

import csv
import io

from bot.domain.review.outcome import Outcome
from bot.export import ExportedState, FileFormat
from tests.office import SEED, TEAM, Json, Office

ANA, BEN = "U_REQUESTER", "U_REVIEWER"


async def shared_file(office: Office, name: str) -> tuple[Json, bytes]:
    """The message with a file of this name, and the file's bytes."""

    def message_with(state: Json) -> Json | None:
        shared = (one for one in state["messages"] if any(f["name"] == name for f in one.get("files") or ()))
        return next(shared, None)

    message: Json = await office.until(message_with)
    file = next(file for file in message["files"] if file["name"] == name)
    async with office.session.get(f"{office.sandbox.url}/sandbox/files/{file['id']}") as response:
        return message, await response.read()


async def test_a_file_goes_to_whoever_asked_for_it_with_its_sums_above_it(office: Office) -> None:
    await office.command(ANA, SEED)
    card = await office.card("1 of 3 payments")
    review = card["metadata"]["event_payload"]["review"]
    ask = office.bot.use_cases.download.ask
    outcome = await ask(TEAM, review, BEN, ExportedState.APPROVED, FileFormat.CSV, request="V1")
    assert outcome is Outcome.RECORDED
    message, content = await shared_file(office, f"{review}-approved.csv")
    assert message["text"] == f"{review} (approved): 2 payments, USD 5,500.00"
    direct = next(one for one in (await office.state())["channels"] if one["id"] == message["channel"])
    assert direct["id"].startswith("D")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["Vendor"] for row in rows] == ["Unicorn LLC", "CyberSins Ltd"]


async def test_whoever_may_not_see_the_review_gets_no_file_of_it(office: Office) -> None:
    await office.command(ANA, SEED)
    card = await office.card("1 of 3 payments")
    review = card["metadata"]["event_payload"]["review"]
    ask = office.bot.use_cases.download.ask
    outcome = await ask(TEAM, review, "U_NOBODY", ExportedState.ALL, FileFormat.CSV, request="V2")
    assert outcome is Outcome.NOT_VISIBLE
    # A form that was open while they left: the job looks again.
    await office.bot.jobs.download.deliver(TEAM, review, "U_NOBODY", "all", "csv")
    assert not [one for one in (await office.state())["messages"] if one.get("files")]
