"""A model whose answers come when and in the order in which a test lets them come."""

import asyncio
from collections.abc import Callable

from pydantic import BaseModel

from bot.llm.model import Completion, ContentRefused
from tests.openai_server import flags_of


def clears(user: str) -> str:
    return flags_of(user, lambda rows: [])


def first_row(user: str) -> int:
    """The reference of the first row that a question is about."""
    return int(user.split("\n")[1].split("\t")[0])


class GatedModel:
    """Each question waits in ``waiting`` until it is answered; ``most`` is how many ever waited at once.

    ``begun`` and ``cancelled`` count questions.
    """

    name = "gated"
    headroom = 0

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[str]] = {}
        self.begun = self.cancelled = self.most = 0
        self._changed = asyncio.Event()

    async def complete(
        self, *, system: str, user: str, schema: type[BaseModel], max_tokens: int
    ) -> Completion:
        self.begun += 1
        self.waiting[user] = asyncio.get_running_loop().create_future()
        self.most = max(self.most, len(self.waiting))
        self._changed.set()
        try:
            return Completion(text=await self.waiting[user], prompt_tokens=10, completion_tokens=1)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            del self.waiting[user]

    async def asked(self, count: int) -> list[str]:
        """The questions that wait, in the order of their rows, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.waiting) < count:
                self._changed.clear()
                await self._changed.wait()
        return sorted(self.waiting, key=first_row)

    async def about(self, row: int) -> str:
        """The question whose first row this is, once it waits."""
        async with asyncio.timeout(20):
            while not (found := [user for user in self.waiting if first_row(user) == row]):
                self._changed.clear()
                await self._changed.wait()
        return found[0]

    async def answer(self, user: str, script: Callable[[str], str] = clears) -> None:
        """Answer one question, and let whoever asked go on."""
        self.waiting[user].set_result(script(user))
        await self._taken(user)

    async def refuse(self, user: str) -> None:
        """Refuse the content of one question, and let whoever asked go on."""
        self.waiting[user].set_exception(ContentRefused("no"))
        await self._taken(user)

    async def _taken(self, user: str) -> None:
        async with asyncio.timeout(20):
            while user in self.waiting:  # noqa: ASYNC110 - one turn of the loop at the most
                await asyncio.sleep(0)
