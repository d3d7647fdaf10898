"""Installing the bot: consent once, in one browser, within ten minutes; pages that a person understands."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.store import StoreAway, connect, keys
from bot.store import installations as store
from tests.several_offices import Town, open_town

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path, installed=(), policy="") as opened:
        yield opened


async def homes(town: Town) -> list[str]:
    return await town.bot.stores.installations.homes()


async def test_whoever_consents_is_told_what_comes_next(town: Town) -> None:
    page = await town.install("T_TWO")
    assert "Countersign is installed" in page
    assert "Sandbox T_TWO" in page
    assert "/invite @countersign" in page
    assert await homes(town) == ["T_TWO"]
    assert "none of its workspaces" not in page


async def test_whoever_consents_for_an_organisation_is_told_to_add_it_to_workspaces(town: Town) -> None:
    page = await town.install("T_GRID")
    assert "(E_GRID). Slack puts it into none of its workspaces by itself" in page
    assert (
        'href="https://app.slack.com/manage/E_GRID/integrations/profile/A_COUNTERSIGN/workspaces/add"' in page
    )
    assert await homes(town) == ["E_GRID"]


async def test_the_link_back_is_good_once(town: Town) -> None:
    link, cookie = await town.consent_link("T_TWO")
    assert (await town.open(link, cookie))[0] == 200
    for own in (
        cookie,
        "",
    ):  # a browser forgets its own with the first answer, and asks again where a page is loaded anew
        status, page, _ = await town.open(link, own)
        assert (status, "used already" in page, "/slack/install" in page) == (400, True, True)
        assert "If you have read that Countersign is installed, it is" in page
        assert "Nothing was installed" not in page
    assert await homes(town) == ["T_TWO"]


@pytest.mark.parametrize("cookie", ["", "slack-app-oauth-state=another"])
async def test_the_link_back_is_good_in_the_browser_that_it_was_begun_in(town: Town, cookie: str) -> None:
    link, own = await town.consent_link("T_TWO")
    status, page, _ = await town.open(link, cookie)
    assert (status, "another browser" in page) == (400, True)
    assert await homes(town) == []
    assert (await town.open(link, own))[0] == 200  # the attempt is not used up by somebody else


async def test_a_link_that_is_too_old_or_was_made_up_installs_nothing(town: Town) -> None:
    link, cookie = await town.consent_link("T_TWO")
    state = cookie.partition("=")[2]
    assert await town.bot.stores.installations.use_state(state)  # as Redis does after ten minutes
    for used in (link, "/slack/oauth_redirect?code=x&state=made-up"):
        own = cookie if used is link else "slack-app-oauth-state=made-up"
        status, page, _ = await town.open(used, own)
        assert (status, "too old" in page) == (400, True)
    assert await homes(town) == []


async def test_whoever_cancels_or_brings_no_code_reads_that_nothing_was_installed(town: Town) -> None:
    status, page, _ = await town.open("/slack/oauth_redirect", error="access_denied", state="x")
    assert (status, "did not let Countersign in" in page) == (200, True)
    status, page, _ = await town.open("/slack/oauth_redirect", error="<script>", state="x")
    assert (status, "<script>" in page, "Nothing was installed" in page) == (400, False, True)
    link, cookie = await town.consent_link("T_TWO")
    state = link.partition("state=")[2]
    status, page, _ = await town.open(f"/slack/oauth_redirect?state={state}", cookie)
    assert (status, "Slack did not confirm it" in page) == (502, True)


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "invalid_code"}, {"drop": True}])
async def test_where_slack_gives_no_token_nothing_is_installed_and_it_can_be_begun_again(
    town: Town, fault: dict[str, object]
) -> None:
    link, cookie = await town.consent_link("T_TWO")
    await town.office("T_TWO").fault(method="oauth.v2.access", **fault)
    status, page, _ = await town.open(link, cookie)
    assert (status, "Slack did not confirm it" in page) == (502, True)
    assert await homes(town) == []
    assert "is installed" in await town.install("T_TWO")


async def test_whoever_begins_without_end_fills_no_memory_and_stops_nothing_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, cookie = await town.consent_link("T_TWO")
    monkeypatch.setattr(store, "MOST_BEGUN", 5)
    answers = [await town.open("/slack/install") for _ in range(10)]
    assert [status for status, _, _ in answers] == [200] * 4 + [429] * 6
    _, page, set_to = answers[-1]
    assert ("Too many are installing" in page, set_to) == (True, "")
    async with aclosing(connect(town.bot.redis_url)) as redis:
        states = [key async for key in redis.scan_iter(match="cs:install_state:*")]
        assert len(states) == 5
        assert 0 < await redis.ttl(keys.INSTALLS_BEGUN) <= 600
        assert (await town.open(link, cookie))[0] == 200  # who had begun before comes to an end
        await redis.delete(keys.INSTALLS_BEGUN)  # as Redis does after ten minutes
    assert "is installed" in await town.install("T_THREE")


async def test_with_redis_away_a_page_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    link, cookie = await town.consent_link("T_TWO")

    async def away(*_: object) -> None:
        raise StoreAway("away")

    monkeypatch.setattr(type(town.bot.stores.installations), "put", away)
    monkeypatch.setattr(type(town.bot.stores.installations), "issue_state", away)
    for path, own in ((link, cookie), ("/slack/install", "")):
        status, page, _ = await town.open(path, own)
        assert (status, "cannot be reached" in page) == (503, True)
    assert await homes(town) == []


async def test_the_pages_show_nothing_foreign_and_stand_in_no_frame(town: Town) -> None:
    async with town.session.get(
        f"{town.url}/slack/install?team=T_TWO%26redirect_uri=http://x.example"
    ) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        (cookie,) = answer.headers.getall("Set-Cookie")
    assert "x.example" not in page
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert {"HttpOnly", "Secure", "Max-Age=600"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["Cache-Control"] == "no-store"


async def test_nothing_that_was_exchanged_is_written_to_the_log(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    link, cookie = await town.consent_link("T_TWO")
    await town.office("T_TWO").fault(method="oauth.v2.access", error="invalid_code")
    await town.open(link, cookie)
    await town.install("T_TWO")
    told = capfd.readouterr()
    code = link.partition("code=")[2].partition("&")[0]
    logged = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("handlers", "bot", "slack_bolt"))
    )
    for secret in (code, "xoxb-", town.sandbox.client_secret, cookie.partition("=")[2]):
        assert secret not in f"{told.out}{told.err}{logged}"
