"""Every listener by what it listens to: the routing table of the Slack side.

Bolt asks one route after the other, so what comes most stands first, and what answers for everything that
nobody else takes stands last. Every listener stores what a person did, then acknowledges it.
"""

import re

from slack_bolt.async_app import AsyncApp

from bot.application.ports import ChosenChannel
from bot.application.use_cases import UseCases
from handlers.listeners.absences import AbsenceListeners
from handlers.listeners.actions import DecisionListeners, LookListeners, answer_unknown_button
from handlers.listeners.adding import AddingListeners
from handlers.listeners.asking import AskingListeners
from handlers.listeners.bulk import BulkListeners
from handlers.listeners.call_backs import CallBackListeners
from handlers.listeners.claims import ClaimListeners
from handlers.listeners.closing import ClosingListeners
from handlers.listeners.commands import CommandListeners
from handlers.listeners.desk import DeskListeners
from handlers.listeners.desk_asking import DeskAskingListeners
from handlers.listeners.details import DetailListeners
from handlers.listeners.directory import CHANGES_OF_PEOPLE, DirectoryListeners
from handlers.listeners.downloads import DownloadListeners
from handlers.listeners.edits import CHANGES, EditListeners
from handlers.listeners.errors import answer_failure
from handlers.listeners.events import MessageListeners, leave_event
from handlers.listeners.home import HomeUpdates
from handlers.listeners.installations import InstallationListeners
from handlers.listeners.mapping import MappingListeners
from handlers.listeners.my_payments import MyPaymentsListeners
from handlers.listeners.nudging import NudgeListeners
from handlers.listeners.overview import OverviewListeners
from handlers.listeners.payment_menu import MenuListeners, ReviewMenuListeners
from handlers.listeners.proposals import ProposalListeners
from handlers.listeners.shortcuts import ShortcutListeners
from handlers.listeners.views import FormListeners, answer_unknown_form
from handlers.manifest import COMMAND, REVIEW_MESSAGE
from handlers.views.absence_form import AWAY_FORM, BACK_NOW
from handlers.views.adding_form import ADD_APPROVER
from handlers.views.call_back_form import CALL_BACK
from handlers.views.card import REVIEW_MENU
from handlers.views.claims import CLAIM, CLAIMED
from handlers.views.closing_form import CLOSE
from handlers.views.desk import BULK, DESK_ASK, DESK_FILTER
from handlers.views.download_form import DOWNLOAD
from handlers.views.forms import APPROVAL, DRAFT, HOLD_REASON, REASON, SUBMIT
from handlers.views.home import FIND
from handlers.views.mapping_form import CHOICE, MAPPING
from handlers.views.my_payments import CORRECT, CORRECT_PAYMENT, MY_PAYMENTS, WITHDRAW_PAYMENT
from handlers.views.nudging import NUDGE
from handlers.views.payment_rows import MENU
from handlers.views.proposal_form import EDIT
from handlers.views.questions import ANSWER, ANSWER_BUTTON, ASK, NOTE, PLACE_FILES
from handlers.views.status_question import AWAY_NO, AWAY_YES
from handlers.views.submitter import OPEN_CARD

ANYTHING = re.compile(".*")


