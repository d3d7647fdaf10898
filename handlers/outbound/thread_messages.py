"""The thread of a review: each turn posted once, in order, and proposals that lose their buttons."""

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.application.access import Access
from bot.application.look import LookAtReviews
from bot.application.ports import Clock, TryLater
from bot.domain.conversation import Turn, TurnKind
from bot.domain.review.state import ReviewState
from bot.store import (
    MessageStore,
    PostedCard,
    PostedMessages,
    PostedSummary,
    PostedThread,
    PublishingView,
    TurnsIntent,
)
from handlers.outbound.calls import Calls, error_code, posts, updates
from handlers.outbound.review_messages import (
    NO_THREAD,
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    intended,
    wait_for_others,
)
from handlers.views.asked_turns import evidence_message
from handlers.views.blocks import sentence_blocks
from handlers.views.summary import summary_message
from handlers.views.thread import groups, message, shown

SETTLED = "This proposal was answered or replaced."


class ThreadMessages:
    """Brings the thread under the card to what is stored."""

    def __init__(
        self,
        messages: ReviewMessages,
        *,
        store: MessageStore,
        calls: Calls,
        look: LookAtReviews,
        access: Access,
        now: Clock,
    ) -> None:
        self._messages = messages
        self._store = store
        self._calls = calls
        self._look = look
        self._access = access
        self._now = now

    async def post_turns(self, view: PublishingView, posted: PostedMessages) -> PostedMessages:
        """Post the turns that do not stand in the thread; answers the record after that.

        ``posted`` is the record as this round left it. Raises ``TryLater`` where another publisher is at the
        same turns, and ``SlackApiError``.
        """
        turns: Sequence[Turn] = view.turns
        if (begun := posted.thread.intent) is not None:
            wait_for_others(begun.since, self._now())
            # A crash came between intent and note: these turns were to be one message, and stay one.
            if group := shown([turn for turn in turns if turn.seq <= begun.last]):
                posted = await self._post_group(view.state, posted, group, begun.last)
            else:  # they were clicks, begun by a version that posted them
                posted = await self._note(view.state, posted, begun.last)
            turns = [turn for turn in turns if turn.seq > begun.last]
        for group in groups(turns):
            if group[0].form is TurnKind.SUMMARY and posted.summary:
                continue  # that message is updated
            await self._calls.turn(posts(view.state.team, view.state.channel))
            posted = await self._post_group(view.state, posted, group, group[-1].seq)
        return posted

    async def _post_group(
        self, state: ReviewState, posted: PostedMessages, group: Sequence[Turn], last: int
    ) -> PostedMessages:
        """Post one message for these turns, up to turn ``last``: intent first, then message, then note.

        Where an intent is stored already, its message is looked for first.
        """
        part: Part = {"review": state.id, "part": "turns", "last": last}
        card_ts = posted.card.ts if isinstance(posted.card, PostedCard) else ""
        # Looked for before the claim, because others wait for whoever claims it now.
        ts = await self._found(state, posted, part) if posted.thread.intent is not None else None
        rendered = await self._render(state, group)
        claimed = _with_intent(posted, TurnsIntent(last=last, since=self._now()))
        await self._replace(state, posted, claimed)
        if ts is None:
            refused, unanswered = _with_intent(claimed, None), _with_intent(claimed, TurnsIntent(last=last))
            try:
                async with intended(self._store, state, claimed, refused=refused, unanswered=unanswered):
                    ts = await self._messages.post(state, rendered, part, card_ts)
            except SlackApiError as error:
                if error_code(error) in NO_THREAD:
                    # Somebody deleted the card: the next round tries to update it, and posts another.
                    await self._store.forget_content(state.team, state.id)
                raise
        proposal = {group[0].proposal: ts} if group and group[0].proposal else {}
        after = replace(
            claimed,
            thread=PostedThread(turn=last, last_ts=ts),
            proposals={**claimed.proposals, **proposal},
            summary=PostedSummary(ts, rendered.content) if _is_summary(group) else claimed.summary,
        )
        await self._replace(state, claimed, after)
        return after

    async def _note(self, state: ReviewState, posted: PostedMessages, last: int) -> PostedMessages:
        """Note that nothing up to turn ``last`` is left to be posted."""
        after = replace(posted, thread=replace(posted.thread, turn=last, intent=None))
        await self._replace(state, posted, after)
        return after

    async def _found(self, state: ReviewState, posted: PostedMessages, part: Part) -> str | None:
        """The ts of a message that a crash left unnoted, under the card or under the one that it replaces."""
        if not isinstance(posted.card, PostedCard):
            return None
        for card_ts in filter(None, (posted.card.ts, posted.card.replaces)):
            since = posted.thread.last_ts or card_ts
            if ts := await self._messages.find(state, part, since=since, thread_ts=card_ts):
                return ts
        return None

    async def _render(self, state: ReviewState, group: Sequence[Turn]) -> Rendered:
        if group[0].form is TurnKind.EVIDENCE:
            return Rendered(*evidence_message(group[0], await self._look.remarks_of(state, group[0])))
        named = await self._look.named_in_summary(state) if _is_summary(group) else ()
        deciders = await self._access.deciders(state)
        text, blocks = message(state, group, named, deciders)
        return Rendered(text, blocks)

    async def update_summary(self, view: PublishingView, posted: PostedMessages) -> PostedMessages:
        """Have the summary say what is so by now, where there is one; answers the record after that."""
        state, summary = view.state, posted.summary
        if summary is None:
            return posted
        wanted = Rendered(*summary_message(state, await self._look.named_in_summary(state)))
        if wanted.content == summary.content:
            return posted
        await self._calls.turn(updates(state.team))
        await self._messages.update(state, summary.ts, wanted)
        after = replace(posted, summary=replace(summary, content=wanted.content))
        await self._replace(state, posted, after)
        return after

    async def settle_proposals(self, view: PublishingView, posted: PostedMessages) -> PostedMessages:
        """Take the buttons from every proposal that no longer stands; answers the record after that."""
        state = view.state
        for proposal_id, ts in posted.proposals.items():
            if state.proposal is not None and state.proposal.id == proposal_id:
                continue
            await self._calls.turn(updates(state.team))
            await self._messages.update(state, ts, Rendered(SETTLED, sentence_blocks(SETTLED)))
            others = {other: ts for other, ts in posted.proposals.items() if other != proposal_id}
            after = replace(posted, proposals=others)
            await self._replace(state, posted, after)
            posted = after
        return posted

    async def _replace(self, state: ReviewState, before: PostedMessages, after: PostedMessages) -> None:
        """Raises ``TryLater`` where another publisher was faster."""
        if not await self._store.replace(state.team, state.id, before, after):
            raise TryLater(OUTRUN_SECONDS)


def _is_summary(group: Sequence[Turn]) -> bool:
    return group[0].form is TurnKind.SUMMARY


def _with_intent(posted: PostedMessages, intent: TurnsIntent | None) -> PostedMessages:
    return replace(posted, thread=replace(posted.thread, intent=intent))
