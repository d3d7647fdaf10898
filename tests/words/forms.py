"""What people read in receipts, direct messages, forms, at the desk and on Home, rendered of samples."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.application.amend import OwnPayments
from bot.application.desk import DeskShown, DeskView
from bot.application.details import PaymentDetails
from bot.application.look import OpenProposal
from bot.application.mapping_preview import Preview
from bot.application.overview import Found, FoundPayment, ListedReview, Overview
from bot.application.prepared import Bulk, BulkShown
from bot.domain import text
from bot.domain.audit.entry import AuditEntry
from bot.domain.column_mapping import ColumnMapping
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.matrix import RouteRule
from bot.domain.review.added_approvers import AddedApprover, with_added
from bot.domain.review.bulk_effect import BulkEffect
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.review import Review
from bot.domain.review.selection import (
    PaymentFilter,
    by_finding,
    by_vendor,
    desk_payment,
    page_of,
    sums,
)
from bot.domain.review.state import ReviewStatus
from bot.domain.routing import Involvement, Route, Say, Seat, Stage, Vote, WayNow
from bot.domain.search import read_query
from bot.domain.submission import AskedColumns, Draft, EarlierBatch, FileSubmission
from bot.domain.text.reminders import Told, nudge_answer
from bot.domain.text.route_reasons import Why
from handlers.views import forms, mapping_form, my_payments, questions, receipts, submitter
from handlers.views.absence_form import absence_form
from handlers.views.adding_form import adding_form
from handlers.views.button_value import ButtonValue
from handlers.views.call_back_form import call_back_form
from handlers.views.closing_form import closing_form
from handlers.views.desk.ask_form import ask_form
from handlers.views.desk.bulk import bulk_view
from handlers.views.desk.filter_form import filter_form
from handlers.views.desk.payments import desk_view
from handlers.views.details import details_view
from handlers.views.download_form import download_form
from handlers.views.home import closed_home, home_view
from handlers.views.proposal_form import proposal_form
from handlers.views.sentences import UNESTABLISHED
from handlers.views.status_question import status_question
from tests.words.conversation import ANSWERED
from tests.words.rendering import message_lines, view_lines
from tests.words.sample import (
    APPROVED,
    AUTOMATIC,
    CALLED,
    CORRECTED,
    FIRST,
    FROZEN,
    NOW,
    ON_HOLD,
    ORIGIN,
    QUESTION,
    REJECTED,
    REJUDGED,
    SECOND,
    WITHDRAWN,
    closed,
    decided,
    payment,
    settled,
    state,
    turn,
)

Examples = Mapping[str, Sequence[str]]
"""Lines by what they are an example of."""

BUTTON = ButtonValue("R-7K3F2", "2")
REVIEW = Review(state(), {each.transaction.ref: each for each in (FIRST, SECOND, ON_HOLD)})
ONE = Review(state(), {2: FIRST})
ASKED = AskedQuestion((2, 3), QUESTION)
COLUMNS = AskedColumns(
    name="payments.csv",
    about="amount",
    question="Which column is the amount to pay: “Net” or “Gross”?",
    key="k",
    header=("Payee", "Net", "Gross"),
    columns=((0, "Payee"), (1, "Net"), (2, "Gross")),
    examples={0: ("Acme Corp",), 1: ("100.00",), 2: ("119.00",)},
    guess=ColumnMapping.model_validate({"columns": {"amount": (2,), "vendor": (0,)}}),
)
DESK = [desk_payment(each, place) for place, each in enumerate((FIRST, SECOND, ON_HOLD))]
LISTED = ListedReview(state(), "1.0")


def told() -> Examples:
    """What whoever submits is told privately."""
    rows = (payment(1), payment(2, 4000, "CyberSins Ltd"))
    problem = "Row 7: “12,5O0” is not an amount."
    earlier = EarlierBatch(review="R-2B4C6", submitter="U_CHI", at=NOW, rows=1)
    draft = Draft(id="D1", origin=ORIGIN, transactions=rows, problems=(problem,))
    before = Draft(
        id="D2", origin=ORIGIN, transactions=rows, problems=(), earlier=(earlier,), known={1: "#1"}
    )
    files = FileSubmission(id="F1", origin=ORIGIN, files=())
    assessing = state(status=ReviewStatus.ASSESSING, note="Please pay this week")
    return {
        "payments were taken": message_lines(receipts.receipt(assessing)),
        "with columns that somebody named before": message_lines(receipts.receipt(assessing, mapped=("k",))),
        "rows that cannot be read": message_lines(receipts.draft(draft)),
        "submitted before": message_lines(receipts.draft(before)),
        "a question about a file": message_lines(receipts.question(files, COLUMNS)),
        "a card that cannot be shown": message_lines(receipts.not_shown(receipts.TRYING_AGAIN, "R-7K3F2")),
        "a file that takes long": [text.takes_longer("payments.csv")],
        "what is gone": [receipts.BATCH_GONE, receipts.QUESTION_GONE, receipts.ASKED_AGAIN],
    }


def submitters() -> Examples:
    """The direct messages to whoever submitted."""
    flagged = [ANSWERED, SECOND, ON_HOLD, decided(REJECTED, 5, "duplicate"), WITHDRAWN]
    automatic = state(flagged=0, undecided=0, held=0, sums={}, status=ReviewStatus.CLOSED)
    return {
        "how the payments stand": message_lines(submitter.standing_message(state(), flagged, "https://card")),
        "all were approved automatically": message_lines(submitter.standing_message(automatic, [], "")),
        "the end": message_lines(submitter.end_message(settled(), [decided(REJECTED, 3, "duplicate")])),
        "the end of a review with payments that were not approved": message_lines(
            submitter.end_message(closed(), [ON_HOLD.model_copy(update={"closed": True})])
        ),
        "opened again": [text.end(state())],
        "after a nudge": [
            nudge_answer(RequestResult(outcome), state(nudged_at=NOW), told, lambda user: f"@{user}")
            for outcome, told in (
                (Outcome.RECORDED, [Told("ben", NOW), Told("chi", NOW, later=True)]),
                (Outcome.RECORDED, [Told("ben", NOW, later=True, often=True)]),
                (Outcome.RECORDED, []),
                (Outcome.NUDGED_LATELY, []),
                (Outcome.NOTHING_TO_DECIDE, []),
                (Outcome.NOT_BROUGHT, []),
            )
        ],
        "a question": message_lines(questions.question_message(REVIEW, ASKED)),
        "answered": message_lines(questions.answered_message(ONE, ASKED, ["The trade fair."])),
        "not open any more": message_lines(questions.answered_message(ONE, ASKED, [])),
        "files for which payment": message_lines(questions.which_payment("R-7K3F2", ["F1"], [FIRST, SECOND])),
    }


def desks() -> Examples:
    """The desk, and the page behind a decision about many."""
    shown = _desk(DeskView(), 1)
    narrow = _desk(DeskView(filter=PaymentFilter(least=Decimal(100), words="acme")), 0)
    return {
        "the desk": view_lines(desk_view(shown)),
        "filtered, with nothing selected": view_lines(desk_view(narrow)),
        "more filters": view_lines(filter_form("R-7K3F2", PaymentFilter())),
        "approve": view_lines(bulk_view(_bulk(APPROVED, ticked=()), ["monthly suppliers"])),
        "reject": view_lines(bulk_view(_bulk(REJECTED, ticked=(2,)))),
        "put on hold": view_lines(bulk_view(_bulk(DecisionKind.HELD, ticked=(2,)))),
        "ask": view_lines(ask_form("R-7K3F2", [FIRST, SECOND], "U_ANA")),
        "what was left alone": [
            say(count) for say in (text.left_as_decided, text.left_as_changed) for count in (1, 2)
        ],
    }


def _desk(view: DeskView, selected: int) -> DeskShown:
    page, totals = page_of(DESK, 0), sums(DESK)
    entries = [FIRST, SECOND, ON_HOLD]
    kinds, vendors = by_finding(DESK), by_vendor(DESK)
    return DeskShown(state(), view, page, entries, 3, totals, 3, DESK[:selected], kinds, vendors, 1)


def _bulk(kind: DecisionKind, ticked: Sequence[int]) -> BulkShown:
    bulk = Bulk(review="R-7K3F2", user="U_BEN", kind=kind, refs=(2, 3, 4), content_token="0")
    effect = BulkEffect(kind, DESK, ticked)
    entries = {each.transaction.ref: each for each in (FIRST, SECOND, ON_HOLD)}
    return BulkShown("B1", bulk, state(), effect, page_of(effect.high_risk, 0), entries, 1, 1)


def modals() -> Examples:
    """The forms, each with its title and its buttons."""
    request = (
        DecisionRequest(kind=APPROVED, refs=(2, 3)),
        DecisionRequest(kind=REJECTED, refs=(4,), reason="old"),
    )
    open_proposal = proposal_form(BUTTON, OpenProposal(request, (FIRST, SECOND, ON_HOLD)))
    preview = Preview(COLUMNS.guess, rows=2, refused=1, totals={"USD": Decimal(219)}, examples=(payment(),))
    rows = tuple(f"Row {number}: “12,5O0” is not an amount." for number in range(7, 9))
    draft = Draft(id="D1", origin=ORIGIN, transactions=(payment(1),), problems=rows)
    third = REJUDGED.transaction.model_copy(update={"ref": 3})
    rejudged = REJUDGED.model_copy(update={"transaction": third})
    own = OwnPayments(Review(state(), {2: FIRST, 3: rejudged}), 0, 1, 2)
    return {
        "submit": view_lines(forms.submit_form("C_FINANCE")),
        "submitted": view_lines(forms.taken_form(state())),
        "rows that cannot be read": view_lines(forms.draft_form(draft)),
        "all rows that cannot be read": view_lines(forms.bad_rows_view(draft, 0)),
        "columns": view_lines(_columns(None)),
        "columns, with what would be read": view_lines(_columns(preview)),
        "reject": view_lines(forms.reason_form(BUTTON, FIRST, REJECTED)),
        "put on hold": view_lines(forms.reason_form(BUTTON, FIRST, DecisionKind.HELD)),
        "approve what is of high risk": view_lines(forms.approval_form(BUTTON, FIRST)),
        "ask": view_lines(questions.ask_form(BUTTON, FIRST, "U_ANA")),
        "answer": view_lines(questions.answer_form(ONE, ASKED)),
        "note": view_lines(questions.note_form(BUTTON, FIRST)),
        "note a call to a vendor": view_lines(call_back_form(BUTTON, FROZEN, (CALLED,), NOW)),
        "say that one will be away": view_lines(absence_form(NOW.date(), NOW.date())),
        "a status is asked about": message_lines(status_question("Holiday", NOW.date(), "U_CHI")),
        "add an approver": view_lines(adding_form(BUTTON, FIRST)),
        "edit a proposal": view_lines(open_proposal) if open_proposal else [],
        "close a review": view_lines(closing_form(state(), "seen")),
        "download": view_lines(download_form(BUTTON)),
        "my payments": view_lines(my_payments.my_payments_view(own)),
        "nothing of mine is open": view_lines(
            my_payments.my_payments_view(OwnPayments(Review(closed(), {}), 0, 1, 0))
        ),
        "correct": view_lines(my_payments.correction_form(BUTTON, CORRECTED)),
        "everything": view_lines(forms.everything_view(settled(), [AUTOMATIC, decided(APPROVED)], 0)),
        "all payments of an answer": view_lines(
            forms.turn_view(state(), turn("…", refs=(2, 3)), [FIRST, SECOND], 0)
        ),
    }


def _columns(preview: Preview | None) -> Mapping[str, object]:
    return mapping_form.mapping_form("F1", COLUMNS, preview, default_currency="USD", this_year=2026)


def details() -> Examples:
    """Everything about one payment; the one place where keys of the policy stand."""
    held = {"ref": 2, "kind": "held", "reason": "waiting for a receipt"}
    trail = (
        AuditEntry(event="decided", actor="U_BEN", at=NOW, detail=held),
        AuditEntry(event="released", actor="U_CHI", at=NOW, detail={"ref": 2}),
        AuditEntry(event="decided", actor="U_BEN", at=NOW, detail={"ref": 2, "kind": "approved"}),
        AuditEntry(event="undone", actor="U_BEN", at=NOW, detail={"ref": 2}),
    )
    past = "Acme Corp was paid twice in this workspace: median USD 400.00, last 2026-10-12."
    second = SECOND.model_copy(update={"remarks": ANSWERED.remarks})
    return {
        "a payment": view_lines(details_view(PaymentDetails(state(), second, (FIRST,), past, trail), {})),
        "a payment that somebody called about": view_lines(
            details_view(PaymentDetails(state(), CALLED, (), past, ()), {})
        ),
        "a payment on a route": view_lines(details_view(_on_route(), {})),
    }


def _on_route() -> PaymentDetails:
    """A payment of which one approved who is taken off since, as it is shown to who stands in for another."""
    stages = (Stage(group="controllers", count=2, needs="majority"), Stage(group="board", count=1))
    route = Route(name="large", stages=stages)
    rule = RouteRule.model_validate(
        {"name": "large", "over": {"USD": 10_000}, "stages": [{"from": "controllers"}, {"from": "board"}]}
    )
    votes = (Vote(by="U_BEN", stage=0, at=NOW),)
    way = WayNow(former=("U_BEN",), stand_ins=(("U_CHI", "U_DOV"),))
    entry = FIRST.model_copy(update={"route": route, "votes": votes, "way": way})
    part = Involvement(Say.NOW, 0, "controllers", "U_DOV")
    why = Why(route, rule, part, until=date(2026, 11, 30), others=(Seat("U_EVA", "U_EVA"),))
    added = AddedApprover(
        ref=2, person="U_FAY", by="U_CHI", at=NOW, how=Medium.BUTTON, reason="knows the vendor"
    )
    entry = entry.model_copy(update={"route": with_added(route, (added,)), "added": (added,)})
    return PaymentDetails(state(), entry, (), "", (), why=why)


def homes() -> Examples:
    """Home, and the lists that the command shows."""
    full = Overview(NOW, True, (LISTED,), 3, (LISTED,), (ListedReview(closed(), "1.0"),))
    empty = Overview(NOW, True, (), 0, (), ())
    entries = (FIRST, decided(REJECTED, 3, "duplicate"))
    found = Found(read_query("acme"), tuple(FoundPayment(LISTED, each) for each in entries), more=True)
    return {
        "of an approver": view_lines(home_view(full, {})),
        "with nothing on it": view_lines(home_view(empty, {})),
        "what was found": view_lines(home_view(empty, {}, found)),
        "nothing was found": view_lines(home_view(empty, {}, Found(read_query("acme")))),
        "no such review": view_lines(home_view(empty, {}, Found(read_query("R-7K3F2")))),
        "of somebody who may not act here": view_lines(closed_home(UNESTABLISHED)),
    }
