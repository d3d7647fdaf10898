"""Files out of Slack: at most so large, and the token for Slack's own hosts only."""

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import FileUnavailable
from bot.domain.submission import FileRef
from handlers.outbound.calls import put_off
from handlers.outbound.private import error_code

SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-gov.com")
SECONDS = 60


async def download(client: AsyncWebClient, file: FileRef, limit: int) -> bytes:
    """The bytes of a file in Slack, at most ``limit``; raises ``FileUnavailable`` with a sentence."""
    try:
        with put_off():
            info = (await client.files_info(file=file.id))["file"]
    except SlackApiError as error:
        if error_code(error) in {"file_not_found", "file_deleted"}:
            raise FileUnavailable(
                f"I cannot see {file.name}: it was deleted, or I am not in that channel. "
                "Invite me there and hand it in again."
            ) from error
        raise
    too_large = FileUnavailable(f"{file.name} is larger than {limit // 1_000_000} MB. Please split it.")
    if int(info.get("size", 0)) > limit:
        raise too_large
    url = str(info.get("url_private_download") or info.get("url_private") or "")
    if not _is_slack(client, url):
        raise FileUnavailable(f"{file.name} is kept outside Slack. Please upload it.")
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.get(url, headers=headers, allow_redirects=False) as response,
    ):
        response.raise_for_status()
        if response.status != 200:
            raise FileUnavailable(f"{file.name} could not be fetched from Slack.")
        content = bytearray()
        async for piece in response.content.iter_chunked(65536):
            content += piece
            if len(content) > limit:
                raise too_large
        return bytes(content)


def _is_slack(client: AsyncWebClient, url: str) -> bool:
    there, here = urlsplit(url), urlsplit(client.base_url)
    if there.netloc == here.netloc:
        return there.scheme == here.scheme
    return there.scheme == "https" and (there.hostname or "").endswith(SLACK_HOSTS)
