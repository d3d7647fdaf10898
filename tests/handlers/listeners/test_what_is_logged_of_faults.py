"""What the log has of a Redis that takes no more: its own words, and nothing of what was to be written."""

from contextlib import aclosing
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.store import StoreUnavailable, connect
from bot.store.desks import DeskStore
from bot.store.topology.embedded import embedded_server
from handlers.listeners.errors import answer_failure


async def test_a_full_redis_is_logged_without_what_somebody_looked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with embedded_server(tmp_path) as url, aclosing(connect(url)) as redis:
        await redis.config_set("maxmemory", "1mb")
        for wanted in ("zebra crossing", "a) of pipeline caused error: zebra\ncrossing"):
            with pytest.raises(StoreUnavailable) as full:
                await DeskStore(redis).keep("T1", "R-7K3F2 U_BEN", wanted)
            assert "zebra" in str(full.value)  # so that it could be told
            request = AsyncBoltRequest(mode="socket_mode", body={})
            request.context["client"] = AsyncWebClient()
            assert (await answer_failure(full.value, {}, request)).status == 503
    logged = [str(record.msg) for record in caplog.records if "store away" in str(record.msg)]
    assert len(logged) == 2
    assert "zebra" not in str(logged)
    assert all("not allowed when used memory" in entry for entry in logged)
