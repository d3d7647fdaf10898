"""Making what is kept for a while as old as a clock says that was put forward, as only the demo's can be.

Redis counts lifetimes by the machine's clock, so that without this a draft of a week ago could still be
submitted. What lives for a year stays: nobody has a demo for so long. So does what is about deliveries, jobs
and calls, which are as old as they are.
"""

import contextlib
from datetime import timedelta
from typing import Final

from bot.store.scripts import lua
from bot.store.topology.connection import connect

# What people would meet although its time is over, and what operators would not be told again.
OF_PEOPLE: Final = (
    *("cs:draft:*", "cs:files:*", "cs:table:*", "cs:table_head:*", "cs:{desk *", "cs:home:*"),
    *("cs:alarm:*", "cs:policy_news:*"),
)


async def age_keys(url: str, by: timedelta) -> None:
    """Let all of that go so much sooner, at once where its time is over; in the one server at ``url``.

    Raises what ``StoreUnavailable`` names; then it may be done for some of it.
    """
    async with contextlib.aclosing(connect(url)) as redis:
        age = redis.register_script(lua("age"))
        for pattern in OF_PEOPLE:
            async for key in redis.scan_iter(match=pattern, count=1000):
                await age(keys=[key], args=[int(by.total_seconds() * 1000)])
