"""Whether every acknowledged decision is stored exactly once, and nothing that nobody asked for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, Party, TurnKind
from bot.domain.review import approvals
from bot.domain.review import audit_entries as trail
from bot.domain.review.amendment import AMENDING
from bot.domain.review.call_backs import CALLED_BACK
from bot.domain.review.decision import FINANCE_BOT, Decision
from bot.domain.review.state import ReviewStatus
from tests.chaos.evidence import Evidence, Finding, Request, Wrong
from tests.chaos.judge_amending import amended_refs
from tests.chaos.judge_told import is_answered, judge_told, line_of, was_asked_why
from tests.chaos.matrix import may_not_be_enough
from tests.chaos.stored import Stored
from tests.chaos.wishes import BY_BUTTON, BY_REPLY, DECIDING, FOR_DECIDERS, Aim, Wish


def judge_decisions(evidence: Evidence) -> Iterator[Finding]:
    """Everything wrong with what is stored of people's requests."""
    requests = evidence.requests()
    yield from _submissions(evidence, requests.get("", []))
    for review, stored in evidence.stored.items():
        asked = requests.get(review, [])
        yield from _acknowledged(evidence, stored, asked)
        yield from _decided(evidence, stored, asked)
        yield from _turns(evidence, stored, asked)
        yield from judge_told(evidence, stored, asked)
        yield from _counted(stored)


def _submissions(evidence: Evidence, requests: Sequence[Request]) -> Iterator[Finding]:
    """One review for each batch that was acknowledged, and none that nobody submitted."""
    made = Counter(stored.state.request for stored in evidence.stored.values())
    sent = {one.wish.name: one for one in requests if one.wish.aim is Aim.SUBMIT}
    # Whoever sends a batch again, since the first answer got lost, is asked what they mean: it is kept once.
    held = {(sent[name].wish.user, sent[name].wish.words) for name in made if name in sent}
    for name, request in sent.items():
        is_held = (request.wish.user, request.wish.words) in held
        if request.acked is not None and not made[name] and not is_held:
            yield Finding(Wrong.LOST, "", f"the batch of {request.wish.user} ({name}) was acknowledged")
    for name, count in made.items():
        if count > 1:
            yield Finding(Wrong.DOUBLED, "", f"{name} became {count} reviews")
        if name not in sent:
            yield Finding(Wrong.UNASKED, "", f"nobody sent {name}")
    for stored in evidence.stored.values():
        request_ = sent.get(stored.state.request)
        if request_ is not None and stored.state.total != len(request_.wish.words.splitlines()):
            yield Finding(Wrong.LOST, stored.state.id, f"holds {stored.state.total} rows of its batch")


def valid(wish: Wish, stored: Stored) -> bool:
    """Whether all that it names is there to be decided; such a request is taken whole or not at all."""
    return wish.refs is None or (bool(wish.refs) and set(wish.refs) <= set(stored.flagged))


