"""Modals that change while somebody looks at them: each update shows what is stored by then."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

REMEMBERED = 1000  # modals; of one that is forgotten, the next update is only not spared
ROUNDS = 3  # updates that follow each other because somebody changed more meanwhile


@dataclass(frozen=True, slots=True)
class RenderedView:
    """A modal as it should be, made of what was stored at ``revision``."""

    view: dict[str, Any]
    revision: int


Render = Callable[[], Awaitable[RenderedView]]
"""Makes a modal of what is stored at the time of the call."""

Revision = Callable[[], Awaitable[int]]
"""How often what it is made of has been changed."""


@dataclass(slots=True)
class _Shown:
    revision: int = -1
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class OpenViews:
    """Opens and updates such modals; methods raise ``SlackApiError``.

    What they show is stored by person, so no update can turn back what that person has turned. Updates of
    one modal go one after the other in a process. Where another process was at it too, whichever update comes
    last finds that more was changed, and follows with what is stored by then.
    """

    def __init__(self) -> None:
        self._shown: OrderedDict[str, _Shown] = OrderedDict()

    async def open(self, client: AsyncWebClient, trigger_id: str, render: Render, *, above: bool) -> None:
        """Open a modal for whoever pressed a button, on top of the one that it stands in if ``above``."""
        rendered = await render()
        show = client.views_push if above else client.views_open
        answer = await show(trigger_id=trigger_id, view=rendered.view)
        self._of(answer["view"]["id"]).revision = rendered.revision

    async def update(
        self, client: AsyncWebClient, view_id: str, render: Render, revision: Revision, *, always: bool = True
    ) -> None:
        """Have a modal show what is stored; not where it shows that already, unless ``always``."""
        shown = self._of(view_id)
        async with shown.lock:
            if not always and shown.revision >= await revision():
                return
            for _ in range(ROUNDS):
                rendered = await render()
                await client.views_update(view_id=view_id, view=rendered.view)
                shown.revision = rendered.revision
                if await revision() <= rendered.revision:
                    return

    def _of(self, view_id: str) -> _Shown:
        shown = self._shown.setdefault(view_id, _Shown())
        self._shown.move_to_end(view_id)
        if len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        return shown
