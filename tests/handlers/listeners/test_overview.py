"""Home, and what people ask of many reviews: each sees what is theirs, and nothing of anybody else's."""

import json
from typing import Any

from tests.office import SEED, TEAM, Json, Office, cards, open_office, sandbox_policy

ANA, BEN, DOV = "U_REQUESTER", "U_REVIEWER", "U_OUTSIDER"


async def home(office: Office, user: str) -> Json:
    await office.do("home", user=user)
    return (await office.state())["homes"][user]  # type: ignore[no-any-return]


def headings(view: Json) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]


def text_of(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False)


async def answer(office: Office, user: str, text: str, channel: str = "C_FINANCE") -> str:
    return text_of((await office.command(user, text, channel))["response"])


async def seeded(office: Office, user: str = ANA) -> tuple[Json, str]:
    await office.command(user, SEED)
    card = await office.card("1 of 3")
    return card, (await office.review_state(card)).id


async def listed_as_closed(office: Office, review: str) -> None:
    """Wait until the job has noted it that follows the closing; doing it once more changes nothing."""
    await office.card("closed")
    await office.bot.jobs.learn(TEAM, review)


async def test_an_approver_sees_what_waits_and_a_submitter_what_is_theirs(office: Office) -> None:
    card, review = await seeded(office)
    ben, ana, dov = [await home(office, user) for user in (BEN, ANA, DOV)]
    assert headings(ben) == ["Waiting for you", "Yours"]
    assert f"{review}*" not in text_of(ben), "the id is a link to the card"
    assert "1 of 3 payments waits · USD 12,000.00" in text_of(ben)
    assert '"open_desk"' in text_of(ben)
    assert "by <@U_REQUESTER>" in text_of(ben)
    assert headings(ana) == ["Yours"]
    assert "3 payments · USD 17,500.00 · 2 approved automatically, 1 needs a decision" in text_of(ana)
    assert '"my_payments"' in text_of(ana)
    assert '"open_desk"' not in text_of(ana)
    assert headings(dov) == ["Yours"]
    assert review not in text_of(dov)
    await office.click(BEN, card, "approve", 2)
    await office.card("decided")
    assert "Nothing waits for you" in text_of(await home(office, BEN))
    await office.reply(BEN, "exit", card)
    await listed_as_closed(office, review)
    ben, ana, dov = [await home(office, user) for user in (BEN, ANA, DOV)]
    assert headings(ben) == ["Waiting for you", "Yours", "Recently closed"]
    assert "2 approved automatically, 1 approved · closed" in text_of(ana)
    assert headings(dov) == ["Yours", "Recently closed"], "dov is in the channel"


async def test_nothing_of_a_review_is_seen_by_who_may_not_see_it(tmp_path: Any) -> None:
    async with open_office(tmp_path, channel="C_SHARED") as office:
        card, review = await seeded(office)
        await office.reply(BEN, "approve 2", card)
        await office.reply(BEN, "exit", card)
        await listed_as_closed(office, review)
        assert review in text_of(await home(office, BEN))
        assert review not in text_of(await home(office, DOV))
        for asked in ("find acme", "find 12000", "closed", "waiting", "mine", "status"):
            assert review not in await answer(office, DOV, asked), asked
        assert "no such review" in await answer(office, DOV, review)
        assert "Acme Corp" in await answer(office, BEN, "find acme")


async def test_payments_are_found_by_vendor_amount_invoice_and_review(office: Office) -> None:
    rows = b"amount,vendor,memo,invoice\n15000,Globex *Inc*,Racks,INV-77\n20,Hooli,Tea,INV-78\n"
    await office.drop(ANA, "p.csv", rows)
    card = await office.card("1 of 2")
    review = (await office.review_state(card)).id
    for asked in ("find globex", "find 15,000", "find INV-77", "FIND 77"):
        found = await answer(office, BEN, asked)
        assert "USD 15,000.00 to Globex *Inc*" in found, asked
        assert "Hooli" not in found, asked
    (payment,) = [
        block
        for block in (await office.command(BEN, "find hooli"))["response"]["blocks"]
        if "Hooli" in text_of(block)
    ]
    assert payment["text"]["type"] == "plain_text"
    assert "approved automatically" in await answer(office, BEN, "find hooli")
    for asked in (review, review.lower(), f"find {review}"):
        assert "1 approved automatically, 1 needs a decision" in await answer(office, BEN, asked), asked
    assert "Nothing that you may see was found" in await answer(office, BEN, "find initech")
    assert "Say what to look for" in await answer(office, BEN, "find")
    assert len(cards(await office.state())) == 1, "nothing of this was submitted"


