"""Who is on it, wherever a review or a payment is shown."""

from datetime import timedelta

from bot.application.details import PaymentDetails
from bot.application.overview import ListedReview
from bot.domain.people import Deciders
from bot.domain.review.claims import Claim
from bot.domain.review.deadlines import Deadline, DeadlineKind
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import OF_REVIEW
from handlers.views.button_value import ButtonValue
from handlers.views.card import card
from handlers.views.claims import CLAIM, claim_choice, shown_claimer
from handlers.views.details import details_view
from handlers.views.payment_rows import menu_values
from handlers.views.reminders import reminder
from handlers.views.sentences import private_sentence
from tests.words.sample import FIRST, NOW, payment, state

UNTIL = NOW + timedelta(hours=1)
CLAIMS = (
    Claim(ref=OF_REVIEW, by="U_CHI", since=NOW, until=UNTIL),
    Claim(ref=2, by="U_BEN", since=NOW, until=UNTIL),
)
ON_IT = state(claims=CLAIMS)


def test_a_reminder_is_sent_all_the_same_and_names_who_is_on_it_and_what_is_due() -> None:
    due = Deadline(payment().date or NOW.date(), DeadlineKind.DUE)
    _, blocks = reminder([ListedReview(ON_IT, "1.0", due)], {}, NOW)
    said = str(blocks)
    assert "<@U_CHI> is on the whole review since 12:04 UTC" in said
    assert "<@U_BEN> is on #2 since 12:04 UTC" in said
    assert "*due 20 Nov*" in said
    assert "is on" not in str(reminder([ListedReview(state(), "1.0")], {}, NOW))


def test_details_and_cards_of_groups_show_it() -> None:
    found = PaymentDetails(state=ON_IT, entry=FIRST, others=(), past="", so_far=())
    assert "<@U_BEN> is on it since" in str(details_view(found, {}))
    many = str(card(ON_IT.but(undecided=12), [], Deciders(("U_BEN",))))
    assert "<@U_CHI> is on the whole review" in many
    assert "<@U_BEN> is on #2" in many


def test_an_entry_carries_whose_claim_it_shows_and_fits_into_a_menu_of_slack() -> None:
    assert claim_choice(state(), 2) == (CLAIM, "I'm on it")
    choice, says = claim_choice(ON_IT, 2)
    assert (shown_claimer(choice), says) == ("U_BEN", "Take over or give back")
    assert shown_claimer(CLAIM) == ""
    assert shown_claimer("approve") is None
    values = menu_values(ON_IT, FIRST)
    assert len(values) <= 5
    longest = ButtonValue("R-" + "Z" * 12, "99999", "d" * 12 + "-99999", 20, held=True).encode()
    assert len(f"claimed-{'U' * 12}:{longest}") <= 150
    assert all(len(value) <= 150 for value in values)


def test_who_is_refused_reads_who_is_on_it() -> None:
    _, blocks = private_sentence(RequestResult(Outcome.CLAIMED, claimed=CLAIMS[1:]))
    assert "<@U_BEN> is on it since 12:04 UTC" in str(blocks)
