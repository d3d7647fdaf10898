"""One step of a review: everything that changes together, and who says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Medium, Party, Turn, TurnKind
from bot.domain.judgement import Judgement
from bot.domain.review.amendment import Amendment
from bot.domain.review.decision import Decision
from bot.domain.review.ranking import Rank
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState


class Moved(NamedTuple):
    """A payment's new rank in the card's order: in the place of ``was``, and in front of ``before``.

    ``before`` is ``None`` at the end of the order.
    """

    was: Rank
    rank: Rank
    before: Rank | None


@dataclass(frozen=True, slots=True)
class Transition:
    """Everything one step changes, made of the review as it was read; stored by one script or not at all.

    ``state`` is the review's state after the step; the script takes it only where the version that it was
    made of still stands, so a step rests on nothing that has changed since. ``undone`` are references whose
    decision or hold is gone then, ``jobs`` the names of the jobs that follow. Decisions, findings, what is
    undone and ``amendments``, which are corrections and withdrawals, each need an entry in ``audit``, where
    they are kept. ``ranking`` is the card's order, which the step that hands over brings once; ``moved`` is a
    payment that has another place in it since it was corrected. ``noted_held`` are payments on hold since
    before holds were listed, which are listed now.
    """

    state: ReviewState
    judgements: tuple[Judgement, ...] = ()
    ranking: tuple[Rank, ...] = ()
    decisions: tuple[Decision, ...] = ()
    undone: tuple[int, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    moved: Moved | None = None
    noted_held: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    jobs: tuple[str, ...] = ("publish",)

    def followed_by(
        self,
        *,
        state: ReviewState | None = None,
        turns: tuple[Turn, ...] = (),
        audit: tuple[AuditEntry, ...] = (),
        jobs: tuple[str, ...] = (),
    ) -> Self:
        """The step with further turns, audit entries and jobs behind its own, and another state after it."""
        return replace(
            self,
            state=state or self.state,
            turns=(*self.turns, *turns),
            audit=(*self.audit, *audit),
            jobs=tuple(dict.fromkeys((*self.jobs, *jobs))),
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, by which way, in which words, and when.

    ``user`` is a Slack user id from a signed request, ``text`` what the conversation shows of it, ``now``
    aware UTC. ``told`` is whether the thread tells of it in a line, though it was done by button.
    """

    user: str
    how: Medium
    text: str
    now: datetime
    told: bool = False


def human_turn(actor: Actor) -> Turn:
    """The human's turn as it was said."""
    form = TurnKind.TOLD if actor.told else TurnKind.PLAIN
    return Turn(who=Party.HUMAN, how=actor.how, text=actor.text, at=actor.now, actor=actor.user, form=form)


def bot_turn(
    text: str,
    now: datetime,
    kind: TurnKind = TurnKind.PLAIN,
    proposal: str = "",
    refs: tuple[int, ...] = (),
) -> Turn:
    """The finance bot's turn; ``proposal`` is the id of what it proposes.

    ``refs`` are the payments that it is about, where its text names only some of them.
    """
    return Turn(
        who=Party.FINANCE_BOT, how=Medium.API, text=text, at=now, form=kind, proposal=proposal, refs=refs
    )


def decision_counts(
    decisions: Sequence[Decision], entries: Mapping[int, ReviewedTransaction]
) -> dict[str, int]:
    """What decisions about these open payments change of the state's counters, by name."""
    held = sum(entries[decision.ref].held for decision in decisions)
    counts = {**counts_by_kind(decisions), "undecided": held - len(decisions)}
    counts["held"] = counts.get("held", 0) - held
    counts["recommended"] = -sum(entries[decision.ref].recommended for decision in decisions)
    return counts


def counts_by_kind(decisions: Iterable[Decision]) -> dict[str, int]:
    """How many decisions of each kind, by the names of the state's counters."""
    counts: dict[str, int] = {}
    for decision in decisions:
        counts[decision.kind.value] = counts.get(decision.kind.value, 0) + 1
    return counts
