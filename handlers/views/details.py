"""The modal that shows everything about one payment. Pure."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from bot.application.details import PaymentDetails
from bot.domain import text as wording
from bot.domain.audit.entry import AuditEntry
from bot.domain.judgement import Finding
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.review.added_approvers import MOST_ADDED, AddedApprover
from bot.domain.review.adding import WITHOUT_A_PART
from bot.domain.review.remarks import Remark, RemarkKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.versions import changes_in_words
from bot.domain.submission import TYPED
from bot.domain.text.deadlines import all_deadlines
from bot.domain.text.route_reasons import chosen_by, who_else, why_you
from bot.domain.transaction import Transaction
from handlers.views.adding_form import ADD_APPROVER
from handlers.views.asked_turns import file_link
from handlers.views.blocks import (
    CONTEXT_TEXT,
    SECTION_TEXT,
    Block,
    actions,
    bold,
    button,
    context,
    header,
    mrkdwn,
    person,
    plain_lines,
    plain_text,
    rich_line,
    rich_text,
    section,
    when,
)
from handlers.views.call_back_form import call_back_button, call_back_line, call_backs_shown
from handlers.views.claims import on_payment, on_review
from handlers.views.payment_rows import RISKS, corrected, decided, value_of

DETAILS = "details"
SAME = "nothing was changed"
VENDOR = 80  # characters of a name at the top; a longer one stands below, whole
MOST = 20  # remarks and decisions that are shown, the newest
DONE = {
    RemarkKind.QUESTION: "asked",
    RemarkKind.ANSWER: "answered",
    RemarkKind.NOTE: "noted",
    RemarkKind.EVIDENCE: "added a file",
}
EVENTS = {"undone": "took the decision back", "released": "released the hold"}


def details_view(found: PaymentDetails, links: Mapping[str, str]) -> Block:
    """All fields, all findings by the policy, other payments, the past of the vendor, and what was said.

    ``links`` are the addresses of cards that its reader may open, by review.
    """
    entry, state = found.entry, found.state
    payment = entry.transaction
    title = [
        rich_text(f"#{payment.ref} "),
        bold(format_amount(payment.amount, payment.currency)),
        rich_text(" to "),
        bold(payment.vendor, VENDOR),
        rich_text(f" · {wording.state_of(entry)}"),
    ]
    fields = _fields(state, payment)
    blocks = [rich_line(*title), *([section(plain_lines(fields, SECTION_TEXT))] if fields else [])]
    blocks += _part("Earlier versions", _earlier(entry))
    if entry.decision:
        blocks.append(decided(entry.decision, 500))
    if claimed := [claim for claim in (on_payment(state, payment.ref), on_review(state)) if claim]:
        blocks += _part("Who is on it", [context(mrkdwn(claim)) for claim in claimed])
    blocks += _part("Call to the vendor", _calls(found))
    blocks += _part("Who decides", _who_decides(found))
    blocks += _part("Why it was flagged", [block for one in _findings(found) for block in _finding(one)])
    blocks += _part("Other payments", _others(found, links))
    blocks += _part("What this vendor was paid before", [section(plain_lines(found.past.split("\n"), 2000))])
    blocks += _part("What was said and shown", [_remark(remark) for remark in entry.remarks[-MOST:]])
    blocks += _part("Decisions so far", [_event(one) for one in found.so_far[-MOST:]])
    return {
        "type": "modal",
        "callback_id": DETAILS,
        "title": {"type": "plain_text", "text": f"{state.id} #{payment.ref}"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _part(title: str, blocks: list[Block]) -> list[Block]:
    return [header(title), *blocks] if blocks else []


def _calls(found: PaymentDetails) -> list[Block]:
    """Whether somebody has to call the vendor, all calls so far, and the button that notes another."""
    entry, state = found.entry, found.state
    if not entry.needs_call_back:
        return []
    blocks = call_backs_shown(entry) or call_back_line(entry, 500)
    if state.status is ReviewStatus.WAITING and entry.open and not entry.rejudging:
        value = value_of(state, entry)
        note = button("Add a note", "note", value.encode())  # for which the payment's menu has no room
        buttons = actions("call back", call_back_button(value, primary=entry.frozen), note)
        blocks += [context(mrkdwn(wording.CALL_HOW)), buttons]
    return blocks


def _fields(state: ReviewState, payment: Transaction) -> list[str]:
    """What is known of it besides what stands at the top; its vendor where that is cut there."""
    named = {
        "Vendor": payment.vendor if len(visible(payment.vendor)) > VENDOR else None,
        "Date": payment.date.isoformat() if payment.date else None,
        "Deadlines": all_deadlines(payment),
        "Memo": payment.memo,
        "Category": payment.category,
        "Invoice": payment.invoice,
        "Bank account": payment.account,
        "Card": payment.card,
        "In the text" if state.source in TYPED else "In the file": wording.place_in_source(state, payment),
    }
    return [f"{name}: {value}" for name, value in named.items() if value]


def _who_decides(found: PaymentDetails) -> list[Block]:
    """How far the payment is on its route, why it takes that one, and what its reader has to do with it."""
    way = wording.on_its_way(found.entry, person)
    blocks = [section(mrkdwn(way))] if way else []
    blocks += map(_added, found.entry.added)
    if found.why is None:
        return blocks
    here = {found.state.channel: "this channel"}
    route = chosen_by(found.why.route, found.why.rule, lambda channel: here.get(channel, channel))
    you = f"*Why you:* {why_you(found.why, person)}\n{who_else(found.why.others, person)}"
    # What the policy's file says is plain text, as all that somebody has typed.
    blocks.append(context(plain_text(f"{route}.", CONTEXT_TEXT), mrkdwn(you)))
    if found.why.part.say in WITHOUT_A_PART or len(found.entry.added) >= MOST_ADDED:
        return blocks
    value = value_of(found.state, found.entry).encode()
    return [*blocks, actions(ADD_APPROVER, button("Add an approver", ADD_APPROVER, value))]


def _added(added: AddedApprover) -> Block:
    line = f"{person(added.by)} added {person(added.person)} · {when(added.at)}"
    return context(mrkdwn(line), plain_text(added.reason, CONTEXT_TEXT))


def _findings(found: PaymentDetails) -> tuple[Finding, ...]:
    return found.entry.judgement.findings if found.entry.judgement else ()


def _finding(finding: Finding) -> Iterator[Block]:
    yield section(plain_text(f"{RISKS[finding.severity]}: {wording.finding_in_words(finding)}", 1000))
    if finding.policy:
        yield context(plain_text(wording.policy_in_words(finding.policy), CONTEXT_TEXT))


def _earlier(entry: ReviewedTransaction) -> list[Block]:
    """Each version that was corrected, and what the next one says otherwise."""
    versions = (*entry.earlier, entry.transaction)
    lines = [
        f"Version {number}: {wording.payment_line(before)}. Then: {changes_in_words(before, after) or SAME}."
        for number, (before, after) in enumerate(pairwise(versions), start=1)
    ]
    blocks = [section(plain_lines(lines, SECTION_TEXT))] if lines else []
    return [*blocks, corrected(entry)] if entry.amended else blocks


def _others(found: PaymentDetails, links: Mapping[str, str]) -> list[Block]:
    """The payments that the findings are about: those of this review as they stand, others by their names.

    Whoever may open the cards that they stand on follows a link to each.
    """
    lines = [f"{wording.one_line(other)} · {wording.state_of(other)}" for other in found.others]
    names = dict.fromkeys(name for finding in _findings(found) for name in finding.about)
    lines += [name for name in names if " of " in name]
    addresses = [f"<{links[name]}|Card of {name}>" for name in _reviews_of(found) if links.get(name)]
    blocks = [section(plain_lines(lines, SECTION_TEXT))] if lines else []
    return [*blocks, context(mrkdwn(" · ".join(addresses)))] if addresses else blocks


def _reviews_of(found: PaymentDetails) -> list[str]:
    """Ids of the reviews on whose cards other payments stand."""
    return [*([found.state.id] if found.others else []), *found.elsewhere]


def _remark(remark: Remark) -> Block:
    line = mrkdwn(f"{person(remark.by)} {DONE[remark.kind]} · {when(remark.at)}")
    said = [remark.text, *remark.files]
    if file := remark.file:
        size = f"{file.size:,} bytes" if file.size else ""
        line["text"] += f" · {link}" if (link := file_link(file)) else ""
        said += [file.name, size, f"SHA-256 {file.sha256}" if file.sha256 else "", file.problem]
    words = " · ".join(filter(None, said))
    return context(line, plain_text(words, 1000)) if words else context(line)


def _event(entry: AuditEntry) -> Block:
    kind = str(entry.detail.get("kind", ""))
    done = EVENTS.get(entry.event) or {"held": "put it on hold"}.get(kind, kind)
    by = wording.who(entry.actor, str(entry.detail.get("whose") or ""), person)
    line = mrkdwn(f"{by} {done} · {when(entry.at)}")
    reason = str(entry.detail.get("reason") or "")
    return context(line, plain_text(reason, 500)) if reason else context(line)
