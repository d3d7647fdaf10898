"""People who note calls to vendors about bank accounts, which freeze payments that were corrected to one."""

import random

from tests.chaos.town import Button, Town, buttons_of
from tests.chaos.wishes import Json

FORM = "call_back"  # the button that opens the form, and the callback of it
CONFIRMED = 0.7  # of the calls


class Calling:
    """The deed of a person who calls a vendor, or says so."""

    user: str
    _town: Town
    _dice: random.Random

    async def click(self, place: Json, button: Button, user: str = "") -> Json:
        raise NotImplementedError

    async def call_back(self) -> None:
        """Note a call about a frozen payment that a card shows."""
        frozen = [
            (card, button)
            for card in self._town.cards()
            for button in buttons_of(card)
            if button.action == FORM
        ]
        if not frozen:
            return
        await self.click(*self._dice.choice(frozen))
        form = self._town.modal_of(self.user)
        if form is None or form["view"].get("callback_id") != FORM:
            return
        elements = [block["element"] for block in form["view"]["blocks"] if "element" in block]
        said = {
            "spoke_to": "Maria Novak",
            "called_at": next(one["initial_date_time"] for one in elements if "initial_date_time" in one),
            "number": "+44 20 7946 0018",
            "source": "records",
            "result": "confirmed" if self._dice.random() < CONFIRMED else "not confirmed",
        }
        values = {name: {name: value} for name, value in said.items()}
        await self._town.act(f"views/{form['id']}/submit", user=self.user, values=values)
