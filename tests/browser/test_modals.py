"""Forms: one on another, back and away, what is wrong with them, and whether the person is sure."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.browser.any_app import PATIENCE, AnyApp, Json, asking, button, modal, open_any_app, plain
from tests.browser.kit import Window, Windows, open_windows
from tests.browser.test_accessibility import LOOKS, looks_right

WORDS: Json = {"type": "plain_text_input", "action_id": "words"}
FIRST = modal(
    "first", asking("name", WORDS), {"type": "actions", "elements": [button("more", "More")]}, title="First"
)
SECOND = modal("second", asking("detail", WORDS), title="Second", notify_on_close=True)


@pytest.fixture
async def any_app() -> AsyncIterator[AnyApp]:
    async with open_any_app() as opened:

        async def first(said: Json) -> None:
            await opened.call("views.open", trigger_id=said["trigger_id"], view=FIRST)

        async def second(said: Json) -> None:
            await opened.call("views.push", trigger_id=said["trigger_id"], view=SECOND)

        opened.on |= {"/form": first, "more": second}
        yield opened


@pytest.fixture
async def windows(any_app: AnyApp) -> AsyncIterator[Windows]:
    async with open_windows(any_app.sandbox.url) as opened:
        yield opened


async def form(windows: Windows, any_app: AnyApp) -> Window:
    """A window with the first form open and a name typed."""
    window = await windows.open("#ana/C_GENERAL")
    await any_app.do("commands", user="U_REQUESTER", channel="C_GENERAL", command="/form", text="")
    await window.page.get_by_role("dialog", name="First").wait_for()
    await window.type("Ada")  # the focus is in the first field already
    return window


async def stacked(windows: Windows, any_app: AnyApp) -> Window:
    window = await form(windows, any_app)
    await window.click(window.button("More"))
    await window.page.get_by_role("dialog", name="Second").wait_for()
    return window


@pytest.mark.parametrize("way", ["‹", "footer", "Escape"])
async def test_back_leads_to_the_form_before_as_it_was_left(
    any_app: AnyApp, windows: Windows, way: str
) -> None:
    window = await stacked(windows, any_app)
    if way == "Escape":
        await window.press("Escape")
    elif way == "footer":
        await window.click(window.page.locator("dialog footer").get_by_role("button", name="Back"))
    else:
        await window.click(window.page.locator("dialog header .back"))
    await window.page.get_by_role("dialog", name="First").wait_for()
    assert await window.page.locator("dialog input").input_value() == "Ada"
    assert await window.page.locator("dialog").count() == 1


async def test_close_all_leaves_the_whole_stack(any_app: AnyApp, windows: Windows) -> None:
    window = await stacked(windows, any_app)
    await window.click(window.button("Close all"))
    await window.modal().wait_for(state="detached")
    while (said := await any_app.next()).get("type") != "view_closed":
        pass
    assert said["is_cleared"] is True
    assert (await any_app.do("views/none/close", user="U_REQUESTER"))["error"] == "view_not_found"


async def test_a_submitted_form_on_top_gives_way_to_the_one_below(any_app: AnyApp, windows: Windows) -> None:
    window = await stacked(windows, any_app)
    await window.type("more")
    await window.press("Enter")
    await window.page.get_by_role("dialog", name="First").wait_for()


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    any_app: AnyApp, windows: Windows
) -> None:
    async def refuse(said: Json) -> Json:
        return {"response_action": "errors", "errors": {"name": "Not <b>that</b> one."}}

    any_app.on["first"] = refuse
    window = await form(windows, any_app)
    await window.click(window.button("Go on"))
    await window.sees("Not <b>that</b> one.", where="dialog [role=alert]")
    field = window.page.get_by_label("name", exact=True)
    assert await field.input_value() == "Ada"
    assert await field.get_attribute("aria-invalid") == "true"
    assert await field.evaluate("(node) => node === document.activeElement")
    describes = await field.get_attribute("aria-describedby")
    assert await window.page.locator(f"[id='{describes}']").text_content() == "Not <b>that</b> one."


async def test_an_empty_form_is_refused_before_the_app_hears_of_it(any_app: AnyApp, windows: Windows) -> None:
    window = await form(windows, any_app)
    await window.page.locator("dialog input").fill("")
    await any_app.next()  # the command
    await window.click(window.button("Go on"))
    await window.sees("Please complete this required field.", where="dialog")
    assert any_app.heard.empty()


async def test_an_update_changes_the_form_in_place_and_keeps_the_focus(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await form(windows, any_app)
    view_id = (await any_app.session.get(f"{any_app.sandbox.url}/sandbox/state")).json()
    view_id = (await view_id)["views"][0]["id"]
    changed = {**FIRST, "title": plain("Changed")}
    await any_app.call("views.update", view_id=view_id, view=changed)
    await window.page.get_by_role("dialog", name="Changed").wait_for()
    assert await window.page.locator("dialog input").input_value() == "Ada"
    assert await window.page.evaluate("document.activeElement.dataset.action") == "words"


async def test_an_app_that_fails_is_told_of_above_the_form_and_nothing_is_lost(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await form(windows, any_app)
    any_app.sandbox.deliver_to("http://127.0.0.1:1/slack/events")
    await window.click(window.button("Go on"))
    said = window.modal().get_by_text("The app could not be reached.")
    await said.wait_for()
    box = await said.bounding_box()
    assert box is not None
    on_top = await window.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).textContent", [box["x"] + 5, box["y"] + 5]
    )
    assert on_top == "The app could not be reached.", "it lies above the form"
    await holds(window, "Ada")


async def holds(window: Window, words: str) -> None:
    """Wait until the form's field holds these words."""
    async with asyncio.timeout(10):
        while await window.page.locator("dialog input").input_value() != words:  # noqa: ASYNC110 - in a browser
            await asyncio.sleep(0.01)


