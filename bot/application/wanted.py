"""Which payments must be loaded for what somebody asks."""

from collections.abc import Iterable

from bot.application.steps import NO_PAYMENTS, OPEN, UNDECIDED, Wanted, wanted_by
from bot.domain.conversation import (
    AddNote,
    AskMyDecisions,
    AskOutcomes,
    AskSubmitter,
    Correct,
    Decide,
    DescribePayments,
    ListPayments,
    OnIt,
    Reading,
    Release,
    Reopen,
    Skip,
    SumPayments,
    Why,
    Withdraw,
)
from bot.domain.replies.reader import Needs, ReplyReading
from bot.domain.review.decision import Proposal
from bot.store.scripts.load import Besides

# From none to all: what is loaded for one of them holds what the ones before it need.
_REACH = (Besides.NOTHING, Besides.UNDECIDED, Besides.OPEN, Besides.FLAGGED, Besides.ALL)


def wanted_by_reading(reading: Reading) -> Wanted:
    """Which payments must be loaded to do or to answer what a reply says."""
    match reading:
        case Decide(asks=requests):
            return wanted_by(requests)
        case Correct(changes=changes):
            return Wanted(tuple(ref for change in changes for ref in change.refs))
        case Reopen() | OnIt(refs=()):
            return OPEN
        case Skip() | Why(refs=()) | ListPayments(refs=None):
            return UNDECIDED
        case SumPayments(refs=None):
            return Wanted(besides=Besides.ALL)
        case AskMyDecisions() | AskOutcomes():
            return Wanted(besides=Besides.FLAGGED)
        case Release(refs=refs) | Withdraw(refs=refs) | OnIt(refs=refs):
            return Wanted(refs)
        case AskSubmitter(refs=refs) | AddNote(refs=refs):
            return Wanted(refs)
        case Why(refs=refs) | DescribePayments(refs=refs) | ListPayments(refs=refs) | SumPayments(refs=refs):
            return Wanted(tuple(refs or ()))
        case _:
            return NO_PAYMENTS


def wanted_to_read(replies: Iterable[ReplyReading]) -> Wanted:
    """Which payments must be loaded to read these replies to the end, and to do or answer what they say."""
    wanted = NO_PAYMENTS
    for reply in replies:
        wanted = joined(wanted, wanted_by_reading(reply.reading))
        wanted = joined(wanted, Wanted(besides=_NEEDED[reply.needs]))
    return wanted


_NEEDED = {Needs.NOTHING: Besides.NOTHING, Needs.FLAGGED: Besides.FLAGGED, Needs.ALL: Besides.ALL}


def joined(wanted: Wanted, other: Wanted) -> Wanted:
    """The payments that must be loaded to serve two requests with one load."""
    refs = tuple(sorted({*wanted.refs, *other.refs}))
    return Wanted(refs, max(wanted.besides, other.besides, key=_REACH.index))


def covers(wanted: Wanted, other: Wanted) -> bool:
    """Whether ``other`` is loaded where ``wanted`` is; which payments are flagged is not known here."""
    reaches = _REACH.index(wanted.besides) >= _REACH.index(other.besides)
    return reaches and (wanted.besides is Besides.ALL or set(other.refs) <= set(wanted.refs))


def wanted_by_proposal(proposal: Proposal) -> Wanted:
    """Which payments must be loaded to do what a proposal says."""
    reading = proposal.reading
    return wanted_by_reading(Decide(asks=reading) if isinstance(reading, tuple) else reading)
