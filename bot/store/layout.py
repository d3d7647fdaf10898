"""The number of the layout of what is stored, and which numbers a process can work with.

The rule for whoever changes what is stored, which ``deploy/UPGRADING.md`` promises to operators: two
neighbouring versions run side by side. So

- a version reads what the one before it wrote, and writes nothing that the one before cannot read;
- what the one before could not read is written only where ``LAYOUT`` was raised for it and the number in
  Redis says so, which ``countersign migrate`` alone raises, once no process of the version before is left;
- what is in Redis is brought to the new form by ``migrate`` (``bot/application/migrate.py``), and until then
  read as it stands. ``READABLE_FROM`` follows when the code that reads an older form is taken out.

A process that meets a newer number than it knows takes no work. It looks at its start and every second, and
at no request: within that second it writes what the newer version can read.
"""

from redis.asyncio import Redis

from bot.store.keys import LAYOUT_NUMBER

BEFORE_NUMBERS = 1  # what is stored where no number is
LAYOUT = 2  # every review is in the indices, with its sums, holds, order and timer
READABLE_FROM = BEFORE_NUMBERS
KEYS_A_LOOK = 1_000
RESTORING = "restoring "  # and the name of a backup: stands for the number until all of it is there


class UnreadableLayout(Exception):
    """The stored data is of a layout that this version cannot work with; the message is one sentence."""


class StoredLayout:
    """The number in Redis; from ``readable_from`` to ``knows`` are those that this version can work with."""

    def __init__(self, redis: Redis, *, knows: int = LAYOUT, readable_from: int = READABLE_FROM) -> None:
        self._redis = redis
        self.knows = knows
        self.readable_from = readable_from

    async def number(self) -> int | None:
        """The number of what is stored; ``None`` where nothing of ours is. One command, as a rule.

        Raises ``UnreadableLayout`` where something else stands in its place.
        """
        stored = await self._redis.get(LAYOUT_NUMBER)
        if stored is None and await self._is_empty():
            return None
        # Another process that begins meanwhile notes its number before it writes anything else.
        if stored is None and (stored := await self._redis.get(LAYOUT_NUMBER)) is None:
            return BEFORE_NUMBERS
        if str(stored).startswith(RESTORING):
            raise UnreadableLayout(
                "A backup is being restored into this Redis, or was until somebody stopped it; "
                "run countersign restore again with the same file."
            )
        if not (str(stored).isascii() and str(stored).isdigit()):
            raise UnreadableLayout(
                f"The number of the stored layout ({LAYOUT_NUMBER}) cannot be read; "
                "somebody else has written to this Redis."
            )
        return int(stored)

    async def begin(self) -> int:
        """The number of what is stored; where nothing is, this version's, which is noted.

        Raises ``UnreadableLayout`` where this version cannot work with it.
        """
        number = await self.number()
        if number is None:
            await self._redis.set(LAYOUT_NUMBER, self.knows, nx=True)
            number = await self.number() or self.knows
        self.check(number)
        return number

    async def look(self) -> None:
        """Raise ``UnreadableLayout`` where the number has become one that this version cannot work with.

        One command, for a look every second: no number is no news.
        """
        if await self._redis.get(LAYOUT_NUMBER) is not None:
            self.check(await self.number() or self.knows)

    def check(self, number: int) -> None:
        """Raise ``UnreadableLayout`` where this version cannot work with what is stored in this layout."""
        if number > self.knows:
            raise UnreadableLayout(
                f"What is stored has layout {number}, and this version of Countersign knows {self.knows} at "
                "most; use the version that everybody else here runs."
            )
        if number < self.readable_from:
            raise UnreadableLayout(
                f"What is stored has layout {number}, and this version of Countersign reads from "
                f"{self.readable_from} on; run: countersign migrate."
            )

    async def raise_to(self, number: int) -> None:
        """Note that all that is stored has this layout; older versions stop within a second."""
        await self._redis.set(LAYOUT_NUMBER, number)

    async def _is_empty(self) -> bool:
        """Whether none of our keys is there; whoever else uses this Redis has other ones."""
        async for _ in self._redis.scan_iter(match="cs:*", count=KEYS_A_LOOK):
            return False
        return True
