"""People who correct and withdraw payments, mostly of what they brought themselves."""

import random
import re

from tests.chaos.crowd import Crowd
from tests.chaos.town import Town, buttons_of
from tests.chaos.wishes import Json

FORM = "correct"  # the callback of the form that corrects a payment
OWN = 0.9  # of the times
SAME_ACCOUNT = 0.6  # of the corrections, which name one account for all vendors, so that payments are frozen
ACCOUNT = "GB29NWBK60161331926819"


class Amending:
    """The deeds of a person who changes their mind about what they brought."""

    user: str
    _crowd: Crowd
    _town: Town
    _dice: random.Random

    def _refs(self, card: Json, count: int) -> list[int]:
        raise NotImplementedError

    async def _say(self, card: Json, text: str) -> None:
        raise NotImplementedError

    def _brought(self) -> Json | None:
        """A card to amend payments of, mostly of one's own batch."""
        cards = list(self._town.cards())
        own = [card for card in cards if re.search(rf"Submitted by <@{self.user}>", str(card["blocks"]))]
        chosen = own if self._dice.random() < OWN else cards
        return self._dice.choice(chosen) if chosen else None

    async def withdraw(self) -> None:
        """Withdraw a payment by a reply."""
        if (card := self._brought()) is not None:
            await self._say(card, f"withdraw {self._refs(card, 1)[0]}")

    async def correct(self) -> None:
        """Correct amount, and mostly account, of a payment in the version that the card shows."""
        card = self._brought()
        shown = [one for one in buttons_of(card) if one.ref and one.action == "approve"] if card else []
        if card is None or not shown:
            return
        review, item, _, *version = self._dice.choice(shown).value.split(":")
        await self._town.act(
            "actions",
            user=self.user,
            channel=card["channel"],
            message_ts=card["ts"],
            action_id="correct_payment",
            block_id=f"own {item}",
            value=":".join((review, item, "", *version)),
            force=True,
        )
        form = self._town.modal_of(self.user)
        if form is None or form["view"].get("callback_id") != FORM:
            return
        values = {
            block["block_id"]: {block["block_id"]: block["element"].get("initial_value", "")}
            for block in form["view"]["blocks"]
            if block["type"] == "input"
        }
        values["amount"] = {"amount": str(self._dice.randint(100, 90_000))}
        if self._dice.random() < SAME_ACCOUNT:
            values["account"] = {"account": ACCOUNT}
        await self._town.act(f"views/{form['id']}/submit", user=self.user, values=values)