async def test_closed_reviews_do_not_vanish(office: Office) -> None:
    card, review = await seeded(office)
    await office.reply(BEN, "reject 2: duplicate", card)
    await office.reply(BEN, "exit", card)
    await listed_as_closed(office, review)
    assert review in await answer(office, ANA, "mine")
    assert review in await answer(office, BEN, "closed")
    assert "1 rejected" in await answer(office, BEN, review)
    assert "*rejected* by <@U_REVIEWER>" in await answer(office, ANA, "find acme")
    assert review not in await answer(office, BEN, "waiting")
    assert review not in await answer(office, ANA, "status")


async def test_a_misspelt_word_is_no_payment(office: Office) -> None:
    for typed, meant in (("wating", "waiting"), ("sampel 3", "sample 3"), ("fnid acme 12000", "find acme")):
        said = await answer(office, BEN, typed)
        assert f"Did you mean /transactions {meant}?" in said, typed
        assert "Nothing was submitted" in said
    assert "R-" in await answer(office, ANA, "$12 to Minea Ltd. Memo: ink")
    assert "R-" in await answer(office, ANA, "Sampler Inc $40")


async def test_a_submitter_who_asks_in_a_direct_message_hears_how_their_payments_stand(
    office: Office,
) -> None:
    card, review = await seeded(office)
    await office.reply(BEN, "reject 2: duplicate", card)
    await office.said("1 rejected")
    for asked in ("what happened to my payments?", "Was ist mit meinen Zahlungen?", "mine", "any news?"):
        await office.do("messages", user=ANA, channel="D_U_REQUESTER", text=asked)
        await office.told(ANA, review, "1 rejected")
    before = len((await office.state())["messages"])
    await office.do("messages", user=ANA, channel="D_U_REQUESTER", text=f"what became of {review}?")
    await office.until(lambda state: len(state["messages"]) >= before + 2)
    await office.do("messages", user=ANA, channel="D_U_REQUESTER", text="help")
    await office.told(ANA, "opens the form")
    assert len(cards(await office.state())) == 1


async def test_a_submitter_who_asks_in_the_thread_hears_how_each_payment_stands(office: Office) -> None:
    card, _ = await seeded(office)
    await office.reply(BEN, "hold 2: waiting for the receipt", card)
    await office.reply(ANA, "what happened to my payments?", card)
    await office.said("2 approved automatically, 1 on hold", "waiting for the receipt")


async def test_what_is_looked_for_on_home_is_shown_there(office: Office) -> None:
    await seeded(office)
    await home(office, BEN)
    await office.do("actions", user=BEN, view_id=await home_id(office, BEN), **FIND, value="acme")
    view = (await office.state())["homes"][BEN]
    assert "USD 12,000.00 to Acme Corp" in text_of(view)
    assert "needs a decision" in text_of(view)
    assert headings(view) == ["Waiting for you", "Yours"]


FIND = {"action_id": "find_payments", "block_id": "find"}


async def home_id(office: Office, user: str) -> str:
    view = (await office.state())["homes"][user]
    return str(view["id"])


async def test_where_anyone_decides_every_member_of_the_channel_sees_what_waits(tmp_path: Any) -> None:
    async with open_office(tmp_path, policy=sandbox_policy(approvers=("anyone",))) as office:
        await seeded(office)
        assert "Waiting for you" in headings(await home(office, DOV))
        assert "Waiting for you" not in headings(await home(office, ANA)), "who brought it decides nothing"
