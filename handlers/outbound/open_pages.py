"""Modals that somebody pages through: brought up to date without turning a page that nobody turned."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.outbound.calls import error_code

REMEMBERED = 1000  # modals; of one that is forgotten, Slack's own hash in a click says enough


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A modal as it should be, and the page that it shows, from 0; ``None`` where it shows none."""

    view: dict[str, Any]
    page: int | None


Render = Callable[[], Awaitable[RenderedPage]]
"""Makes a modal of what is stored at the time of the call."""


@dataclass(slots=True)
class _ShownPage:
    """What this process showed last in a modal; ``hash`` is Slack's name of that content, empty for none."""

    page: int | None = None
    hash: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class OpenPages:
    """Opens and updates such modals.

    Updates of one modal go one after the other, each made of what is stored by then, so that the newest is
    shown last. Each names the content that it replaces (Slack's ``hash``): whoever decides and turns the page
    before the answer to the decision arrives must not be turned back. Methods raise ``SlackApiError``.
    """

    def __init__(self) -> None:
        self._shown: OrderedDict[str, _ShownPage] = OrderedDict()

    async def open(self, client: AsyncWebClient, trigger_id: str, render: Render) -> None:
        """Open a modal for whoever pressed a button, which gave the ``trigger_id``."""
        rendered = await render()
        answer = await client.views_open(trigger_id=trigger_id, view=rendered.view)
        _note(self._of(answer["view"]["id"]), rendered, answer["view"])

    async def turn(self, client: AsyncWebClient, view: dict[str, Any], render: Render) -> bool:
        """Show another page in ``view``, as Slack sent it with the click; whether Slack took it."""
        shown = self._of(view["id"])
        async with shown.lock:
            hashes = [shown.hash, view["hash"]] if shown.hash else [view["hash"]]
            return await _update(client, view["id"], shown, hashes, await render())

    async def refresh(
        self, client: AsyncWebClient, view_id: str, seen: str | None, page: int, render: Render
    ) -> bool:
        """Show a page anew where the modal still shows it; false where it does not, or nobody knows.

        ``seen`` is the content that the click was made on, ``None`` for one that Slack does not tell.
        """
        shown = self._of(view_id)
        async with shown.lock:
            hashes: list[str | None] = [shown.hash] if shown.page == page else []
            if seen is not None:
                hashes.append(seen)
            elif not shown.hash:
                hashes.append(None)  # shown by another process; a form on top kept it from being turned
            return await _update(client, view_id, shown, hashes, await render())

    def _of(self, view_id: str) -> _ShownPage:
        shown = self._shown.setdefault(view_id, _ShownPage())
        self._shown.move_to_end(view_id)
        if len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        return shown


async def _update(
    client: AsyncWebClient, view_id: str, shown: _ShownPage, hashes: list[str | None], rendered: RenderedPage
) -> bool:
    """Replace the content that has one of these hashes; whether the modal had one of them."""
    for known in dict.fromkeys(hashes):
        try:
            answer = await client.views_update(view_id=view_id, hash=known, view=rendered.view)
        except SlackApiError as error:
            if error_code(error) != "hash_conflict":
                raise
        else:
            _note(shown, rendered, answer["view"])
            return True
    return False


def _note(shown: _ShownPage, rendered: RenderedPage, view: dict[str, Any]) -> None:
    shown.page, shown.hash = rendered.page, view["hash"]
