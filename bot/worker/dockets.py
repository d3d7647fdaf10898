"""The queues of jobs: one, or several, each for its share of the workspaces.

docket keeps all of a queue together, on Redis Cluster on one server. With several queues the work of many
workspaces is spread over servers, and one that is busy holds up only those that share its queue. All jobs of
a workspace go through the same one, so that what may not run side by side never does.
"""

import binascii
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from docket import TaskCall

from bot.store import Job
from bot.stored_metrics import QueueState
from bot.worker.plain_docket import PlainDocket

NAME = "countersign"  # of the first; the others carry their number
RECORD_LIFE = timedelta(hours=1)  # of a job that is done


def queue_name(number: int) -> str:
    """The name of a queue by its number, from 1."""
    return NAME if number == 1 else f"{NAME}-{number}"


class Dockets:
    """The dockets of this process, in order of their numbers; the first one has the sweep."""

    def __init__(self, dockets: Sequence[PlainDocket]) -> None:
        self.all = tuple(dockets)

    @property
    def first(self) -> PlainDocket:
        """The docket of the sweep, and of all jobs where there is no other."""
        return self.all[0]

    def of(self, workspace: str) -> PlainDocket:
        """The docket with the jobs of a workspace, by CRC-16 of its id."""
        return self.all[binascii.crc_hqx(workspace.encode(), 0) % len(self.all)]

    def shared_out(self, jobs: Iterable[Job]) -> Mapping[PlainDocket, list[Job]]:
        """Jobs by their dockets, in order; the first id of a job is its workspace."""
        shares: dict[PlainDocket, list[Job]] = defaultdict(list)
        for job in jobs:
            shares[self.of(str(job.ids[0]) if job.ids else "")].append(job)
        return shares

    async def state(self) -> list[QueueState]:
        """How each queue does, by its number; raises what ``StoreUnavailable`` names."""
        return [await _state(docket) for docket in self.all]


def calls_of(docket: PlainDocket, jobs: Iterable[Job]) -> list[TaskCall]:
    """What docket is asked to do, with where each job stands in its outbox."""
    return [
        docket.call(job.name, key=job.key)(*job.ids, request=job.request, entry=job.place) for job in jobs
    ]


@contextlib.asynccontextmanager
async def open_dockets(url: str, number: int) -> AsyncIterator[Dockets]:
    """So many dockets over one Redis, connected until left."""
    async with contextlib.AsyncExitStack() as stack:
        yield Dockets(
            [
                await stack.enter_async_context(
                    PlainDocket(queue_name(place), url=url, execution_ttl=RECORD_LIFE)
                )
                for place in range(1, number + 1)
            ]
        )


async def _state(docket: PlainDocket) -> QueueState:
    # docket's workers tell that they live by the machine's time, whatever the bot's clock shows.
    silence = docket.heartbeat_interval * docket.missed_heartbeats
    lives = (datetime.now(UTC) - silence).timestamp()
    async with docket.redis() as redis:
        pipe: Any
        async with redis.pipeline(transaction=False) as pipe:
            pipe.xlen(docket.stream_key)
            pipe.zcard(docket.queue_key)
            pipe.zcount(docket.workers_set, lives, "+inf")
            waiting, later, workers = await pipe.execute()
    return QueueState(docket.name, waiting + later, workers)
