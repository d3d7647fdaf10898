"""Files out of Slack: of a bounded size, and with our token shown to Slack's own hosts only."""

import contextlib
import hashlib
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ExaminedFile, FetchedFile, FileNotShared, FileUnavailable
from bot.domain.submission import FileRef
from handlers.outbound.calls import UPLOAD_SECONDS, Calls, error_code, file_reads, posts
from handlers.outbound.workspace_client import token_of

SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-gov.com")
DOWNLOAD_SECONDS = 60
PIECE_BYTES = 65536
# Slack's errors after which another try may succeed; no code at all comes with an answer that is not Slack's.
PASSING_ERRORS = {
    "",
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
}
NO_NAME = frozenset('/\\<>&|:*?"`@#!')
PASSING = {408, 429}  # HTTP statuses below 500 after which another try may succeed


async def download(client: AsyncWebClient, calls: Calls, team: str, file: FileRef, limit: int) -> FetchedFile:
    """A file in Slack, of at most ``limit`` bytes.

    Raises ``FileUnavailable`` where it is gone, too large, kept elsewhere or nobody's, and ``TryLater`` where
    Slack has had too many calls.
    """
    info = await _info(client, calls, team, file)
    uploaded_by = str(info.get("user") or "")
    if not uploaded_by:
        raise FileUnavailable(
            f"Slack does not say who uploaded {file.name}, so I did not read it.",
            "Please upload it yourself.",
        )
    content = bytearray()
    async with contextlib.aclosing(_pieces(client, file, info, limit)) as pieces:
        async for piece in pieces:
            content += piece
    return FetchedFile(bytes(content), uploaded_by)


async def examine(
    client: AsyncWebClient, calls: Calls, team: str, file: FileRef, limit: int, *, whole: bool = False
) -> ExaminedFile:
    """What a file in Slack is, of at most ``limit`` bytes, which are answered where it is wanted ``whole``.

    Raises ``FileUnavailable`` where it is gone, too large or kept elsewhere, and ``TryLater`` where Slack has
    had too many calls.
    """
    info = await _info(client, calls, team, file)
    size, digest, content = 0, hashlib.sha256(), bytearray()
    async with contextlib.aclosing(_pieces(client, file, info, limit)) as pieces:
        async for piece in pieces:
            size += len(piece)
            digest.update(piece)
            if whole:
                content += piece
    uploaded_by = str(info.get("user") or "")
    return ExaminedFile(size, digest.hexdigest(), _link(info), uploaded_by, bytes(content))


async def share(
    client: AsyncWebClient,
    calls: Calls,
    team: str,
    place: tuple[str, str],
    name: str,
    content: bytes,
    sentence: str,
) -> str:
    """Put a file into the thread at ``place`` (channel, ts) under a sentence; answers Slack's id of it.

    Whatever the file is called, its name there is plain. Raises ``FileNotShared`` where Slack refuses it, and
    ``TryLater`` where Slack has had too many calls.
    """
    channel, thread = place
    plain = plain_name(name)
    await calls.turn(posts(team, channel))
    try:
        answer = await calls.make(
            posts(team, channel),
            client.files_upload_v2,
            seconds=UPLOAD_SECONDS,
            channel=channel,
            thread_ts=thread,
            filename=plain,
            title=plain,
            content=content,
            initial_comment=sentence,
        )
    except SlackRequestError:
        # What it says names the file, which has no place in a log.
        raise OSError("Slack did not take the bytes of a file") from None
    except SlackApiError as error:
        if (code := error_code(error)) in PASSING_ERRORS:
            raise
        raise FileNotShared(code) from error
    return str(answer["files"][0]["id"])


async def link_of_file(client: AsyncWebClient, calls: Calls, team: str, file_id: str) -> str:
    """Slack's address of a file; empty where it is gone. Raises ``TryLater``."""
    try:
        return _link(await _info(client, calls, team, FileRef(id=file_id, name="")))
    except FileUnavailable:
        return ""


def plain_name(name: str) -> str:
    """A file's name without what Slack, a browser or a disk could read as more than a name."""
    plain = "".join(char if char.isprintable() and char not in NO_NAME else "_" for char in name)
    return plain.strip(" ._") or "file"


async def _pieces(
    client: AsyncWebClient, file: FileRef, info: dict[str, Any], limit: int
) -> AsyncGenerator[bytes, None]:
    """The content of a file, piece by piece; raises ``FileUnavailable``."""
    link = _link(info)
    large = f"{file.name} is larger than {limit // 1_000_000} MB."
    too_large = FileUnavailable(large, "Please split it.", link)
    if int(info.get("size", 0)) > limit:
        raise too_large
    url = str(info.get("url_private_download") or info.get("url_private") or "")
    if not _is_slack(client, url):
        raise FileUnavailable(f"{file.name} is kept outside Slack.", "Please upload it.", link)
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS)
    headers = {"Authorization": f"Bearer {token_of(client)}"}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.get(url, headers=headers, allow_redirects=False) as response,
    ):
        if response.status >= 500 or response.status in PASSING:
            response.raise_for_status()
        if response.status != 200:
            raise FileUnavailable(
                f"Slack did not hand me {file.name} (HTTP {response.status}).",
                "Nothing need be wrong with it; please hand it in again.",
                link,
            )
        read = 0
        async for piece in response.content.iter_chunked(PIECE_BYTES):
            read += len(piece)
            # The size that Slack names is not trusted.
            if read > limit:
                raise too_large
            yield piece


def _link(info: dict[str, Any]) -> str:
    return str(info.get("permalink") or "")


async def _info(client: AsyncWebClient, calls: Calls, team: str, file: FileRef) -> dict[str, Any]:
    try:
        answer = await calls.make(file_reads(team), client.files_info, file=file.id)
    except SlackApiError as error:
        if error_code(error) in {"file_not_found", "file_deleted"}:
            raise FileUnavailable(
                f"I cannot see {file.name}: it was deleted, or I am not in that channel.",
                "Invite me there and hand it in again.",
            ) from error
        raise
    info: dict[str, Any] = answer["file"]
    return info


def _is_slack(client: AsyncWebClient, url: str) -> bool:
    address, slack = urlsplit(url), urlsplit(client.base_url)
    if address.netloc == slack.netloc:
        return address.scheme == slack.scheme
    return address.scheme == "https" and (address.hostname or "").endswith(SLACK_HOSTS)
