"""Whether what is stored of questions, answers, notes and evidence is what the audit trail has of them."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.remarks import OF_REVIEW, Remark, placed_in, remark_in, remarked_in
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState


def remark_problems(
    state: ReviewState,
    entries: Mapping[int, ReviewedTransaction],
    on_whole: Sequence[Remark],
    trail: Sequence[AuditEntry],
) -> Iterator[str]:
    """What does not fit, a phrase each; ``on_whole`` are the remarks on the review as a whole."""
    in_trail: dict[int, list[Remark]] = {}
    for place, entry in enumerate(trail, start=1):
        for ref in dict.fromkeys(remarked_in(entry)):
            in_trail.setdefault(ref, []).append(remark_in(ref, place, entry))
        moved = placed_in(entry)
        whole = in_trail.get(OF_REVIEW, [])
        if unknown := set(moved) - {remark.place for remark in whole}:
            yield f"entry {place} puts remarks at payments that were not on the review ({len(unknown)})"
        if moved:
            in_trail[OF_REVIEW] = [remark for remark in whole if remark.place not in moved]
    stored = {ref: entry.remarks for ref, entry in entries.items() if entry.remarks}
    if on_whole:
        stored[OF_REVIEW] = tuple(on_whole)
    for ref in sorted(stored.keys() | {ref for ref, found in in_trail.items() if found}):
        if list(stored.get(ref, ())) != in_trail.get(ref, []):
            what = "the review as a whole" if ref == OF_REVIEW else f"#{ref}"
            yield f"the remarks on {what} are not those in the audit trail"
    yield from _questions(state, trail)


def _questions(state: ReviewState, trail: Sequence[AuditEntry]) -> Iterator[str]:
    """Each answer must be that of whoever was asked, and open is what nobody has answered."""
    open_: dict[int, AuditEntry] = {}
    asked: dict[int, AuditEntry] = {}
    for place, entry in enumerate(trail, start=1):
        if entry.event == "asked":
            open_[place] = asked[place] = entry
        elif entry.event in ("answered", "undelivered"):
            question = asked.get(entry.detail["question"])
            open_.pop(entry.detail["question"], None)
            if question is None:
                yield f"entry {place} answers what was not asked"
            elif entry.event == "answered" and entry.actor != question.detail["to"]:
                yield f"entry {place} answers what somebody else was asked"
            elif entry.event == "answered" and entry.detail["refs"] != question.detail["refs"]:
                yield f"entry {place} answers about other payments than were asked about"
    if tuple(sorted(open_)) != tuple(sorted(state.open_questions)):
        yield f"the state has {len(state.open_questions)} open questions, and the audit trail {len(open_)}"
