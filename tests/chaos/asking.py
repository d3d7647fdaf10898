"""People who ask whoever submitted, note things down, and answer what they are asked."""

import random

from tests.chaos.crowd import Crowd
from tests.chaos.records import part_of
from tests.chaos.town import Town
from tests.chaos.wishes import Json


class Asking:
    """The deeds of a person that decide nothing; what is said is never said twice."""

    user: str
    _crowd: Crowd
    _town: Town
    _dice: random.Random

    def _card(self, *, open_: bool = True) -> Json:
        raise NotImplementedError

    def _refs(self, card: Json, count: int) -> list[int]:
        raise NotImplementedError

    async def _say(self, card: Json, text: str) -> None:
        raise NotImplementedError

    async def ask_submitter(self) -> None:
        """Ask about a payment, mostly one that is open."""
        card = self._card()
        await self._say(card, f"ask {self._refs(card, 1)[0]}: which project is {self._crowd.word()}?")

    async def note(self) -> None:
        """Write something down about a payment."""
        card = self._card()
        await self._say(card, f"note {self._refs(card, 1)[0]}: called about {self._crowd.word()}")

    async def answer(self) -> None:
        """Answer one of the questions in one's direct messages, asked long ago or just now."""
        sent = [one for one in self._town.workspace.posted(f"D_{self.user}") if is_question(one)]
        if sent:
            await self._say(self._dice.choice(sent), f"that is project {self._crowd.word()}")


def is_question(message: Json) -> bool:
    """Whether a message is the direct message of a question."""
    return part_of(message).get("part") == "question"
