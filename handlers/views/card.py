"""The card of a review, made of its state alone: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain import text as wording
from bot.domain.people import Deciders
from bot.domain.policy import HumanInputMode
from bot.domain.review.ranking import pairs_together
from bot.domain.review.reopening import closing_seen
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.sums import standing_of
from handlers.views.blocks import (
    CONTEXT_TEXT,
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    actions,
    ago,
    approver,
    button,
    context,
    encoded_length,
    header,
    mrkdwn,
    overflow,
    person,
    plain_lines,
    plain_text,
    section,
    when,
)
from handlers.views.button_value import ButtonValue
from handlers.views.claims import all_on_it, claim_choice, on_review
from handlers.views.payment_rows import HELD, payment_rows, repeated

REVIEW_MENU = "review_menu"
PAGE = 8  # payments on the card; where more wait, they are counted in groups
WIDTHS = (160, 80, 40, 20, 10)  # characters of a memo on a card, and how far they may shrink to fit
FEWER = (PAGE, 6, 4, 2)  # payments that are shown where the shortest texts do not fit
MOST_BLOCKS = 50
GROUPS = 5  # kinds of finding, and vendors, that a card counts
VENDOR = 60  # characters of a vendor's name in a group
DIVIDER: Block = {"type": "divider"}
REPLACES = "This card replaces the one of {}, which is gone or which Slack no longer lets me change."


@dataclass(frozen=True, slots=True)
class Group:
    """Payments that wait and have something in common: its name, their number, and their sums by currency."""

    name: str
    count: int
    sums: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Groups:
    """What waits where that is too much to be shown one by one, the largest group first."""

    by_finding: Sequence[Group] = ()
    by_vendor: Sequence[Group] = ()


NO_GROUPS = Groups()


def notification(state: ReviewState) -> str:
    """What a notification and a screen reader say; nothing typed by people is in it."""
    stake = wording.at_stake(state)
    return f"Review {wording.headline(state)}. {stake or wording.totals_in_words(state.totals)}."


def card(
    state: ReviewState,
    shown: Sequence[ReviewedTransaction],
    deciders: Deciders,
    replaces: datetime | None = None,
    groups: Groups = NO_GROUPS,
    asked: str = "",
) -> list[Block]:
    """The review's message, for posting as for updating.

    ``shown`` are the payments that wait, as far as the card has room for them, and those that they repeat;
    ``groups`` stand for them where there are more. ``replaces`` is when the earlier card was posted that this
    one stands in for, aware UTC, and ``asked`` the name of whom a payment's menu asks. Texts are cut as far
    as Slack's limits for a message make necessary.
    """
    blocks: list[Block] = []
    for blocks in layouts(state, shown, deciders, replaces, groups, asked):
        if encoded_length(blocks) <= MESSAGE_CHARACTERS and len(blocks) <= MOST_BLOCKS:
            break
    return blocks


def layouts(
    state: ReviewState,
    shown: Sequence[ReviewedTransaction],
    deciders: Deciders,
    replaces: datetime | None = None,
    groups: Groups = NO_GROUPS,
    asked: str = "",
) -> Iterator[list[Block]]:
    """The card in every length that it may have, the longest first; arguments as ``card`` has them."""
    earlier = [] if replaces is None else [context(mrkdwn(REPLACES.format(when(replaces))))]
    top, bottom = [*_top(state, deciders), *earlier], _bottom(state)
    for most, width in [*((PAGE, width) for width in WIDTHS), *((most, WIDTHS[-1]) for most in FEWER)]:
        blocks = [*top, *_waiting(state, shown, groups, most, width, asked), *bottom]
        yield blocks
        yield [block for block in blocks if block is not DIVIDER]  # where lines take too much room


def _top(state: ReviewState, deciders: Deciders) -> list[Block]:
    blocks = [header(wording.headline(state))]
    if stake := wording.at_stake(state):
        blocks.append(section(mrkdwn(f"*{stake}* · submitted {ago(state.created_at)}")))
    blocks.append(_about(state))
    if state.note:
        blocks.append(context(mrkdwn("*Note:*"), plain_text(state.note, WIDTHS[0])))
    if notes := list(filter(None, (wording.assumed(state), wording.left_out(state)))):
        blocks.append(context(plain_text(" · ".join(notes), CONTEXT_TEXT)))
    if state.columns_said_by:
        blocks.append(context(mrkdwn(f"The columns were read as {person(state.columns_said_by)} said.")))
    if state.recommend_only:
        blocks.append(context(mrkdwn(wording.recommendation(state))))
    if state.short_past and state.status is not ReviewStatus.CLOSED:
        blocks.append(context(mrkdwn(wording.SHORT_PAST)))
    if state.status is ReviewStatus.ASSESSING and 0 < state.judged < state.total:
        blocks.append(context(mrkdwn(wording.progress(state))))
    if state.unassessed and _waits(state):
        blocks.append(context(mrkdwn(wording.not_assessed(state))))
    if _waits(state):
        blocks.append(_who_decides(deciders))
    if _waits(state) and deciders.too_few:
        blocks.append(section(mrkdwn(f"⚠️ {wording.cannot_be_filled(deciders.too_few, person)}")))
    # Where no payment stands on the card, who is on which of them stands here.
    if claims := all_on_it(state) if state.undecided > PAGE else on_review(state):
        blocks.append(context(mrkdwn(claims)))
    return blocks


def _about(state: ReviewState) -> Block:
    judged = "the policy alone" if state.model == "policy-only" else f"the policy and the model {state.model}"
    return context(
        mrkdwn(
            f"Submitted by {person(state.submitter)} · {wording.plural(state.total, 'payment')} · "
            f"{wording.totals_in_words(state.totals)}"
        ),
        plain_text(f"from {state.source} · judged by {judged}", 200),
    )


def _waits(state: ReviewState) -> bool:
    return state.status is ReviewStatus.WAITING and bool(state.undecided or state.held)


def _who_decides(deciders: Deciders) -> Block:
    """By whom a decision is waited for; where that is nobody, what to do about it."""
    if deciders.anyone and not deciders.stuck:
        return context(mrkdwn("Decision by any full member of this channel who did not bring these payments"))
    if not deciders.is_nobody:
        return context(mrkdwn(f"Decision by {' '.join(map(approver, deciders.named[:20]))}"))
    stuck = "all who could brought these payments, or may not act here"
    why = stuck if deciders.stuck else "the policy names nobody"
    whom = f", for example {' '.join(map(approver, deciders.others))}" if deciders.others else ""
    says = f"*Nobody may decide here:* {why}. Whoever runs Countersign can name approvers in it{whom}."
    return section(mrkdwn(says))


def _waiting(
    state: ReviewState,
    shown: Sequence[ReviewedTransaction],
    groups: Groups,
    most: int,
    width: int,
    asked: str,
) -> list[Block]:
    """What waits: payments, those on hold below them, or groups where there are too many."""
    if not _waits(state):
        return []
    if state.undecided > PAGE:
        return _grouped(state, groups)
    open_ones = [entry for entry in shown if standing_of(entry) in ("undecided", HELD)][:most]
    others = {entry.transaction.ref: entry for entry in shown if entry not in open_ones}
    held = [entry for entry in open_ones if standing_of(entry) == HELD]
    undecided = [entry for entry in open_ones if entry not in held]
    blocks: list[Block] = []
    for entry in pairs_together(undecided, _ref, _repeats):
        blocks += [DIVIDER, *_payment(state, entry, others, width, asked)]
    for place, entry in enumerate(held):
        above = [DIVIDER] if place else [DIVIDER, section(mrkdwn("*On hold*"))]
        blocks += [*above, *_payment(state, entry, others, width, asked)]
    if blocks:
        blocks.append(DIVIDER)  # what is below is about the whole review
    more = state.undecided + state.held - len(open_ones)
    if more > 0:
        all_held = len(open_ones) - len(held) == state.undecided
        blocks.append(context(mrkdwn(f"{wording.more_open(more, all_held)} Open your desk.")))
    return blocks


def _payment(
    state: ReviewState,
    entry: ReviewedTransaction,
    others: Mapping[int, ReviewedTransaction],
    width: int,
    asked: str,
) -> list[Block]:
    blocks = payment_rows(state, entry, width, asked)
    repeats = others.get(entry.rank.pair) if entry.rank else None
    return [*blocks[:2], *([repeated(state, repeats, width)] if repeats else []), *blocks[2:]]


def _ref(entry: ReviewedTransaction) -> int:
    return entry.transaction.ref


def _repeats(entry: ReviewedTransaction) -> int:
    return entry.rank.pair if entry.rank else 0


def _grouped(state: ReviewState, groups: Groups) -> list[Block]:
    blocks: list[Block] = []
    for title, found in (("By finding", groups.by_finding), ("By vendor", groups.by_vendor)):
        lines = [
            f"{group.name if len(group.name) <= VENDOR else group.name[: VENDOR - 1] + '…'}: "
            f"{wording.plural(group.count, 'payment')}, {wording.totals_in_words(group.sums)}"
            for group in found[:GROUPS]
        ]
        if len(found) > GROUPS:
            lines.append(f"… and {len(found) - GROUPS:,} more")
        if lines:
            blocks += [context(mrkdwn(f"*{title}*")), section(plain_lines(lines, SECTION_TEXT))]
    return blocks


def _bottom(state: ReviewState) -> list[Block]:
    parts = wording.folded_away(state) if state.status is not ReviewStatus.ASSESSING else []
    if state.status is ReviewStatus.CLOSED and (left := state.undecided + state.held):
        parts.insert(0, f"{wording.plural(left, 'payment')} not approved")
    if _waits(state) and state.mode is not HumanInputMode.NEVER:
        parts.append("Press a button, or reply in the thread in words")
    blocks = [context(mrkdwn(" · ".join(parts)))] if parts else []
    buttons = _buttons(state)
    return [*blocks, actions("review", *buttons)] if buttons else blocks


def _buttons(state: ReviewState) -> list[Block]:
    whole = ButtonValue(review=state.id, content_token=state.whole_token).encode()
    if state.status is ReviewStatus.ASSESSING:
        return []
    if _waits(state) and state.undecided > PAGE:
        return _few_buttons(state, whole)
    buttons: list[Block] = []
    if state.status is ReviewStatus.WAITING and state.recommended:
        buttons.append(_approve_recommended(state, whole))
    if state.status is ReviewStatus.WAITING and state.undecided:
        buttons.append(button("Approve all", "approve_all", whole))
    if _waits(state):
        buttons.insert(0, button("Open my desk", "open_desk", whole))
    else:
        buttons.append(button("Show everything", "everything", whole))
    buttons.append(button("Download", "download", whole))
    if state.status is ReviewStatus.WAITING:
        buttons.append(button("Close review", "exit", whole))
    if _waits(state):
        claim, says = claim_choice(state)
        buttons.append(button(says, claim, whole))
    if state.status is ReviewStatus.CLOSED and not state.forgotten:
        buttons.append(reopen_button(state))
    return buttons


def _few_buttons(state: ReviewState, whole: str) -> list[Block]:
    """The desk where payments are counted in groups; what is about all of them stands in a menu beside it.

    Nobody decides about all from a card that shows none of them, as long as the desk is one press away.
    """
    buttons = [button("Open my desk", "open_desk", whole, style="primary")]
    if state.recommended:
        buttons.append(_approve_recommended(state, whole))
    claim, says = claim_choice(state)
    entries = {claim: says, "approve_all": "Approve all", "download": "Download", "exit": "Close review"}
    menu = overflow(REVIEW_MENU, {f"{choice}:{whole}": words for choice, words in entries.items()})
    return [*buttons, menu]


def reopen_button(state: ReviewState) -> Block:
    """Opens a closed review again, as long as it may be; it carries which closing the card shows."""
    value = ButtonValue(state.id, closing_seen(state), state.content_token).encode()
    return button("Reopen", "reopen", value)


def _approve_recommended(state: ReviewState, value: str) -> Block:
    text = f"Approve recommended ({state.recommended:,})"
    return button(text, "approve_recommended", value, style="primary")