async def test_forms_stand_three_deep_and_a_fourth_is_refused(any_app: AnyApp, windows: Windows) -> None:
    refused: asyncio.Queue[str] = asyncio.Queue()

    async def deeper(said: Json) -> None:
        again = {"type": "actions", "block_id": "again", "elements": [button("deeper", "Deeper")]}
        view = modal("deeper", asking("detail", WORDS, optional=True), again, title="Deeper")
        said = await any_app.ask("views.push", trigger_id=said["trigger_id"], view=view)
        if not said["ok"]:
            refused.put_nowait(said["error"])

    any_app.on["more"] = any_app.on["deeper"] = deeper
    window = await form(windows, any_app)
    await window.click(window.button("More"))
    await window.page.get_by_role("dialog", name="Deeper").wait_for()
    await window.type("second")
    await window.click(window.button("Deeper"))
    await holds(window, "")
    await window.type("third")
    await window.click(window.button("Deeper"))
    # The app hears of the press before it is refused a form for it.
    assert await asyncio.wait_for(refused.get(), PATIENCE) == "push_limit_reached"
    for words in ("third", "second", "Ada"):
        await holds(window, words)
        await window.press("Escape")
    await window.modal().wait_for(state="detached")


@pytest.mark.parametrize(("look", "size", "colours"), LOOKS, ids=[look for look, _, _ in LOOKS])
async def test_a_form_on_a_form_can_be_used_by_everybody(
    any_app: AnyApp, windows: Windows, look: str, size: object, colours: object
) -> None:
    await any_app.do("messages", user="U_REVIEWER", channel="C_GENERAL", text="hello")
    window = await stacked(windows, any_app)
    await window.page.emulate_media(color_scheme="dark" if "dark" in look else "light")
    await window.page.set_viewport_size(size)  # type: ignore[arg-type]
    await looks_right(window, f"{look}-stacked")