def _acknowledged(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """What was acknowledged is decided, and was so by the time of the acknowledgement."""
    review = stored.state.id
    since = evidence.waiting_since().get(review)
    closed = [stored.when(one.at) for one in stored.audit if one.event == "closed"]
    for request in asked:
        wish, acked = request.wish, request.acked
        if wish.aim not in DECIDING or acked is None or not evidence.may_decide(wish.user, review):
            continue
        if since is None or request.first_sent < since or not valid(wish, stored):
            continue
        amended = amended_refs(stored)
        if amended & set(wish.refs or ()):
            continue  # it may have been refused, and all of it: what it was about was amended
        told = any(is_answered(one) for one in request.tries) or was_asked_why(evidence, request)
        told = told or _proposed(stored, request)
        refs = () if told or _may_be_refused(stored, request, acked) else wish.refs
        for ref in set(stored.flagged) - amended if refs is None else refs:
            if may_not_be_enough(stored, ref, wish):
                continue  # what an approval on a route comes to, its own judge says
            made = _kinds_by(stored, ref, acked)
            # Somebody may have held it, and released it since: the trail has both.
            final = wish.refs is not None and wish.aim is not Aim.HOLD
            if not (made - {Aim.HOLD.value} if final else made):
                yield Finding(Wrong.LOST, review, f"#{ref} was not decided; acknowledged: {line_of(request)}")
        if wish.aim is Aim.EXIT and not told and not any(at <= acked for at in closed):
            yield Finding(Wrong.LOST, review, f"is not closed; acknowledged: {line_of(request)}")


def _proposed(stored: Stored, request: Request) -> bool:
    """Whether a reply was answered with what it would do, to be confirmed: what it names is of high risk."""
    answers = zip(stored.turns, stored.turns[1:], strict=False)
    said = {
        (turn.actor, turn.text)
        for turn, answer in answers
        if turn.how.value == BY_REPLY and answer.form is TurnKind.PROPOSAL
    }
    return (request.wish.user, request.wish.words) in said


def _may_be_refused(stored: Stored, request: Request, acked: float) -> bool:
    """Whether the review was closed meanwhile, or a card shown that a release or a hold has made stale.

    A button that did not show a hold, also one's own by a reply, decides nothing about what is on hold.

    That its person was told so is judged by itself.
    """
    shut = 0.0  # when it was closed, while it is so
    for entry in stored.audit:
        at = stored.when(entry.at)
        if entry.event == "closed":
            shut = at
        elif entry.event == "reopened":
            # A button from before it shows what is no longer so.
            if shut <= acked and (request.first_sent <= at or request.wish.how == BY_BUTTON):
                return True
            shut = 0.0
        elif (
            request.wish.how == BY_BUTTON
            and at <= acked
            and (entry.event == "released" or _is_unshown_hold(entry, request.wish))
        ):
            return True
    return bool(shut) and shut <= acked


def _is_unshown_hold(entry: AuditEntry, wish: Wish) -> bool:
    """Whether an entry puts something on hold that a request is about, which a card need not have shown yet.

    Of a request that holds, its own entry is none of these.
    """
    is_hold = entry.event in trail.DECIDING and entry.detail["kind"] == Aim.HOLD.value
    is_own = wish.aim is Aim.HOLD and entry.actor == wish.user
    return is_hold and not is_own and entry.detail["ref"] in (wish.refs or ())


def _kinds_by(stored: Stored, ref: int, at: float) -> set[str]:
    """How a payment was decided up to then, whatever was made of it later."""
    return {
        str(entry.detail["kind"])
        for entry in stored.audit
        if entry.event in trail.DECIDING and entry.detail["ref"] == ref and stored.when(entry.at) <= at
    }


def _decided(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """Every decision was asked for by somebody who may, and stands in the audit trail once."""
    review = stored.state.id
    replaced = {one.detail.get("replaces") for one in stored.audit}
    numbered = enumerate(stored.audit, start=1)
    entries = [one for seq, one in numbered if one.event in trail.DECIDING and seq not in replaced]
    for ref, decision in stored.decisions.items():
        line = f"#{ref} {_decision_line(stored, decision)}"
        entry = stored.review.entries[ref]
        is_kept = decision.kind is DecisionKind.HELD and bool(entry.earlier)  # a hold stays on a new version
        if not is_kept and entry.content_hash(stored.state.policy_version) != decision.content_hash:
            yield Finding(Wrong.UNASKED, review, f"{line}: over other content")
        audited = [one for one in entries if one.detail.get("ref") == ref]
        if len(audited) != 1:
            wrong = Wrong.DOUBLED if audited else Wrong.BROKEN_CHAIN
            who = ", ".join(f"{one.detail.get('kind')} by {one.actor}" for one in audited) or "nobody"
            yield Finding(wrong, review, f"{line}: the audit trail has {len(audited)} entries ({who})")
        elif audited[0] != trail.decided(decision):
            yield Finding(Wrong.BROKEN_CHAIN, review, f"{line}: the audit trail says {audited[0]}")
    for one in entries:
        if one.detail.get("ref") not in stored.decisions:
            yield Finding(Wrong.LOST, review, f"audited and not stored: {one.detail}")
    yield from _asked_for(evidence, stored, asked)


def _asked_for(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """Everything in the trail was asked for by somebody who may, also what was replaced since."""
    review = stored.state.id
    aims = {"closed": {Aim.CLOSE, Aim.EXIT, Aim.CONFIRM}, "reopened": {Aim.REOPEN}, "released": {Aim.RELEASE}}
    for entry in stored.audit:
        if entry.event in trail.DECIDING:
            decision = trail.decision_in(entry.detail["ref"], entry)
            line, may = f"#{decision.ref} {_decision_line(stored, decision)}", decision.ref in stored.flagged
            meant = any(_made(stored, one, decision) and valid(one.wish, stored) for one in asked)
        elif entry.event in aims and entry.actor != FINANCE_BOT:
            line, may = f"{entry.event} by {entry.actor} at {stored.when(entry.at):.3f}", True
            at = stored.when(entry.at)
            meant = any(
                request.wish.user == entry.actor
                and request.wish.aim in aims[entry.event]
                and any(one.could_make(at) for one in request.tries)
                for request in asked
            )
        else:
            continue
        if not may or not evidence.may_decide(entry.actor, review):
            yield Finding(Wrong.UNASKED, review, f"{line}: may not be done by them")
        if not meant:
            yield Finding(Wrong.UNASKED, review, f"{line}: nobody asked for it then")


def _made(stored: Stored, request: Request, decision: Decision) -> bool:
    """Whether a decision can be what came of a request; a form that is sent again may say something else."""
    at = stored.when(decision.at)
    tries = (one for one in request.tries if one.could_make(at))
    return any(_fits(replace(request.wish, words=one.wish.words), decision) for one in tries)


def _fits(wish: Wish, decision: Decision) -> bool:
    if wish.user != decision.by or wish.how != decision.how.value:
        return False
    if wish.refs is not None and decision.ref not in wish.refs:
        return False
    kind = {Aim.CONFIRM: Aim.APPROVE}.get(wish.aim, wish.aim)
    said = wish.words.partition(": ")[2]
    plain = wish.words == "skip" or decision.reason == said
    return kind.value == decision.kind.value and plain


def named_in(request: Request, stored: Stored) -> tuple[int, ...]:
    """The payments that are there of those that a request decides about, or takes off hold."""
    if request.wish.aim not in DECIDING | {Aim.RELEASE}:
        return ()
    refs = stored.flagged if request.wish.refs is None else request.wish.refs
    return tuple(ref for ref in refs if ref in stored.review.entries)


def _turns(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """A turn for each decision, none for a click that decided nothing, and each reply once."""
    review = stored.state.id
    human = [turn for turn in stored.turns if turn.who is Party.HUMAN]
    steps = Counter((turn.actor, turn.at) for turn in human)
    for actor, at in {(one.by, one.at) for one in stored.decisions.values()}:
        if steps[actor, at] != 1:
            wrong = Wrong.DOUBLED if steps[actor, at] else Wrong.LOST
            yield Finding(wrong, review, f"{steps[actor, at]} turns of {actor} at {at} with their decisions")
    events = (*trail.DECIDING, *AMENDING, approvals.GIVEN, CALLED_BACK)
    made = {(one.actor, one.at) for one in stored.audit if one.event in events}
    for turn in human:
        idle = turn.how.value == BY_BUTTON and turn.text not in ("exit", "confirm", "cancel", "reopen")
        if idle and (turn.actor, turn.at) not in made:
            yield Finding(Wrong.DOUBLED, review, f"“{turn.text}” of {turn.actor} decided nothing")
    yield from _replies(evidence, stored, asked)


def _replies(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    review, since = stored.state.id, evidence.waiting_since().get(stored.state.id)
    closed = min((stored.when(one.at) for one in stored.audit if one.event == "closed"), default=None)
    said = Counter((turn.actor, turn.text) for turn in stored.turns if turn.how.value == BY_REPLY)
    sent: Counter[tuple[str | None, str]] = Counter()
    sure: Counter[tuple[str | None, str]] = Counter()
    for request in asked:
        if request.wish.how != BY_REPLY:
            continue
        who: tuple[str | None, str] = (request.wish.user, request.wish.words)
        sent[who] += 1
        open_ = since is not None and request.first_sent >= since
        before = closed is None or (request.acked or 0) < closed
        heard = request.wish.aim not in FOR_DECIDERS or evidence.may_decide(request.wish.user, review)
        # On a route, who is of no stage of it is told so alone, as anybody is who may not decide.
        heard &= not any(may_not_be_enough(stored, ref, request.wish) for ref in named_in(request, stored))
        if request.wish.aim is Aim.WITHDRAW:
            heard = request.wish.user == stored.state.submitter
        heard &= request.wish.aim is not Aim.REOPEN  # of a review that is open, its author alone is told so
        sure[who] += open_ and before and heard and request.acked is not None
    for one in said | sent:
        if said[one] > sent[one]:
            yield Finding(Wrong.DOUBLED, review, f"{one}: {said[one]} turns of {sent[one]} replies")
        if said[one] < sure[one]:
            yield Finding(Wrong.LOST, review, f"{one}: {said[one]} turns, {sure[one]} were acknowledged")


def _counted(stored: Stored) -> Iterator[Finding]:
    """The counters say what the decisions say."""
    review_state = stored.state
    withdrawn = {ref for ref, entry in stored.review.entries.items() if entry.withdrawn}
    kinds = Counter(one.kind.value for ref, one in stored.decisions.items() if ref not in withdrawn)
    counts = {"approved": review_state.approved, "rejected": review_state.rejected, "held": review_state.held}
    if counts != {name: kinds[name] for name in counts}:
        yield Finding(Wrong.MISCOUNTED, review_state.id, f"counts {counts}, stored {dict(kinds)}")
    left = len(set(stored.flagged) - stored.decisions.keys() - withdrawn)
    if (review_state.flagged, review_state.undecided) != (len(stored.flagged), left):
        yield Finding(
            Wrong.MISCOUNTED, review_state.id, f"{review_state.undecided} undecided counted, {left} stored"
        )
    if review_state.judged != review_state.total or review_state.status is ReviewStatus.ASSESSING:
        yield Finding(
            Wrong.LOST, review_state.id, f"{review_state.judged} of {review_state.total} rows were assessed"
        )
    if [turn.seq for turn in stored.turns] != list(range(1, review_state.turns + 1)):
        yield Finding(
            Wrong.MISCOUNTED,
            review_state.id,
            f"{review_state.turns} turns counted, {len(stored.turns)} stored",
        )


def _decision_line(stored: Stored, decision: Decision) -> str:
    return f"{decision.kind.value} by {decision.by} at {stored.when(decision.at):.3f}"
