"""Twenty people in a hurry: they submit, click, reply, talk, and try again when nothing seems to happen."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.chaos.amending import Amending
from tests.chaos.asking import Asking
from tests.chaos.calling import Calling
from tests.chaos.crowd import Crowd
from tests.chaos.records import header_of
from tests.chaos.town import Button, buttons_of
from tests.chaos.wishes import Json

OVER_LIMIT = 0.62  # of the payments, so that people have something to do
TRY_AGAIN = 0.6  # of the times that there was no acknowledgement
PATIENT, LOOKING = 10, 3.0  # tries of submitting a batch, and seconds of looking out for its card
IN_A_MODAL = 3  # buttons that somebody presses in it at most
NAMES_SOMEBODY = 0.7  # of the times that somebody says that they are away
MEMORY = 40  # cards that are remembered as they were
AT_THE_DESK = ("desk_select_found", "desk_select_page", "desk_select_none", "desk_approve", "desk_reject")
TENS = 3  # that somebody ticks by name at most
REASONS = ("duplicate of March", "no purchase order", "wrong amount", "")
Deed = Callable[["Person"], Awaitable[None]]


class Person(Asking, Amending, Calling):
    """One of them, with a memory of cards as they were some time ago."""

    def __init__(self, user: str, crowd: Crowd) -> None:
        self.user = user
        self._crowd = crowd
        self._town = crowd.town
        self._dice = crowd.plan.scale.dice(user)
        self._memory: list[Json] = []

    async def live(self) -> None:
        while await self._crowd.next():
            await asyncio.sleep(0.01)  # some deeds turn out to be nothing
            if (number := self._crowd.batch()) is not None:
                await self._submit(number)
                continue
            cards = list(self._town.cards())
            if not cards:
                await asyncio.sleep(0.05)
                continue
            deeds, weights = zip(*DEEDS if self._decides() else OTHERS_DEEDS, strict=True)
            deed: Deed = self._dice.choices(deeds, weights)[0]
            await deed(self)

    def _decides(self) -> bool:
        return self.user in self._crowd.plan.approvers or self._dice.random() < 0.15

    # -- looking

    def _card(self, *, open_: bool = True) -> Json:
        """A card to act on, as it is now; mostly one where there is something left to do."""
        cards = list(self._town.cards())
        waits = ("need", "on hold")
        fitting = [card for card in cards if any(word in header_of(card) for word in waits)] if open_ else []
        seen: Json = self._dice.choice(fitting or cards).copy()
        self._memory = [*self._memory[1 - MEMORY :], seen]
        return seen

    def _old_card(self) -> Json:
        """A card as it was when this person last looked at it, which may be long ago."""
        return self._dice.choice(self._memory) if self._memory else self._card()

    # -- acting

    async def _again(self, act: Callable[[], Awaitable[Json]]) -> Json:
        """Do it, and again where no acknowledgement came, as people sometimes do."""
        answer = await act()
        for _ in range(2):
            if int(answer.get("status", 200)) < 500 or self._dice.random() > TRY_AGAIN:
                break
            await asyncio.sleep(self._dice.uniform(0.1, 1.0))
            answer = await act()
        return answer

    async def click(self, place: Json, button: Button, user: str = "") -> Json:
        """Press a button of a message or modal as it was seen; it need not be there any more."""
        where = {"view_id": place["id"]} if "view" in place else {"message_ts": place["ts"]}
        return await self._town.act(
            "actions",
            user=user or self.user,
            **where,
            channel=place.get("channel"),
            action_id=button.action,
            block_id=button.block,
            value=button.value,
            force=True,
        )

    async def _submit(self, number: int) -> None:
        """Who submits wants to be paid, and submits again where neither an answer nor a card comes."""
        amounts = [self._amount() for _ in range(self._crowd.plan.sizes[number])]
        lines = [
            f"${amount} to Vendor {number + 1}-{row} Ltd. Memo: Delivery {number + 1} of part {row}."
            for row, amount in enumerate(amounts, start=1)
        ]
        channel = self._town.channels[number % len(self._town.channels)]
        fields = {"user": self.user, "channel": channel, "command": "/transactions"}
        for _ in range(PATIENT):
            answer = await self._town.act("commands", **fields, text="\n".join(lines))
            if int(answer.get("status", 200)) < 500:
                return
            await asyncio.sleep(LOOKING)
            if any(f"USD {sum(amounts):,}.00" in str(card["blocks"]) for card in self._town.cards()):
                return

    def _amount(self) -> int:
        over = self._dice.random() < OVER_LIMIT
        return self._dice.randint(10_001, 90_000) if over else self._dice.randint(10, 9_999)

    async def one_click(self) -> None:
        await self._click_on(self._card())

    async def stale_click(self) -> None:
        await self._click_on(self._old_card())

    async def _click_on(self, card: Json) -> None:
        single = [one for one in buttons_of(card) if one.ref]
        if single:
            await self._press(card, self._dice.choice(single))
        else:
            await self._look_further(card)

    async def _press(self, place: Json, button: Button) -> None:
        """Press a button of a message or modal, and give the reason where one is asked for."""
        await self._again(lambda: self.click(place, button))
        if button.action != "reject":
            return
        form = self._town.modal_of(self.user)
        if form is None or form["view"]["callback_id"] != "reason":
            return
        given = {"user": self.user, "values": {"reason": {"reason": self._dice.choice(REASONS) or "wrong"}}}
        await self._again(lambda: self._town.act(f"views/{form['id']}/submit", **given))

    async def _look_further(self, card: Json) -> None:
        """Open one's desk, and select, turn and decide in it."""
        desk = [one for one in buttons_of(card) if one.action == "open_desk"]
        if not desk:
            await self.talk()
            return
        await self.click(card, desk[0])
        for _ in range(self._dice.randint(1, IN_A_MODAL)):
            modal = self._town.modal_of(self.user)
            if modal is None or modal["view"]["callback_id"] not in ("desk", "bulk"):
                break
            if modal["view"]["callback_id"] == "bulk":
                await self._decide_together()
            elif buttons := [one for one in buttons_of(modal["view"]) if one.action in AT_THE_DESK]:
                await self.click(modal, self._dice.choice(buttons))

    async def _decide_together(self) -> None:
        """Tick what stands by name on the page of a decision about many, and submit it with a reason."""
        page: Json = {}
        for _ in range(TENS):
            page = self._town.modal_of(self.user) or {}
            if not page or page["view"]["callback_id"] != "bulk":
                return
            tens = [one for one in buttons_of(page["view"]) if one.action == "bulk_tick_ten"]
            if not tens:
                break
            await self.click(page, tens[0])
        given = {"user": self.user, "values": {"reason": {"reason": self._dice.choice(REASONS) or "seen"}}}
        await self._again(lambda: self._town.act(f"views/{page['id']}/submit", **given))

    async def look_further(self) -> None:
        await self._look_further(self._card())

    async def double_click(self) -> None:
        """Twice within 50 ms."""
        card = self._card()
        buttons = [one for one in buttons_of(card) if one.ref and one.action != "reject"]
        if not buttons:
            return
        button = self._dice.choice(buttons)
        first = asyncio.create_task(self.click(card, button))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, self.click(card, button))

    async def duel(self) -> None:
        """Another approver presses another button of the same payment at the same time."""
        card, other = self._card(), self._dice.choice(self._crowd.plan.approvers)
        buttons = [one for one in buttons_of(card) if one.ref and one.action != "reject"]
        if not buttons:
            return
        mine = self._dice.choice(buttons)
        theirs = self._dice.choice([one for one in buttons if one.ref == mine.ref])
        await asyncio.gather(self.click(card, mine), self.click(card, theirs, other))

    async def _whole(self, *actions: str) -> None:
        card = self._card(open_=actions != ("exit",) or self._dice.random() < 0.2)
        buttons = [one for one in buttons_of(card) if one.action in actions]
        if buttons:
            button = self._dice.choice(buttons)
            await self._again(lambda: self.click(card, button))

    async def decide_all(self) -> None:
        await self._whole("approve_all", "reject_all")
        await self._decide_together()

    async def exit(self) -> None:
        """Close a review, and confirm that where something in it is open."""
        await self._whole("exit")
        form = self._town.modal_of(self.user)
        if form is not None and form["view"]["callback_id"] == "close_review":
            given = {"user": self.user, "values": {}}
            await self._again(lambda: self._town.act(f"views/{form['id']}/submit", **given))

    async def reopen(self) -> None:
        """Open a review again that somebody closed."""
        closed = [card for card in self._town.cards() if "is closed" in header_of(card)]
        buttons = [(card, one) for card in closed for one in buttons_of(card) if one.action == "reopen"]
        if buttons:
            card, button = self._dice.choice(buttons)
            await self._again(lambda: self.click(card, button))

    async def release(self) -> None:
        """Take a payment off hold that anybody may have put there."""
        card = self._card()
        await self._say(card, f"release {self._refs(card, 1)[0]}")

    # -- replying

    async def _say(self, card: Json, text: str) -> None:
        place = {"channel": card["channel"], "thread_ts": card["ts"]}
        await self._again(lambda: self._town.act("messages", user=self.user, text=text, **place))

    def _refs(self, card: Json, count: int) -> list[int]:
        """References to speak of: mostly such as have buttons, sometimes any."""
        offered = sorted({one.ref for one in buttons_of(card) if one.ref})
        known = offered if len(offered) >= count and self._dice.random() < 0.8 else range(1, 60)
        return sorted(self._dice.sample(list(known), count))

    async def reply(self) -> None:
        card, verb = self._card(), self._dice.choice(("approve", "approve", "reject", "hold"))
        refs = " and ".join(map(str, self._refs(card, self._dice.choice((1, 1, 2)))))
        reason = self._dice.choice(REASONS)
        await self._say(card, f"{verb} {refs}{f': {reason}' if reason and verb != 'approve' else ''}")

    async def reply_for_all(self) -> None:
        await self._say(self._card(), self._dice.choice(("skip", "exit", "reopen")))

    async def ask(self) -> None:
        card = self._card(open_=False)
        ref = self._refs(card, 1)[0]
        await self._say(card, self._dice.choice((f"why {ref}?", "status", "help")))

    async def hint(self) -> None:
        """Plain words that a model can read as a decision; nothing is done before they are confirmed."""
        card = self._card()
        await self._say(card, f"I would let {self._refs(card, 1)[0]} pass {self._crowd.word()}")

    async def confirm(self) -> None:
        """Confirm what the bot made of plain words, mostly of one's own, or say that it was not meant."""
        card = self._card()
        offers = [
            (message, button)
            for message in self._town.thread(card)
            for button in buttons_of(message)
            if button.action in ("confirm", "cancel")
            and (f"<@{self.user}>" in str(message["blocks"]) or self._dice.random() < 0.1)
        ]
        if offers:
            message, button = self._dice.choice(offers)
            await self._again(lambda: self.click(message, button))

    async def away(self) -> None:
        """Say that one is away for a while, mostly with somebody who stands in; or that one is back."""
        others = [one for one in self._crowd.plan.approvers if one != self.user]
        named = f", <@{self._dice.choice(others)}> stands in" if self._dice.random() < NAMES_SOMEBODY else ""
        text = self._dice.choice((f"away today{named}", f"away until Friday{named}", "back"))
        fields = {"user": self.user, "channel": self._town.channels[0], "command": "/transactions"}
        await self._again(lambda: self._town.act("commands", **fields, text=text))

    async def talk(self) -> None:
        words = self._dice.choice(("lunch at noon", "has anybody seen the invoice", "I am on the train"))
        await self._say(self._card(open_=False), f"{words} {self._crowd.word()}")


async def everybody(crowd: Crowd) -> None:
    """All act until as much was done as was planned."""
    await asyncio.gather(*(Person(user, crowd).live() for user in crowd.plan.people))


DEEDS: tuple[tuple[Deed, int], ...] = (
    (Person.one_click, 44),
    (Person.stale_click, 8),
    (Person.double_click, 6),
    (Person.duel, 7),
    (Person.reply, 15),
    (Person.look_further, 8),
    (Person.talk, 4),
    (Person.ask, 4),
    (Person.hint, 2),
    (Person.ask_submitter, 4),
    (Person.note, 2),
    (Person.answer, 4),
    (Person.withdraw, 2),
    (Person.correct, 8),
    (Person.call_back, 8),
    (Person.confirm, 4),
    (Person.decide_all, 1),
    (Person.exit, 4),
    (Person.reopen, 3),
    (Person.release, 4),
    (Person.reply_for_all, 1),
    (Person.away, 2),
)
OTHERS_DEEDS: tuple[tuple[Deed, int], ...] = (
    (Person.talk, 5),
    (Person.answer, 4),
    (Person.ask, 3),
    (Person.withdraw, 2),
    (Person.correct, 8),
    (Person.look_further, 2),
)
