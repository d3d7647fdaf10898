"""Whether each correction and withdrawal was asked for by whoever brought the payment, and none was lost."""

from collections.abc import Iterator, Sequence

from bot.domain.conversation import DecisionKind
from bot.domain.review.amendment import CORRECTED, WITHDRAWN, amended_in
from tests.chaos.evidence import Evidence, Finding, Request, Wrong
from tests.chaos.stored import Stored
from tests.chaos.wishes import Aim

AIMS = {CORRECTED: Aim.CORRECT, WITHDRAWN: Aim.WITHDRAW}


def amended_refs(stored: Stored) -> frozenset[int]:
    """References of all payments that were corrected or withdrawn: what people saw of them has changed."""
    return frozenset(ref for entry in stored.audit for ref in amended_in(entry))


def judge_amending(evidence: Evidence) -> Iterator[Finding]:
    """Everything wrong with what people corrected and withdrew."""
    requests = evidence.requests()
    for review, stored in evidence.stored.items():
        asked = [one for one in requests.get(review, []) if one.wish.aim in AIMS.values()]
        yield from _made(stored, asked)
        yield from _kept(evidence, stored, asked)


def _made(stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """Every amendment was asked for by the submitter, at that time, once."""
    review, seen = stored.state.id, set[str]()
    for entry in stored.audit:
        for ref in amended_in(entry):
            fitting = [
                one
                for one in asked
                if one.wish.aim is AIMS[entry.event]
                and one.wish.user == entry.actor
                and ref in (one.wish.refs or ())
                and any(delivery.could_make(stored.when(entry.at)) for delivery in one.tries)
            ]
            what = f"#{ref} {entry.event} by {entry.actor} at {stored.when(entry.at):.3f}"
            if not fitting or entry.actor != stored.state.submitter:
                yield Finding(Wrong.UNASKED, review, f"{what}: nobody asked for it who may")
            elif {one.wish.name for one in fitting} <= seen:
                yield Finding(Wrong.DOUBLED, review, f"{what}: that request has done its work")
            seen |= {fitting[0].wish.name} if len(fitting) == 1 else set()


def _kept(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """What was acknowledged to the submitter is so, unless somebody else was faster."""
    review, since = stored.state.id, evidence.waiting_since().get(stored.state.id)
    closed = min((stored.when(one.at) for one in stored.audit if one.event == "closed"), default=None)
    for request in asked:
        wish, acked = request.wish, request.acked
        if wish.user != stored.state.submitter or acked is None or since is None:
            continue
        late = closed is not None and request.first_sent >= closed - 1
        if wish.aim is not Aim.WITHDRAW or request.first_sent < since or late:
            continue
        for ref in wish.refs or ():
            entry = stored.review.entries.get(ref)
            open_ = entry is not None and entry.flagged and not entry.withdrawn
            standing = entry.decision if entry else None
            if open_ and (standing is None or standing.kind is DecisionKind.HELD):
                yield Finding(Wrong.LOST, review, f"#{ref} is open; acknowledged: “{wish.words}”")
    if stored.state.rejudging:
        yield Finding(Wrong.LOST, review, f"{stored.state.rejudging} were never judged again")
