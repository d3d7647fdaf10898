"""A reply is done, proposed, answered, asked about, or left alone; what is stored says which."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.converse import ReplyResult
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium, Party, Turn, TurnKind
from bot.domain.policy import past_payments_from
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.llm import ScriptedModel
from bot.store.topology.embedded import embedded_server
from tests.openai_server import flags_of
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

VENDORS = ("Acme", "Globex", "Initech", "Mitie")
ROWS = [
    Transaction(ref=ref, amount=Decimal(12_000 + ref if ref < 4 else 40), currency="USD", vendor=vendor)
    for ref, vendor in enumerate(VENDORS, start=1)
]
A, R = DecisionKind.APPROVED, DecisionKind.REJECTED
TALK = "<@U_ANA> can you attach the invoice?"
FREE = "approve the Hooli one"


class Thread:
    """The thread of one review of three flagged payments and one that was approved automatically."""

    def __init__(self, process: Wired, review_id: str) -> None:
        self.process = process
        self.review_id = review_id
        self.minutes = 0

    async def say(self, text: str, user: str = "U_BEN", *, named: bool = False) -> ReplyResult:
        """A reply a minute after the one before it."""
        return await self.process.reply(TEAM, self.review_id, self.actor(text, user), named=named)

    def actor(self, text: str, user: str = "U_BEN", how: Medium = Medium.THREAD_REPLY) -> Actor:
        self.minutes += 1
        return Actor(user=user, how=how, text=text, now=NOW + timedelta(minutes=self.minutes))

    async def turns(self) -> list[Turn]:
        return await self.process.reviews.turns(TEAM, self.review_id)

    async def last(self) -> Turn:
        return (await self.turns())[-1]

    async def state(self) -> ReviewState:
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        return state

    async def proposed(self) -> str:
        """The id of the proposal that stands."""
        proposal = (await self.state()).proposal
        assert proposal is not None
        return proposal.id

    async def confirm(self, proposal_id: str, user: str = "U_BEN") -> Outcome:
        actor = self.actor("confirm", user, Medium.BUTTON)
        return (await self.process.deciding.confirm(TEAM, self.review_id, proposal_id, actor)).outcome

    async def edited(self, before: str, after: str, user: str = "U_BEN", first: str = "") -> str:
        """Edit what was sent as ``first``, and says ``before`` by now."""
        said = [turn.at for turn in await self.turns() if turn.text == (first or before)]
        sent = said[0] if said else NOW + timedelta(minutes=self.minutes)
        return await self.process.conversing.edited(TEAM, self.review_id, user, sent, before, after)

    async def replace(self, proposal_id: str, *refs: int, user: str = "U_BEN") -> Outcome:
        requests = (DecisionRequest(kind=A, refs=refs),)
        result = await self.process.conversing.replace_proposal(
            TEAM, self.review_id, proposal_id, requests, self.actor("edit", user, Medium.BUTTON)
        )
        return result.outcome


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[Thread]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = process.policy.model_copy(update={"approvers": ("U_BEN", "U_CHI")})
        review_id = (await process.submit(origin(), ROWS)).id
        await process.assess(review_id)
        yield Thread(process, review_id)


# -- what acts


async def test_an_exact_command_acts_and_says_how_much_it_approved(thread: Thread) -> None:
    await thread.say("approve 1 and 2")
    assert (await thread.state()).approved == 2
    told = "Approved: #1 and #2. Together 2 payments, USD 24,003.00. 1 payment still needs a decision."
    assert (await thread.last()).text == told


async def test_a_command_that_changes_nothing_says_why_in_the_thread(thread: Thread) -> None:
    await thread.say("approve 4")
    assert (await thread.last()).text.startswith("#4 was approved automatically")


async def test_whoever_may_not_decide_is_refused_privately(thread: Thread) -> None:
    result = await thread.say("approve 1", "U_DOV")
    assert result.private.startswith("You are not an approver here")
    assert (await thread.last()).form is TurnKind.OPENING


# -- what is proposed


async def test_a_described_payment_is_proposed_and_done_when_confirmed(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    turn = await thread.last()
    assert (turn.form, turn.proposal) == (TurnKind.PROPOSAL, await thread.proposed())
    assert "Acme" in turn.text
    assert (await thread.state()).approved == 0
    assert await thread.confirm(turn.proposal) is Outcome.RECORDED
    assert (await thread.state()).approved == 1


async def test_a_proposal_is_kept_in_a_short_form_for_the_trail(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    proposal = (await thread.state()).proposal
    assert proposal is not None
    assert proposal.words == "approve 1"
    entry = (await thread.process.reviews.audit(TEAM, thread.review_id))[-1]
    assert (entry.event, entry.detail["answer"]) == ("read", "I understood: approve 1.")


async def test_a_description_by_somebody_who_may_not_decide_is_talk_unless_it_names_the_bot(
    thread: Thread,
) -> None:
    assert (await thread.say("approve the Acme one", "U_DOV")).private == ""
    assert (await thread.last()).actor == "U_DOV"
    result = await thread.say("approve the Acme one", "U_DOV", named=True)
    assert result.private.startswith("You are not an approver here")
    assert (await thread.state()).proposal is None


async def test_an_edited_proposal_replaces_the_one_that_stood(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    first = await thread.proposed()
    assert await thread.replace(first, 1, 2) is Outcome.RECORDED
    second = await thread.proposed()
    assert second != first
    assert await thread.confirm(first) is Outcome.NO_PROPOSAL
    assert await thread.confirm(second) is Outcome.RECORDED
    assert (await thread.state()).approved == 2


async def test_a_proposal_is_edited_by_its_author_alone_and_only_to_what_can_be_decided(
    thread: Thread,
) -> None:
    await thread.say("approve the Acme one")
    proposal_id = await thread.proposed()
    assert await thread.replace(proposal_id, 1, user="U_CHI") is Outcome.NOT_YOURS
    assert await thread.replace("P-999", 1) is Outcome.NO_PROPOSAL
    assert await thread.replace(proposal_id, 99) is Outcome.UNKNOWN_TRANSACTION
    assert await thread.replace(proposal_id, 4) is Outcome.NOT_FLAGGED
    thread.process.policy = thread.process.policy.model_copy(update={"approvers": ("U_CHI",)})
    assert await thread.replace(proposal_id, 1) is Outcome.NOT_AN_APPROVER
    assert await thread.proposed() == proposal_id


async def test_a_proposal_cannot_be_edited_to_what_is_decided_already(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    await thread.say("reject 2: duplicate", "U_CHI")
    assert await thread.replace(await thread.proposed(), 2) is Outcome.ALREADY_DECIDED


async def test_a_cancelled_proposal_says_one_short_sentence(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    actor = thread.actor("cancel", how=Medium.BUTTON)
    await thread.process.deciding.withdraw(TEAM, thread.review_id, await thread.proposed(), actor)
    assert (await thread.last()).text == "Nothing was done."


# -- what is answered


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("why 2?", "#2 USD 12,002.00 to Globex was flagged: "),
        ("what is 4?", "#4 USD 40.00 to Mitie: approved automatically."),
        ("what is 99?", "#99 is not in this review."),
        ("list", "#1 USD 12,001.00 to Acme\n#2 "),
        ("status", "is open: 3 payments still need a decision"),
    ],
)
@pytest.mark.parametrize("user", ["U_BEN", "U_DOV"])
async def test_anybody_is_answered_from_what_is_stored(
    thread: Thread, asked: str, told: str, user: str
) -> None:
    assert (await thread.say(asked, user)).private == ""
    turn = await thread.last()
    assert turn.who is Party.FINANCE_BOT
    assert told in turn.text


async def test_the_history_of_a_vendor_is_told_without_this_review(thread: Thread) -> None:
    old = [ROWS[0].model_copy(update={"ref": ref, "date": date(2026, 9, ref)}) for ref in (1, 2)]
    await thread.process.stores.history.remember(TEAM, past_payments_from(old, "R-AAAAA"), today=NOW.date())
    await thread.say("have we paid Acme before?")
    assert (await thread.last()).text.startswith(
        "Acme was paid twice in this workspace: median USD 12,001.00"
    )


async def test_a_person_is_told_what_they_approved(thread: Thread) -> None:
    await thread.say("approve 1")
    await thread.say("approve 2", "U_CHI")
    await thread.say("what did I approve today?")
    assert (await thread.last()).text == "Today you approved #1 here: 1 payment, USD 12,001.00."


# -- what is asked, and what is left alone


async def test_talk_among_people_is_kept_and_gets_no_answer(thread: Thread) -> None:
    thread.process.model = ScriptedModel(lambda _, user: flags_of(user, lambda rows: []))
    thread.process.queue.keys.clear()
    await thread.say(TALK)
    turn = await thread.last()
    assert (turn.text, turn.actor, turn.form) == (TALK, "U_BEN", TurnKind.PLAIN)
    assert thread.process.queue.keys == []


async def test_what_a_vendor_was_paid_is_told_to_those_who_decide_alone(thread: Thread) -> None:
    await thread.say("have we paid Acme before?")
    assert (await thread.last()).text == "Acme was not paid before, as far as I have records."
    await thread.say("have we paid Acme before?", "U_DOV")
    assert (await thread.last()).actor == "U_DOV"


async def test_what_no_code_can_read_waits_for_the_model_where_there_is_one(thread: Thread) -> None:
    await thread.say(FREE)
    assert (await thread.last()).who is Party.FINANCE_BOT
    thread.process.model = ScriptedModel(lambda _, user: flags_of(user, lambda rows: []))
    await thread.say(FREE)
    assert (await thread.last()).form is TurnKind.UNREAD_QUESTION


async def test_what_is_said_right_after_the_bots_own_question_is_an_answer_to_it(thread: Thread) -> None:
    await thread.say("the two of us")
    assert (await thread.last()).actor == "U_BEN"
    await thread.say(FREE)
    assert (await thread.state()).awaits_answer_of("U_BEN")
    await thread.say("the two of us")
    assert (await thread.last()).who is Party.FINANCE_BOT


async def test_what_others_say_ends_the_time_for_an_answer(thread: Thread) -> None:
    await thread.say(FREE)
    await thread.say(TALK, "U_CHI")
    assert not (await thread.state()).awaits_answer_of("U_BEN")
    await thread.say("the two of us")
    assert (await thread.last()).actor == "U_BEN"


async def test_below_a_closed_review_people_talk_and_only_questions_are_answered(thread: Thread) -> None:
    await thread.say("exit")
    await thread.confirm(await thread.proposed())
    before = len(await thread.turns())
    for words in (TALK, FREE, "ok"):
        assert await thread.say(words) == ReplyResult(Outcome.CLOSED)
    assert len(await thread.turns()) == before
    for words in ("approve 1", "approve all", "reject 1: paid twice"):
        assert (await thread.say(words)).private == "This review is closed. Nothing was changed."
    await thread.say("status")
    assert "is closed" in (await thread.last()).text


async def test_a_form_proposes_nothing_that_was_decided_while_it_was_open(thread: Thread) -> None:
    await thread.say("reject the Acme one")
    standing = await thread.proposed()
    await thread.say("approve 2", "U_CHI")
    assert await thread.replace(standing, 1, 2) is Outcome.ALREADY_DECIDED
    assert await thread.proposed() == standing


# -- edits


async def test_an_edited_reply_that_decided_is_told_the_command_that_changes_it(thread: Thread) -> None:
    await thread.say("approve 1")
    assert await thread.edited("approve 1", "reject 1: wrong vendor") == (
        "Editing a reply changes nothing: #1 stays approved. "
        "To change it, say: change 1 to reject: wrong vendor."
    )
    assert await thread.edited("approve 1", "thanks all") == (
        "Editing a reply changes nothing: #1 stays approved. To take it back, say: undo 1."
    )
    assert await thread.edited("approve 1", "") == (
        "Deleting a reply changes nothing: #1 stays approved. To take it back, say: undo 1."
    )


async def test_a_reply_that_was_edited_before_is_known_by_when_it_was_sent(thread: Thread) -> None:
    await thread.say("approve 1")
    assert await thread.edited("reject 1: wrong vendor", "", first="approve 1") == (
        "Deleting a reply changes nothing: #1 stays approved. To take it back, say: undo 1."
    )


async def test_an_edit_that_adds_a_payment_decides_nothing_more(thread: Thread) -> None:
    await thread.say("approve 1")
    assert await thread.edited("approve 1", "approve 1 and 2") == (
        "Editing a reply decides nothing more: #2 still needs a decision. To decide, say: approve 2."
    )


async def test_a_refused_reply_that_is_deleted_is_not_taken_for_another(thread: Thread) -> None:
    await thread.say("approve 1")
    thread.minutes = 0  # when the other one was sent, a minute before
    assert await thread.edited("change 2 to reject", "") == ""


async def test_an_edit_of_approve_all_is_about_everything_that_it_approved(thread: Thread) -> None:
    await thread.say("approve all")
    assert await thread.edited("approve all", "approve 1, 2") == (
        "Editing a reply changes nothing: #1, #2 and #3 stay approved. To take it back, say: undo 3."
    )


async def test_what_was_proposed_and_confirmed_stands_too(thread: Thread) -> None:
    await thread.say("approve the Acme one")
    told = await thread.edited("approve the Acme one", "reject the Acme one")
    assert told.startswith("What I proposed was made of your words before the edit: press Cancel on it")
    assert (await thread.edited("approve the Acme one", "")).startswith("What I proposed was made of")
    await thread.confirm(await thread.proposed())
    assert await thread.edited("approve the Acme one", "reject the Acme one") == (
        "Editing a reply changes nothing: #1 stays approved. To change it, say: change 1 to reject."
    )


async def test_an_edit_of_what_did_nothing_or_stands_no_more_is_silent(thread: Thread) -> None:
    await thread.say("approve 1", "U_CHI")
    await thread.say("approve 1")
    await thread.say(TALK)
    await thread.say("list")
    await thread.say("approve 2")
    await thread.say("undo 2")
    for before in ("approve 1", TALK, "list", "approve 2", "approve 3"):
        assert await thread.edited(before, "reject 1: wrong vendor") == ""
    assert await thread.edited("approve 1", "approve 1", "U_CHI") == ""
    await thread.say("exit")
    await thread.confirm(await thread.proposed())
    assert await thread.edited("approve 1", "reject 1", "U_CHI") == ""
