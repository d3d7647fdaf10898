"""The form shows what would come of the mapping that was chosen last, however long each one takes."""

import asyncio
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.application.mapping_preview import Preview
from bot.application.use_cases import UseCases
from bot.domain.column_mapping import ColumnMapping
from handlers.inbound.payloads import Place
from handlers.listeners.mapping import Form, MappingListeners
from tests.handlers.views.test_mapping_form import asked
from tests.wired import NOW

AMOUNT = ColumnMapping.model_validate({"columns": {"amount": (0,), "vendor": (1,)}})
SWAPPED = ColumnMapping.model_validate({"columns": {"amount": (1,), "vendor": (0,)}})


class Columns:
    """Answers a preview as soon as the test lets it."""

    def __init__(self) -> None:
        self.let = {id(mapping): asyncio.Event() for mapping in (AMOUNT, SWAPPED)}
        self.question = asked(["a", "b"])

    async def asked(self, *_: str) -> object:
        return self.question

    async def currency(self, *_: str) -> str:
        return "USD"

    async def preview(self, _team: str, _id: str, _user: str, mapping: ColumnMapping, _token: str) -> Preview:
        await self.let[id(mapping)].wait()
        return Preview(mapping, rows=1 if mapping is AMOUNT else 2)


class Cases:
    def __init__(self) -> None:
        self.columns = Columns()

    def now(self) -> Any:
        return NOW


class Client:
    def __init__(self) -> None:
        self.shown: list[str] = []

    async def views_update(self, *, view_id: str, view: dict[str, Any]) -> None:
        self.shown.append(str(view["blocks"]))


async def test_a_slow_preview_does_not_replace_that_of_a_later_choice() -> None:
    cases, client = Cases(), Client()
    listeners = MappingListeners(cast(UseCases, cases))
    place, form = Place("T1", "U1", "C1"), Form("files-1", "token")

    def begun(mapping: ColumnMapping) -> asyncio.Task[None]:
        shown = listeners.show_preview(cast(AsyncWebClient, client), place, form, "V1", mapping)
        return asyncio.create_task(shown)

    slow = begun(AMOUNT)
    await asyncio.sleep(0)
    quick = begun(SWAPPED)
    cases.columns.let[id(SWAPPED)].set()
    await quick
    cases.columns.let[id(AMOUNT)].set()
    await slow
    assert len(client.shown) == 1
    assert "2 payments" in client.shown[0]
