"""Memory of the bot's process with few and with very many open reviews in Redis, after the same work."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

from redis.asyncio import Redis

from bot.domain.review.state import ReviewState
from bot.store.keys import SHARDS, open_reviews, shard_of
from tests.bench.figures import Figure, Measured
from tests.bench.house import APPROVER, CHANNEL, TEAM, House, card_of, click, payments, submitted
from tests.bench.load import fire
from tests.bench.programs import Program, bot, running

FEW, MANY = 100, 100_000
PAYMENTS = 3
WORK = 2  # reviews of 30 that are decided, click by click
STATUS = 5  # times that somebody asks for the open reviews
SETTLE = 2.0  # seconds for jobs to be done
A_CALL = 500  # copies that one script makes

# Copies of one review under other names, made within the server: to submit 100,000 would take minutes.
COPIES = """
local keys, name, score = cjson.decode(ARGV[1]), ARGV[2], tonumber(ARGV[3])
for _, copy in ipairs(cjson.decode(ARGV[4])) do
  local id, shard = copy[1], copy[2]
  local renamed = function(text) return (string.gsub(text, name, id)) end
  for _, key in ipairs(keys) do
    local to = 'cs:{' .. shard .. '}:' .. renamed(string.match(key, '}:(.*)$'))
    local kind = redis.call('TYPE', key).ok
    if kind == 'hash' then
      local fields = redis.call('HGETALL', key)
      for at = 2, #fields, 2 do fields[at] = renamed(fields[at]) end
      redis.call('HSET', to, unpack(fields))
    elseif kind == 'stream' then
      for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
        redis.call('XADD', to, entry[1], unpack(entry[2]))
      end
    elseif kind == 'list' then
      redis.call('RPUSH', to, unpack(redis.call('LRANGE', key, 0, -1)))
    else
      redis.call('SET', to, redis.call('GET', key))
    end
    local life = redis.call('TTL', key)
    if life > 0 then redis.call('EXPIRE', to, life) end
  end
  redis.call('ZADD', 'cs:{' .. shard .. '}:open', score, ARGV[5] .. ' ' .. id)
end
"""


async def measure(house: House, quick: bool) -> Measured:
    """The same work by a fresh process, first with few, then with many open reviews."""
    redis = Redis.from_url(house.redis_url, decode_responses=True, socket_timeout=None)
    try:
        async with house.bot() as here:
            template = await submitted(here, payments(PAYMENTS, flagged=True))
        many = MANY // 10 if quick else MANY
        await _copies(redis, template, 0, FEW)
        with_few = await _after_work(house)
        began = time.perf_counter()
        await _copies(redis, template, FEW, many)
        seconds = time.perf_counter() - began
        with_many = await _after_work(house)
        open_ = sum([await redis.zcard(open_reviews(shard)) for shard in range(SHARDS)])
        server = await redis.info("memory")
    finally:
        await redis.aclose()
    name = f"{many:,} open reviews, against {FEW}"
    figures = [
        Figure("resident", name, "MB", with_many / with_few, with_many / 1e6, with_few / 1e6, goal=1.05),
        Figure("resident", "Redis itself then", "MB", server["used_memory"] / 1e6),
    ]
    return Measured(figures, {"open": open_, "seconds_to_make": round(seconds, 1)})


async def _copies(redis: Redis, template: ReviewState, first: int, last: int) -> None:
    copy = redis.register_script(COPIES)
    keys = [str(key) async for key in redis.scan_iter(match=f"cs:*{template.id}:*", count=10_000)]
    for start in range(first, last, A_CALL):
        names = [f"R-{number:07d}" for number in range(start, min(start + A_CALL, last))]
        copies = json.dumps([(name, shard_of(TEAM, name)) for name in names])
        score = template.created_at.timestamp()
        await copy(args=[json.dumps(keys), template.id.replace("-", "%-"), score, copies, TEAM])


async def _after_work(house: House) -> float:
    async with house.bot() as here:
        people = []
        for _ in range(WORK):
            review_state = await submitted(here, payments(30, flagged=True))
            blocks = await card_of(here, review_state)
            people.append([click(review_state, ref, blocks) for ref in range(1, 31)])
    async with running(house.folder, bot(), house.environment) as program:
        await _fired(house, program, people)
        await _fired(house, program, [[_status()] * STATUS])
        await asyncio.sleep(SETTLE)
        return program.resident_bytes()


async def _fired(house: House, program: Program, people: list[list[bytes]]) -> None:
    fired = await asyncio.to_thread(fire, program.port, house.sandbox.signing_secret, people)
    assert not fired.refused, "a request was not acknowledged"


def _status() -> bytes:
    form: dict[str, Any] = {
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "user_id": APPROVER,
        "command": "/transactions",
        "text": "status",
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.com/commands/1",
    }
    return urlencode(form).encode()
