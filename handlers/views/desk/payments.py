"""The desk itself: filters, the selection with what can be done about it, and a page of payments. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from bot.application.desk import DeskShown, DeskView
from bot.application.prepared import About
from bot.domain import text as wording
from bot.domain.judgement import Severity
from bot.domain.money import format_amount
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import DeskOrder, DeskPayment, PaymentFilter, ShownRisk, ShownState, sums
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.deadlines import near_deadlines
from handlers.views.blocks import (
    SECTION_TEXT,
    Block,
    actions,
    bold,
    button,
    clip,
    context,
    mrkdwn,
    plain_lines,
    plain_text,
    rich_line,
    rich_text,
    section,
)
from handlers.views.button_value import ButtonValue
from handlers.views.claims import on_payment, on_review

DESK = "desk"
OPTIONS = 100  # of a menu; Slack's limit
OPTION_TEXT = 75
LINE = 240  # characters of a line of a payment
ANYTHING = "*"  # the value of the option that filters nothing

STATES: Mapping[str, str] = {
    ShownState.OPEN: "Not decided",
    ShownState.UNDECIDED: "Waiting",
    ShownState.HELD: "On hold",
    ShownState.APPROVED: "Approved",
    ShownState.REJECTED: "Rejected",
    ShownState.WITHDRAWN: "Withdrawn",
    ShownState.ANY: "Every state",
}
RISKS: Mapping[str, str] = {
    ShownRisk.ANY: "Any risk",
    ShownRisk.HIGH: "High risk",
    ShownRisk.NOT_HIGH: "All but high risk",
    ShownRisk.MEDIUM: "Medium risk",
    ShownRisk.LOW: "Low risk",
}
ORDERS: Mapping[str, str] = {
    DeskOrder.RANK: "Riskiest first",
    DeskOrder.AMOUNT: "Largest first",
    DeskOrder.VENDOR: "By vendor",
    DeskOrder.ROW: "As submitted",
    DeskOrder.DATE: "Oldest first",
    DeskOrder.DUE: "Due first",
}
RISK_WORDS = {Severity.HIGH: "🔴 High risk", Severity.MEDIUM: "🟠 Medium risk", Severity.LOW: "🟡 Low risk"}


def desk_view(desk: DeskShown, notice: Sequence[Block] = ()) -> Block:
    """The modal; ``notice`` stands on top of it, about what was just done or could not be."""
    state = desk.state
    found = wording.counted_with_sums(desk.count, desk.sums)
    blocks: list[Block] = []
    if notice:
        blocks += [notice[0] | {"block_id": "notice"}, *notice[1:], {"type": "divider"}]
    blocks += [_filters(desk), _more_filters(desk)]
    blocks.append(context(plain_text(f"Found: {found}.{_typed_filter(desk.view.filter)}", LINE * 2)))
    if claimed := on_review(state):
        blocks.append(context(mrkdwn(claimed)))
    if state.status is ReviewStatus.WAITING:
        blocks += _selection(desk)
    ticked = frozenset(payment.ref for payment in desk.selected)
    for entry in desk.entries:
        blocks += _payment(desk, entry, ticked)
    if not desk.entries:
        blocks.append({"type": "divider"})
        blocks.append(section(plain_text("No payment is like that.", SECTION_TEXT)))
    blocks += _pages(desk)
    return {
        "type": "modal",
        "callback_id": DESK,
        "title": {"type": "plain_text", "text": f"My desk: {state.id}"},
        "close": {"type": "plain_text", "text": "Close"},
        "private_metadata": state.id,
        "blocks": blocks,
    }


def chosen(view: DeskView, action: str, value: str) -> DeskView:
    """The view with what was chosen in one of its menus; raises ``ValueError`` for what no menu offers."""
    of_filter = view.filter
    match action:
        case "desk_state":
            of_filter = of_filter.but(state=ShownState(value))
        case "desk_risk":
            of_filter = of_filter.but(risk=ShownRisk(value))
        case "desk_finding":
            of_filter = of_filter.but(finding="" if value == ANYTHING else value)
        case "desk_vendor":
            of_filter = of_filter.but(vendor="" if value == ANYTHING else value)
        case "desk_order":
            return view.model_copy(update={"order": DeskOrder(value), "page": 0})
        case _:
            raise ValueError("no menu of the desk")
    return view.model_copy(update={"filter": of_filter, "page": 0})


def _filters(desk: DeskShown) -> Block:
    view, wanted = desk.view, desk.view.filter
    return actions(
        # A menu keeps what was chosen in it, whatever a modal is updated with, as long as its name stays.
        f"filters {view.resets}",
        _menu("desk_state", "Which state", STATES, wanted.state),
        _menu("desk_risk", "Which risk", RISKS, wanted.risk),
        _menu("desk_finding", "Which finding", _findings(desk), wanted.finding or ANYTHING),
        _menu("desk_vendor", "Which vendor", _vendors(desk), wanted.vendor or ANYTHING),
        _menu("desk_order", "In which order", ORDERS, view.order),
    )


def _more_filters(desk: DeskShown) -> Block:
    value = _value(desk)
    buttons = [button("Amount or words…", "desk_filter", value)]
    if desk.view.is_narrowed:
        buttons.append(button("Show all again", "desk_reset", value))
    return actions("more filters", *buttons)


def _findings(desk: DeskShown) -> dict[str, str]:
    offered = {code: f"{finding_name(code)} ({count:,})" for code, count in desk.findings}
    return _offered("Any finding", offered, desk.view.filter.finding)


def _vendors(desk: DeskShown) -> dict[str, str]:
    offered = {key[:150]: f"{clip(name, 60)} ({count:,})" for key, name, count in desk.vendors}
    return _offered("Any vendor", offered, desk.view.filter.vendor)


def _offered(nothing: str, offered: dict[str, str], now: str) -> dict[str, str]:
    """What a menu has room for, the most frequent first, and what is chosen in any case."""
    first = dict(list(offered.items())[: OPTIONS - 2])
    if now and now not in first:
        first[now] = offered.get(now, f"{clip(finding_name(now), 60)} (0)")
    return {ANYTHING: nothing, **first}


def finding_name(code: str) -> str:
    """``Paid twice``: the name of a kind of finding, to stand at the beginning of a line."""
    name = wording.finding_name(code)
    return name[:1].upper() + name[1:]


def _menu(action_id: str, placeholder: str, offered: Mapping[str, str], now: str) -> Block:
    options = {
        str(value): {"text": plain_text(words, OPTION_TEXT), "value": str(value)}
        for value, words in offered.items()
    }
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": {"type": "plain_text", "text": placeholder},
        "options": list(options.values()),
        "initial_option": options[str(now)],
    }


def _typed_filter(wanted: PaymentFilter) -> str:
    """What was typed in the form that filters, in words; empty where nothing was."""
    parts = []
    if wanted.least is not None:
        parts.append(f"from {wanted.least:,f}")
    if wanted.most is not None:
        parts.append(f"up to {wanted.most:,f}")
    if wanted.words:
        parts.append(f"with “{wanted.words}”")
    return f" Only {', '.join(parts)}." if parts else ""


def _selection(desk: DeskShown) -> list[Block]:
    """What is selected, and what can be decided about it; where nothing is, about all that is found."""
    value, count = _value(desk), len(desk.selected)
    here = sum(payment.open for payment in desk.page.shown)
    select = []
    if desk.decidable:
        select.append(button(f"Select all {desk.decidable:,} found", "desk_select_found", value))
    if here and desk.page.pages > 1:
        select.append(button(f"Select these {here}", "desk_select_page", value))
    if count:
        select.append(button("Select none", "desk_select_none", value))
    says = f"*Selected: {wording.counted_with_sums(count, sums(desk.selected))}*{_of_risk(desk.selected)}"
    nothing = "*Nothing is selected.* Tick payments, or decide about all that is found."
    blocks = [section(mrkdwn(says if count else nothing))]
    if select:
        blocks.append(actions("select", *select))
    if count or desk.decidable:
        item, which = (About.SELECTED, "") if count else (About.FOUND, f" all {desk.decidable:,} found")
        about = ButtonValue(desk.state.id, item, desk.state.content_token).encode()
        decide = [
            button(f"Approve{which}…", "desk_approve", about, style="primary"),
            button(f"Reject{which}…", "desk_reject", about, style="danger"),
            button(f"Hold{which}…", "desk_hold", about),
        ]
        if count:
            decide.append(button("Ask…", "desk_ask", about))
        blocks.append(actions("decide", *decide))
    return blocks


def _of_risk(selected: Sequence[DeskPayment]) -> str:
    high = sum(payment.high_risk for payment in selected)
    return f" · {high:,} of high risk" if high else ""


def _payment(desk: DeskShown, entry: ReviewedTransaction, ticked: Iterable[int]) -> list[Block]:
    """A payment with its check mark, or with what was decided."""
    payment = entry.transaction
    amount = format_amount(payment.amount, payment.currency)
    what = f"#{payment.ref} {amount} to {payment.vendor}"
    lines = [payment.vendor] if len(what) > OPTION_TEXT else []
    lines = [clip(line, LINE) for line in (*lines, *payment_lines(desk.state, entry)) if line]
    claimed = on_payment(desk.state, payment.ref)
    about = context(plain_lines(lines, SECTION_TEXT), *([mrkdwn(claimed)] if claimed else []))
    decidable = {one.ref for one in desk.page.shown if one.open}
    if desk.state.status is not ReviewStatus.WAITING or payment.ref not in decidable:
        named = [rich_text(f"#{payment.ref} "), bold(amount), rich_text(" to "), bold(payment.vendor, LINE)]
        return [{"type": "divider"}, rich_line(*named), about]
    # Beside its check mark stands what it ticks.
    option = {"text": plain_text(what, OPTION_TEXT), "value": str(payment.ref)}
    box: Block = {"type": "checkboxes", "action_id": "desk_tick", "options": [option]}
    if payment.ref in ticked:
        box["initial_options"] = [option]
    # Under another name where it was ticked or unticked by a button, so that Slack shows that.
    return [{"type": "divider"}, actions(f"payment {payment.ref} {desk.view.resets}", box), about]


def payment_lines(state: ReviewState, entry: ReviewedTransaction) -> list[str]:
    """Why it is here, and what else is known of it, below amount and vendor: a line each."""
    payment = entry.transaction
    about = [
        payment.memo or "",
        payment.category or "",
        payment.date.isoformat() if payment.date else "",
        f"invoice {payment.invoice}" if payment.invoice else "",
        f"account ending in {payment.account[-4:]}" if payment.account else "",
        wording.place_in_source(state, payment),
        near_deadlines(state, payment),
    ]
    outcome = "" if entry.undecided else f"{wording.outcome_of(entry).capitalize()}. "
    return [
        wording.frozen_in_short(entry) if entry.open else "",
        f"{outcome}{RISK_WORDS[wording.worst(entry)]}: {wording.reasons(entry)}",
        " · ".join(detail for detail in about if detail),
    ]


def _pages(desk: DeskShown) -> list[Block]:
    page = desk.page
    if page.pages < 2:
        return []
    buttons = [
        button(words, f"desk_page_{name}", ButtonValue(desk.state.id, str(to)).encode())
        for name, words, to in (
            ("previous", "Previous page", page.number - 1),
            ("next", "Next page", page.number + 1),
        )
        if 0 <= to < page.pages
    ]
    says = f"Page {page.number + 1:,} of {page.pages:,}"
    return [{"type": "divider"}, context(mrkdwn(says)), actions("pages", *buttons)]


def _value(desk: DeskShown) -> str:
    return ButtonValue(desk.state.id, "", desk.state.content_token).encode()
