"""Who is on it, and a nudge, at the page: seen by the others, and over when the clock says so."""

from tests.browser.kit import Window, Windows
from tests.browser.test_accessibility import looks_right
from tests.office import SEED, Office
from tests.test_nudges import reminders
from tests.worker.test_timers import monday_morning

TWO_OPEN = SEED.replace("$4000", "$14000")


async def choose(window: Window, entry: str) -> None:
    """Choose an entry of the first menu of a payment on the card."""
    await window.click(window.page.locator("article details.overflow summary").first)
    await window.click(window.page.get_by_role("button", name=entry).first)


async def test_a_claim_is_seen_taken_over_and_lapses(office: Office, windows: Windows) -> None:
    await monday_morning(office)
    await office.command("U_REQUESTER", TWO_OPEN)
    chi, ben = await windows.open("#chi/C_FINANCE"), await windows.open("#ben/C_FINANCE")
    await chi.sees("2 of 3 payments need a decision")
    await choose(chi, "I'm on it")
    await ben.sees("@chi is on it since 09:0")
    await looks_right(ben, "claims-on-a-payment")
    await choose(ben, "Take over or give back")
    await chi.sees("@ben is on it since 09:0")
    await ben.click(ben.button("I'm on it").last)
    await chi.sees("the whole review")
    await looks_right(chi, "claims-on-a-review")
    await ben.click(ben.button("Open my desk").first)
    await ben.modal().wait_for()
    await ben.sees("@ben is on the whole review since", where="dialog.modal")
    await looks_right(ben, "claims-on-a-desk")
    # An hour later nobody is, whoever looks, and nothing was decided.
    await chi.click(chi.button("Advance 4 hours"))
    await chi.page.get_by_text("is on the whole review").first.wait_for(state="detached")
    await chi.sees("2 of 3 payments need a decision")
    await looks_right(chi, "claims-lapsed")
    assert (await office.review_state(await office.card())).claims == ()


async def test_a_nudge_reaches_those_who_decide_and_says_when_the_next_one_may(
    office: Office, windows: Windows
) -> None:
    await monday_morning(office)
    await office.command("U_REQUESTER", TWO_OPEN)
    ana = await windows.open("#ana/D_U_REQUESTER")
    await ana.sees("2 need a decision")
    await ana.click(ana.button("Nudge"))
    await ana.sees("I remind @ben and @chi now.")
    await looks_right(ana, "nudge-by-its-submitter")
    await office.until(lambda state: len(reminders(state)) == 2)
    ben = await windows.open("#ben/D_U_REVIEWER")
    await ben.sees("Payments wait for you: 2 payments in 1 review")
    await looks_right(ben, "nudge-reminder")
    await office.advance(hours=1)
    await ana.click(ana.button("Nudge"))
    await ana.sees("You can nudge once in 4 hours: again from Mon")
    await looks_right(ana, "nudge-too-early")
