"""The form "How I read this file": opened from a question, followed by a preview, and taken as an answer."""

import contextlib
from dataclasses import dataclass, field
from typing import Any, Self

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.mapping_preview import Preview
from bot.application.use_cases import UseCases
from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping
from bot.domain.submission import AskedColumns
from handlers.inbound.mapping_choices import mapping_choices, what_is_wrong
from handlers.inbound.payloads import Place, form_of, place_of_action, pressed_value, trigger_of, within
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.private import tell_if_possible
from handlers.views.blocks import Block
from handlers.views.button_value import MalformedPayload
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.mapping_form import TITLE, mapping_form
from handlers.views.receipts import ASKED_AGAIN, QUESTION_GONE, sentence


@dataclass(frozen=True, slots=True)
class MappingListeners:
    """Takes in what submitters say of the columns of their files."""

    use_cases: UseCases
    _latest: dict[str, object] = field(default_factory=dict)  # the preview of a form that was begun last

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form with the guess chosen; what would come of it follows as soon as it is read."""
        place, submission_id = place_of_action(body), pressed_value(body)
        asked = await self.use_cases.columns.asked(place.team, submission_id, place.user)
        if asked is None:
            await client.views_open(trigger_id=trigger_of(body), view=message_form(TITLE, QUESTION_GONE))
            await ack()
            return
        view = await self.view(place, submission_id, asked, None)
        opened = await client.views_open(trigger_id=trigger_of(body), view=view)
        await ack()
        form = Form(submission_id, asked.token)
        await self.show_preview(client, place, form, opened["view"]["id"], asked.guess)

    async def follow(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show what would come of the mapping as it is chosen now; nothing is stored."""
        await ack()
        place, view = place_of_action(body), within(body, "view")
        mapping = mapping_choices(body)
        await self.show_preview(client, place, Form.of(body), str(view.get("id")), mapping)

    async def take(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Take the answer, or say under its fields what is missing; a job reads the submission by it."""
        place, form, mapping = place_of_action(body), Form.of(body), mapping_choices(body)
        errors = dict(what_is_wrong(mapping))
        preview: Preview | None = None
        if not errors:
            preview = await self.use_cases.columns.answer(
                place.team, form.submission, place.user, mapping, form.token
            )
            if preview is None:
                await ack(response_action="update", view=message_form(TITLE, QUESTION_GONE))
                return
            errors = _missing(preview)
        if errors:
            shown = {field: problem[:ERROR_CHARACTERS] for field, problem in errors.items()}
            await ack(response_action="errors", errors=shown)
            return
        await ack(response_action="clear")

    async def forget(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Ask about files with these columns again, from the next one on."""
        place = place_of_action(body)
        await self.use_cases.columns.forget(place.team, pressed_value(body).split())
        await ack()
        await tell_if_possible(client, place.channel, place.user, sentence(ASKED_AGAIN))

    async def with_preview(self, place: Place, submission_id: str, asked: AskedColumns) -> Block:
        """The form with the guess chosen and what would come of it; of text, which is read in no time."""
        preview = await self.use_cases.columns.preview(
            place.team, submission_id, place.user, asked.guess, asked.token
        )
        return await self.view(place, submission_id, asked, preview)

    async def view(
        self, place: Place, submission_id: str, asked: AskedColumns, preview: Preview | None
    ) -> Block:
        """The form as it stands with this preview."""
        return mapping_form(
            submission_id,
            asked,
            preview,
            default_currency=await self.use_cases.columns.currency(place.team, submission_id),
            this_year=self.use_cases.now().year,
        )

    async def show_preview(
        self, client: AsyncWebClient, place: Place, form: "Form", view_id: str, mapping: ColumnMapping
    ) -> None:
        """Show what would come of a mapping, unless another was chosen while a long table was read."""
        mine = self._latest[view_id] = object()
        try:
            view = await self._previewed(place, form, mapping)
            if self._latest.get(view_id) is mine:
                with contextlib.suppress(*SLACK_FAULTS):  # the form was closed meanwhile
                    await client.views_update(view_id=view_id, view=view)
        finally:
            if self._latest.get(view_id) is mine:
                del self._latest[view_id]

    async def _previewed(self, place: Place, form: "Form", mapping: ColumnMapping) -> Block:
        asked = await self.use_cases.columns.asked(place.team, form.submission, place.user, form.token)
        errors = what_is_wrong(mapping)
        if errors:
            preview: Preview | None = Preview(mapping, error=next(iter(errors.values())))
        else:
            preview = await self.use_cases.columns.preview(
                place.team, form.submission, place.user, mapping, form.token
            )
        if asked is None or preview is None:
            return message_form(TITLE, QUESTION_GONE)
        return await self.view(place, form.submission, asked, preview)


@dataclass(frozen=True, slots=True)
class Form:
    """Which question of which submission a form was opened for."""

    submission: str
    token: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        submission, _, token = form_of(body).partition(" ")
        if not token:
            raise MalformedPayload("a form without its question")
        return cls(submission, token)


def _missing(preview: Preview) -> dict[str, str]:
    """What the form lacks yet, by its fields."""
    if preview.taken:
        return {}
    if preview.question:
        return {preview.about: preview.question}
    if preview.error or not preview.rows:
        why = preview.error or f"No row can be read like this. {next(iter(preview.problems), '')}"
        return {COLUMN_ROLES[0]: why}
    return {}
