"""The page that shows what a decision about many payments will do, before it is done. Pure."""

from collections.abc import Mapping, Sequence

from bot.application.bulk import NAMED
from bot.application.prepared import BulkShown
from bot.domain import text as wording
from bot.domain.conversation import VERB_OF, DecisionKind
from bot.domain.money import format_amount
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import DeskPayment, by_finding, sums
from handlers.views.blocks import (
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    context,
    header,
    mrkdwn,
    plain_lines,
    plain_text,
    section,
)
from handlers.views.desk.payments import OPTION_TEXT, finding_name

BULK = "bulk"
TEN = 10  # check marks in one element, by Slack; and no more are ticked by one press, each named beside it
FINDINGS = 6  # kinds of findings that are named with their number
REASON_CHARACTERS = 300
DOES: Mapping[DecisionKind, str] = {
    DecisionKind.APPROVED: "This approves",
    DecisionKind.REJECTED: "This rejects",
    DecisionKind.HELD: "This puts on hold",
}
NOTHING = "Nothing is selected yet: tick payments below, one by one or ten at a time."
WHY: Mapping[DecisionKind, str] = {
    DecisionKind.APPROVED: "Reason (needed for high risk)",
    DecisionKind.REJECTED: "Reason",
    DecisionKind.HELD: "Reason",
}


def bulk_view(bulk: BulkShown, suggestions: Sequence[str] = ()) -> Block:
    """The modal; ``suggestions`` are reasons that the policy offers for this decision."""
    effect, kind = bulk.effect, bulk.effect.kind
    taken = len(effect.taken)
    what = f"{DOES[kind]} {wording.counted_with_sums(taken, sums(effect.taken))}." if taken else NOTHING
    blocks = [section(mrkdwn(f"*{what}*"))]
    blocks.append(context(mrkdwn(_left(bulk))))
    if taken:
        lines = [_named(bulk, payment) for payment in effect.largest]
        blocks.append(section(plain_lines(["The largest:", *lines] if taken > 1 else lines, SECTION_TEXT)))
        blocks.append(context(plain_text(_findings(effect.taken), 500)))
    blocks += [*_high_risk(bulk), *_hindered(bulk)]
    blocks += [{"type": "divider"}, *_reason(bulk, suggestions)]
    verb = VERB_OF[kind].capitalize()
    return {
        "type": "modal",
        "callback_id": BULK,
        "title": {"type": "plain_text", "text": clip(f"{verb} payments", 24)},
        "submit": {"type": "plain_text", "text": f"{verb} {taken:,}" if taken else verb},
        "close": {"type": "plain_text", "text": "Back"},
        "private_metadata": bulk.id,
        "blocks": blocks,
    }


def _left(bulk: BulkShown) -> str:
    """What is not decided by it, and why."""
    effect, parts = bulk.effect, [f"In {bulk.state.id}. Nothing is done before you press the button below."]
    if effect.left:
        rest = "is not ticked, so it is" if effect.left == 1 else "are not ticked, so they are"
        parts.append(f"{wording.plural(effect.left, 'payment')} of high risk {rest} left alone.")
    if bulk.gone:
        parts.append(wording.left_as_decided(bulk.gone))
    return " ".join(parts)


def _findings(payments: Sequence[DeskPayment]) -> str:
    kinds = by_finding(payments)
    named = [f"{finding_name(code)}: {count:,}" for code, count in kinds[:FINDINGS]]
    if len(kinds) > FINDINGS:
        named.append(f"{len(kinds) - FINDINGS} more kinds")
    return f"Flagged for: {' · '.join(named)}"


def _named(bulk: BulkShown, payment: DeskPayment) -> str:
    entry = bulk.entries.get(payment.ref)
    return clip(f"{_title(payment)}{f' ({wording.reasons(entry)})' if entry else ''}", 240)


def _title(payment: DeskPayment) -> str:
    return f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {payment.vendor}"


