"""Stored state to Slack, in rounds: each shows what is stored, until nothing newer is stored."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.access import Access
from bot.application.look import LookAtReviews
from bot.application.overview import LookOver
from bot.application.ports import (
    ChosenChannel,
    Clock,
    ExaminedFile,
    FetchedFile,
    FileNotShared,
    FileUnavailable,
    OurBot,
    RefusedForGood,
    TryLater,
)
from bot.application.why import ExplainRoutes
from bot.domain.people import Deciders
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import Draft, FileRef, FileSubmission, Origin
from bot.store import FlaggedPaymentStore, MessageStore, PeopleNames, PostedCard, PublishingView, RoundEnd
from handlers.outbound import private
from handlers.outbound.calls import SLACK_FAULTS, Calls, alarms, private_messages
from handlers.outbound.card_message import CardMessage, RenderedCard, lane_of_card, rendered_card
from handlers.outbound.files import download, examine, link_of_file, share
from handlers.outbound.permalinks import Permalinks
from handlers.outbound.refusals import Refusal, refusal_of
from handlers.outbound.review_messages import OUTRUN_SECONDS, ReviewMessages
from handlers.outbound.submitter_messages import SubmitterMessagesInSlack
from handlers.outbound.thread_messages import ThreadMessages
from handlers.outbound.too_few import tell_too_few
from handlers.views import receipts
from handlers.views.card import NO_GROUPS, PAGE
from handlers.views.groups import groups_of
from handlers.views.sentences import nobody_decides

log = structlog.get_logger()


class SlackPublisher:
    """Posts and updates the messages of reviews, and tells submitters what became of theirs.

    ``operators`` says which channel hears of jobs that were given up.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        look: LookAtReviews,
        overview: LookOver,
        routes: ExplainRoutes,
        messages: MessageStore,
        flagged: FlaggedPaymentStore,
        names: PeopleNames,
        calls: Calls,
        access: Access,
        now: Clock,
        our_bot: OurBot,
        operators: ChosenChannel,
    ) -> None:
        self._client = client
        self._store = messages
        self._flagged = flagged
        self._names = names
        self._calls = calls
        self._access = access
        self._routes = routes
        self._operators = operators
        in_slack = ReviewMessages(client, calls, our_bot)
        self._card = CardMessage(in_slack, messages, now)
        self._thread = ThreadMessages(
            in_slack, store=messages, calls=calls, look=look, access=access, now=now
        )
        self._submitter = SubmitterMessagesInSlack(
            client,
            in_slack,
            store=messages,
            calls=calls,
            overview=overview,
            access=access,
            permalinks=Permalinks(),
            now=now,
        )

    async def publish(self, team: str, review_id: str) -> None:
        """Bring the card, then the thread, to what is stored, until nothing newer is stored.

        A publisher that was held up may show what is no longer so; it looks again when it has finished,
        so the newest state is always shown last. Raises ``TryLater`` where Slack wants to be left alone or
        another publisher is at the same message, ``RefusedForGood`` where Slack takes no message until
        somebody mends the cause, and ``SlackApiError``.
        """
        while (view := await self._view(team, review_id)) is not None:
            try:
                ended = await self._round(view)
            except SlackApiError as error:
                refusal = refusal_of(error)
                if refusal is None:
                    raise
                told = refusal.of_review(view.state.id, view.state.channel)
                await self._tell_once(view.state, refusal, told)
                raise RefusedForGood(told) from error
            if ended:
                return

    async def _view(self, team: str, review_id: str) -> PublishingView | None:
        """What is stored, all of it at one moment; ``None`` where Slack shows what people must see of it."""
        view = await self._store.to_publish(team, review_id, PAGE)
        if view is None:
            return None
        # A long batch moves on all the time; only what was asked to be shown is worth a call.
        shown = -1 if view.posted.version is None else view.posted.version
        if view.state.status is ReviewStatus.ASSESSING and shown >= view.state.due:
            return None
        return replace(view, shown=await self._routes.with_ways(view.state, view.shown))

    async def _round(self, view: PublishingView) -> bool:
        """Show one view: the card, the turns under it, the proposals that were answered, the submitter's.

        Whether nothing is left to be shown, as far as this round knows.
        """
        wanted = await self._rendered(view)
        if not wanted.is_shown(view.posted) and await self._calls.turn(lane_of_card(view)):
            # What was decided while this job waited for its turn goes into the same update.
            newest = await self._view(view.state.team, view.state.id)
            if newest is None:
                return True
            view = newest
            wanted = await self._rendered(view)
        posted = await self._card.show(view, wanted)
        if posted is None:
            return False
        posted = await self._thread.post_turns(view, posted)
        posted = await self._thread.settle_proposals(view, posted)
        posted = await self._thread.update_summary(view, posted)
        posted = await self._submitter.show(view, posted)
        await self._tell_nobody_decides(view.state, wanted.deciders)
        posted = await tell_too_few(self._store, self.alarm, view.state, posted, wanted.deciders)
        # Turns that people typed in the thread stand there already.
        last = max(posted.thread.turn, view.state.turns)
        thread = replace(posted.thread, turn=last)
        after = replace(posted, thread=thread, version=view.state.version, told_error="")
        end = await self._store.end_round(view.state.team, view.state.id, posted, after)
        if end is RoundEnd.OUTRUN:
            raise TryLater(OUTRUN_SECONDS)
        return end is RoundEnd.SHOWN

    async def _rendered(self, view: PublishingView) -> RenderedCard:
        """The card as it should be; what waits is counted in groups where that is more than it can show."""
        state, groups = view.state, NO_GROUPS
        if state.status is ReviewStatus.WAITING and state.undecided > PAGE:
            found = await self._flagged.of_review(state.team, state.id)
            groups = groups_of(found.payments) if found else NO_GROUPS
        asked = ""
        if state.status is ReviewStatus.WAITING and view.shown:
            whose = await self._access.owner(state)
            asked = (await self._names.of(state.team, [whose])).get(whose, "")
        too_few = await self._routes.too_few(state, view.shown)
        deciders = replace(await self._access.deciders(state), too_few=too_few)
        return rendered_card(view, deciders, groups, asked=asked)

    async def _tell_nobody_decides(self, state: ReviewState, deciders: Deciders) -> None:
        """Tell the operators of a review that waits for a decision and that nobody may decide."""
        if state.status is ReviewStatus.WAITING and state.waiting and deciders.is_nobody:
            # Where the policy names nobody, that is one fault and not one of each review.
            about = f"nobody {state.id}" if deciders.stuck else "nobody"
            await self._alarm_once(state.team, about, nobody_decides(state, deciders))

    async def _tell_once(self, state: ReviewState, refusal: Refusal, sentence: str) -> None:
        """Tell the submitter, once, why their review is not shown; where Slack refuses that too, log it.

        Raises ``TryLater`` and ``SLACK_FAULTS`` where they can be told later.
        """
        posted = await self._store.posted(state.team, state.id)
        told = replace(posted, told_error=refusal.code)
        if told == posted or not await self._store.replace(state.team, state.id, posted, told):
            return
        try:
            async with self._calls.heeding(private_messages(state.team)):
                await private.send(self._client, state.submitter, receipts.not_shown(sentence, state.id))
        except (*SLACK_FAULTS, TryLater) as error:
            if isinstance(error, SlackApiError) and (untold := refusal_of(error)):
                log.error("submitter not told", review=state.id, error=untold.code)
                return
            await self._store.replace(state.team, state.id, told, posted)
            raise

    async def receipt(
        self, origin: Origin, state: ReviewState, notes: Sequence[str], mapped: Sequence[str] = ()
    ) -> None:
        """Tell the submitter what was understood, and how it was read; ``mapped`` headers can be changed."""
        await self._tell(origin, receipts.receipt(state, notes, mapped))

    async def ask_columns(self, submission: FileSubmission) -> None:
        """Ask the submitter how a table is to be read, with the button that opens the form."""
        if submission.asked:
            await self._tell(submission.origin, receipts.question(submission, submission.asked))

    async def draft(self, draft: Draft) -> None:
        """Show the submitter which rows are bad, with one button that takes the others."""
        await self._tell(draft.origin, receipts.draft(draft))

    async def tell(self, origin: Origin, sentence: str) -> None:
        """Tell the submitter one sentence, privately."""
        await self._tell(origin, receipts.sentence(sentence))

    async def _tell(self, origin: Origin, told: receipts.PrivateMessage) -> None:
        channel = origin.told_in or origin.channel
        try:
            async with self._calls.heeding(private_messages(origin.team)):
                await private.tell(self._client, channel, origin.submitter, told)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            # What this is about is stored, and no further try would tell them.
            log.error("submitter not told", error=refusal.code)

    async def alarm(self, sentence: str) -> None:
        """Tell the operators one sentence of ours in their channel, where there is one and it takes any."""
        channel = self._operators()
        if not channel:
            return
        text, blocks = receipts.notice(sentence)
        send = self._client.chat_postMessage
        try:
            await self._calls.make(alarms(), send, channel=channel, text=text, blocks=blocks)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.error("operators not told", error=refusal.code)

    async def send_file(self, team: str, user: str, name: str, content: bytes, sentence: str) -> None:
        """Send one person a file in a direct message; logged where Slack refuses it for good."""
        try:
            async with self._calls.heeding(private_messages(team)):
                await private.send_file(self._client, user, name, content, sentence)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.error("file not sent", error=refusal.code)

    async def fetch(self, team: str, file: FileRef, limit: int) -> FetchedFile:
        """A file in Slack; raises ``FileUnavailable``, also where it is over ``limit`` bytes or nobody's.

        Where we are not allowed to read it, the operators are told too, once an hour.
        """
        async with self._told_where_refused(team, file):
            return await download(self._client, self._calls, team, file, limit)

    async def examine(self, team: str, file: FileRef, limit: int, *, whole: bool = False) -> ExaminedFile:
        """What a file in Slack is; raises ``FileUnavailable``, also where it is over ``limit`` bytes.

        Where we are not allowed to read it, the operators are told too, once an hour.
        """
        async with self._told_where_refused(team, file):
            return await examine(self._client, self._calls, team, file, limit, whole=whole)

    async def share(self, state: ReviewState, name: str, content: bytes, sentence: str) -> str:
        """Put a file into the thread of a review, under a sentence; answers Slack's id of it.

        Raises ``FileNotShared`` where Slack refuses it or has no card, and ``TryLater``.
        """
        card = (await self._store.posted(state.team, state.id)).card
        if not isinstance(card, PostedCard):
            if card is not None:  # it is being posted
                raise TryLater(OUTRUN_SECONDS)
            raise FileNotShared("no card")
        place = (state.channel, card.ts)
        try:
            return await share(self._client, self._calls, state.team, place, name, content, sentence)
        except FileNotShared as error:
            log.warning("file not shared", review=state.id, error=str(error))
            raise

    async def link_of_file(self, team: str, file_id: str) -> str:
        """Slack's address of a file that stands there, empty where it is gone; raises ``TryLater``."""
        return await link_of_file(self._client, self._calls, team, file_id)

    @contextlib.asynccontextmanager
    async def _told_where_refused(self, team: str, file: FileRef) -> AsyncIterator[None]:
        try:
            yield
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            told = f"I am not allowed to read files in this workspace ({refusal.wrong})."
            mend = f"Nothing was wrong with {{}}. {refusal.mend} Then it can be handed in again."
            sentence = f"{told} {mend.format('what was handed in')}"
            await self._alarm_once(team, f"files {refusal.code}", sentence)
            raise FileUnavailable(told, mend.format(file.name)) from error

    async def _alarm_once(self, team: str, name: str, sentence: str) -> None:
        """Tell the operators what they were not told within the hour, by a name for it."""
        if not await self._store.note_alarm(team, name):
            return
        try:
            await self.alarm(sentence)
        except (*SLACK_FAULTS, TryLater):
            await self._store.forget_alarm(team, name)
            raise