def register_listeners(app: AsyncApp, use_cases: UseCases, default_channel: ChosenChannel) -> None:
    """Register all listeners; ``default_channel`` says where cards go, ``None`` for where people submit."""
    looks, decisions = LookListeners(use_cases), DecisionListeners(use_cases)
    desk = DeskListeners(use_cases)
    bulk, desk_asking = BulkListeners(use_cases, desk, looks), DeskAskingListeners(use_cases, desk)
    proposals, edits = ProposalListeners(use_cases), EditListeners(use_cases)
    overviews, asking = OverviewListeners(use_cases), AskingListeners(use_cases)
    home = HomeUpdates(overviews)
    own = MyPaymentsListeners(use_cases)
    calls = CallBackListeners(use_cases)
    messages = MessageListeners(use_cases, default_channel, asking, overviews, own, calls)
    commands = CommandListeners(use_cases, default_channel, overviews)
    claims = ClaimListeners(use_cases)
    menu = MenuListeners(decisions, asking, DetailListeners(use_cases), claims, calls)
    shortcuts = ShortcutListeners(use_cases, default_channel)
    directory = DirectoryListeners(use_cases)
    closing = ClosingListeners(use_cases)
    downloads = DownloadListeners(use_cases)
    whole = ReviewMenuListeners(bulk, closing, downloads, claims)
    mappings = MappingListeners(use_cases)
    installations = InstallationListeners(use_cases)
    adding, absences = AddingListeners(use_cases), AbsenceListeners(use_cases)
    forms = FormListeners(use_cases, default_channel, mappings)

    # Buttons that decide.
    app.action(re.compile("^(approve|hold)$"))(home.after(decisions.decide))
    app.action(re.compile("^(approve|reject)_all$"))(bulk.all)
    app.action("approve_recommended")(bulk.recommended)
    app.action("reject")(decisions.ask_reason)
    app.action("exit")(home.after(closing.exit_review))
    app.action("reopen")(home.after(closing.reopen))
    app.view(CLOSE)(home.after(closing.close))
    app.action(re.compile(f"^({CLAIM}$|{CLAIMED})"))(home.after(claims.press))
    app.action(MENU)(home.after(menu.choose))
    app.action(REVIEW_MENU)(home.after(whole.choose))

    # The desk of one's own, and what is decided there about many payments.
    app.action("desk_tick")(desk.tick)
    app.action("bulk_tick")(bulk.tick)
    app.action(re.compile("^bulk_(un)?tick_ten$"))(bulk.tick_ten)
    app.action(re.compile("^bulk_page_(previous|next)$"))(bulk.turn)
    app.action(re.compile("^desk_(approve|reject|hold)$"))(bulk.selected)
    app.action(re.compile("^desk_(state|risk|finding|vendor|order)$"))(desk.choose)
    app.action(re.compile("^desk_page_(previous|next)$"))(desk.turn)
    app.action("desk_select_found")(desk.select_found)
    app.action("desk_select_page")(desk.select_page)
    app.action("desk_select_none")(desk.select_none)
    app.action("desk_filter")(desk.open_filter)
    app.action("desk_reset")(desk.reset)
    app.action(re.compile("^(open_desk|page_previous|page_next|page_undecided)$"))(desk.open)
    app.action("desk_ask")(desk_asking.open_form)
    app.view(BULK)(home.after(bulk.do))
    app.view(DESK_ASK)(desk_asking.ask)
    app.view(DESK_FILTER)(desk.take_filter)

    # Buttons of what was understood of a reply.
    app.action("confirm")(home.after(proposals.confirm))
    app.action("edit")(proposals.open_form)
    app.action(re.compile("^(cancel|change)$"))(proposals.cancel)  # "change" as an older proposal calls it

    # What people write, and what they change of it, which Slack calls a message too.
    app.event(CHANGES)(edits.changed)
    app.event("message")(messages.message)
    app.event("app_mention")(messages.mention)
    app.command(COMMAND)(commands.transactions)
    app.shortcut(REVIEW_MESSAGE)(shortcuts.review_message)

    # Forms that were submitted.
    app.view(SUBMIT)(forms.submit_batch)
    app.view(DRAFT)(forms.submit_good_rows)
    app.view(REASON)(home.after(forms.reject))
    app.view(APPROVAL)(home.after(forms.approve))
    app.view(HOLD_REASON)(home.after(forms.hold))
    app.view(EDIT)(proposals.propose_again)
    app.view(MAPPING)(mappings.take)
    app.view(DOWNLOAD)(downloads.order)

    # What whoever brought payments changes of them.
    app.action(re.compile(f"^{MY_PAYMENTS}(_previous|_next)?$"))(own.show)
    app.action(CORRECT_PAYMENT)(own.open_form)
    app.action(WITHDRAW_PAYMENT)(own.withdraw)
    app.view(CORRECT)(own.correct)
    app.action(NUDGE)(NudgeListeners(use_cases).press)

    # How a table is read.
    app.action("answer_columns")(mappings.open_form)
    app.action(CHOICE)(mappings.follow)
    app.action("forget_mapping")(mappings.forget)

    # What people ask, answer, note and show.
    app.action(CALL_BACK)(calls.open_form)
    app.view(CALL_BACK)(calls.note)
    app.action("note")(asking.open_note_form)
    app.action(ANSWER_BUTTON)(asking.open_answer_form)
    app.action(PLACE_FILES)(asking.place_files)
    app.view(ASK)(asking.ask)
    app.view(NOTE)(asking.note)
    app.view(ANSWER)(asking.answer)

    # What people say of their own absence.
    app.action(AWAY_FORM)(absences.open_form)
    app.action(BACK_NOW)(home.after(absences.back))
    app.view(AWAY_FORM)(home.after(absences.note))
    app.action(AWAY_YES)(absences.yes)
    app.action(AWAY_NO)(absences.no)

    # Who must approve one payment too.
    app.action(ADD_APPROVER)(adding.open_form)
    app.view(ADD_APPROVER)(home.after(adding.add))

    # What people look at.
    app.action(re.compile("^everything"))(looks.show_everything)
    app.action(re.compile("^show_all"))(bulk.show_all)
    app.action(re.compile("^bad_rows"))(looks.show_bad_rows)
    app.action("download")(downloads.open_form)
    app.action("show_again")(looks.show_again)
    app.action(re.compile("^submit_(good|new)$"))(looks.submit_good_rows)
    app.action("submit_again")(looks.submit_all_again)
    app.action(FIND)(overviews.find_on_home)
    app.action(OPEN_CARD)(overviews.open_card)
    app.event("app_home_opened")(overviews.show_home)

    # What changes about people, groups and channels.
    for change in CHANGES_OF_PEOPLE:
        app.event(change)(directory.changed)

    # What changes about the bot's own installation.
    app.event("app_uninstalled")(installations.uninstalled)
    app.event("tokens_revoked")(installations.revoked)

    # Everything of its kind that nobody above takes, and what a listener did not catch.
    app.action(ANYTHING)(answer_unknown_button)
    app.view(ANYTHING)(answer_unknown_form)
    app.event(ANYTHING)(leave_event)
    app.error(answer_failure)
