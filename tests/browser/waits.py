"""``python -m tests.browser.waits``: how long a person waits at the page, in a real browser. Writes nothing.

From a click on *Approve*, on a card of eight payments, until the card shows it; and from sending a file
of 3,461 payments that was dropped until its card says how many need a decision. Both are measured by the
page's own clock, from the event that the person causes until the words stand there.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("COUNTERSIGN_BROWSER", "1")

from bot.config.logs import configure_logs
from tests.browser.kit import WIDE, Window, open_windows
from tests.browser.ledger import ledger
from tests.office import Office, cards, open_office

CARD = 8  # payments
ROWS = 3461
OTHERS = 2 * 84  # rows of the ledger beside those that are asked of it

# The seconds from the next event of this kind until some card shows these words and not more of the others.
WATCH = """([kind, words]) => {
  window.waited = new Promise((resolve) => addEventListener(kind, ({ timeStamp }) => {
    const look = () => [...document.querySelectorAll('#messages .header')]
      .some((node) => node.textContent.includes(words));
    const seen = () => {
      if (!look()) return requestAnimationFrame(seen);
      resolve((performance.now() - timeStamp) / 1000);
    };
    seen();
  }, { capture: true, once: true }));
}"""


async def clicks(office: Office, window: Window, turn: int) -> list[float]:
    """The seconds until each of the payments of a new card is approved on it, all but the last."""
    rows = [f"{2_001 + 37 * number + turn},Shop {turn} {number},misc" for number in range(CARD)]
    before = len(cards(await office.state()))
    await office.command("U_REQUESTER", "amount,vendor,memo\n" + "\n".join(rows))
    await office.until(lambda state: len(cards(state)) == before + 1)
    card = await office.card(f"{CARD} of {CARD}")
    shown = window.page.locator(f"article[data-ts='{card['ts']}']")
    review = card["metadata"]["event_payload"]["review"]
    waited = []
    for left in range(CARD - 1, 0, -1):
        button = shown.get_by_role("button", name="Approve", exact=True).first
        await button.wait_for()
        await window.page.evaluate(WATCH, ["pointerup", f"{review}: {left} of {CARD}"])
        await button.click()
        waited.append(await window.page.evaluate("window.waited"))
    return waited


async def drop(window: Window, number: int) -> float:
    """The seconds from sending a dropped file until its card says how many payments need a decision."""
    content = ledger(rows=ROWS - OTHERS, seed=number).decode()
    await window.drop(f"ledger-{number}.csv", content)
    await window.page.evaluate(WATCH, ["keydown", f" of {ROWS:,} payments need a decision"])
    await window.press("Enter")
    return float(await window.page.evaluate("window.waited"))


async def measured(rounds: int, drops: int) -> tuple[list[float], list[float]]:
    """Seconds of clicks and of drops; each drop in a workspace of its own, where no card says so before."""
    waited, dropped = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with open_office(Path(folder)) as office, open_windows(office.sandbox.url) as windows:
            ben = await windows.open("#ben/C_FINANCE", size=WIDE)
            for turn in range(rounds):
                waited += await clicks(office, ben, turn)
    for number in range(drops):
        with tempfile.TemporaryDirectory() as folder:
            async with open_office(Path(folder)) as office, open_windows(office.sandbox.url) as windows:
                dropped.append(await drop(await windows.open("#ana/C_FINANCE", size=WIDE), number))
    return waited, dropped


def main() -> None:
    """Measure, and print the figures with the load of the machine before."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.waits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="cards of eight payments")
    parser.add_argument("--drops", type=int, default=3, help="files that are dropped")
    asked = parser.parse_args()
    configure_logs("WARNING", "console")
    load = os.getloadavg()[0]
    waited, dropped = asyncio.run(measured(asked.rounds, asked.drops))
    slow = statistics.quantiles(waited, n=20)[-1]
    sys.stdout.write(
        f"click to card: {statistics.median(waited):.3f} s p50, {slow:.3f} s p95, {min(waited):.3f} s least "
        f"of {len(waited)}\n"
        f"drop of {ROWS:,} payments to card: {min(dropped):.2f} s least of {len(dropped)}: "
        f"{', '.join(f'{one:.2f}' for one in dropped)}\n"
        f"load of the machine before: {load:.2f}\n"
    )


if __name__ == "__main__":
    main()