def _high_risk(bulk: BulkShown) -> list[Block]:
    """Each payment of high risk by itself with its own check mark, ten together, some tens a page."""
    effect, page = bulk.effect, bulk.page
    if not effect.high_risk:
        return []
    all_, ticked = len(effect.high_risk), sum(one.ref in effect.ticked for one in effect.high_risk)
    names = (
        " Approve them by name:" if effect.kind is DecisionKind.APPROVED else " Untick what you leave out:"
    )
    blocks: list[Block] = [
        {"type": "divider"},
        header("High risk"),
        section(mrkdwn(f"{wording.plural(all_, 'payment')}, {ticked:,} ticked.{names}")),
    ]
    for start in range(0, len(page.shown), TEN):
        blocks += _ten(bulk, page.shown[start : start + TEN], start // TEN)
    if page.pages > 1:
        turned = (("previous", "Previous page", page.number - 1), ("next", "Next page", page.number + 1))
        buttons = [
            button(words, f"bulk_page_{name}", str(to)) for name, words, to in turned if 0 <= to < page.pages
        ]
        says = f"Page {page.number + 1:,} of {page.pages:,} of high risk"
        blocks += [context(mrkdwn(says)), actions("bulk pages", *buttons)]
    return blocks


def _hindered(bulk: BulkShown) -> list[Block]:
    """Payments that were selected and are not approved, each with why; they are in no count and no sum."""
    effect, named = bulk.effect, {payment.ref: payment for payment in bulk.effect.payments}
    if not effect.hindered:
        return []
    lines = [
        clip(f"{_title(named[ref])}: {wording.why_not_approved(why, bulk.entries.get(ref))}", 240)
        for ref, why in list(effect.hindered.items())[:NAMED]
    ]
    if more := len(effect.hindered) - len(lines):
        lines.append(f"… and {more:,} more")
    says = f"{wording.plural(len(effect.hindered), 'payment')}, in no count or sum above:"
    return [
        {"type": "divider"},
        header("Not approved here"),
        section(mrkdwn(says)),
        section(plain_lines(lines, SECTION_TEXT)),
    ]


def _ten(bulk: BulkShown, payments: Sequence[DeskPayment], place: int) -> list[Block]:
    """Up to ten payments, each with its check mark, and a button that ticks these after they were read."""
    refs = [payment.ref for payment in payments]
    options = [_option(payment, bulk.entries.get(payment.ref)) for payment in payments]
    initial = [option for option, ref in zip(options, refs, strict=True) if ref in bulk.effect.ticked]
    boxes: Block = {"type": "checkboxes", "action_id": "bulk_tick", "options": options}
    if initial:
        boxes["initial_options"] = initial
    # Under another name where a button changed the check marks, so that Slack shows that.
    shown = actions(f"risk {bulk.page.number} {place} {bulk.bulk.resets}", boxes)
    every = len(initial) == len(refs)
    words = f"{'Untick' if every else 'Tick'} these {len(refs)}" if len(refs) > 1 else ""
    if not words:
        return [shown]
    name = "bulk_untick_ten" if every else "bulk_tick_ten"
    value = ",".join(map(str, refs))
    return [shown, actions(f"ten {bulk.page.number} {place}", button(words, name, value))]


def _option(payment: DeskPayment, entry: ReviewedTransaction | None) -> Block:
    why = wording.reasons(entry) if entry else ""
    option: Block = {"text": plain_text(_title(payment), OPTION_TEXT), "value": str(payment.ref)}
    return option | ({"description": plain_text(why, OPTION_TEXT)} if why else {})


def _reason(bulk: BulkShown, suggestions: Sequence[str]) -> list[Block]:
    kind, blocks = bulk.effect.kind, []
    if suggestions:
        options = [
            {"text": plain_text(reason, OPTION_TEXT), "value": str(place)}
            for place, reason in enumerate(suggestions)
        ]
        menu: Block = {
            "type": "static_select",
            "action_id": "suggested",
            "placeholder": {"type": "plain_text", "text": "Choose a reason"},
            "options": options,
        }
        blocks.append(_input("suggested", "A usual reason", menu, optional=True))
    typed: Block = {"type": "plain_text_input", "action_id": "reason", "max_length": REASON_CHARACTERS}
    if bulk.bulk.reason:
        typed["initial_value"] = bulk.bulk.reason[:REASON_CHARACTERS]
    must = kind is not DecisionKind.APPROVED and not suggestions
    label = "Or your own words" if suggestions else WHY[kind]
    blocks.append(_input("reason", label, typed, optional=not must))
    return blocks


def _input(block_id: str, label: str, element: Block, *, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        "optional": optional,
    }
