"""Slack's markup, case by case: what is written, and the HTML of what is shown."""

from tests.browser.any_app import mrkdwn, open_any_app
from tests.browser.kit import open_windows

ME = '<span class="mention me">@ana</span>'
BEN = '<span class="mention">@ben</span>'
CASES = {
    "*bold*": "<strong>bold</strong>",
    "_slanted_": "<em>slanted</em>",
    "~gone~": "<s>gone</s>",
    "`code *not bold*`": "<code>code *not bold*</code>",
    "*bold _and slanted_*": "<strong>bold <em>and slanted</em></strong>",
    "(*bold*), _so_!": "(<strong>bold</strong>), <em>so</em>!",
    "2 * 3 * 4": "2 * 3 * 4",
    "snake_case_name": "snake_case_name",
    "a*b*c": "a*b*c",
    "* not bold *": "* not bold *",
    "*two\nlines*": "*two\nlines*",
    "before\n```a < b\n*c*```\nafter": "before\n<pre>a &lt; b\n*c*</pre>after",
    "```&lt;tag&gt; &amp;```": "<pre>&lt;tag&gt; &amp;</pre>",
    "&gt; quoted\n&gt; twice\nplain": "<blockquote>quoted\ntwice</blockquote>plain",
    "one\n> *two*": "one<blockquote><strong>two</strong></blockquote>",
    "• one\n• two": "• one\n• two",
    "- one\n- two": "- one\n- two",
    "<https://example.com>": "LINK[https://example.com]https://example.com",
    "<https://example.com|a *label*>": "LINK[https://example.com]a *label*",
    "<https://example.com/?a=1&amp;b=2|x>": "LINK[https://example.com/?a=1&amp;b=2]x",
    "<mailto:a@example.com|a@example.com>": "LINK[mailto:a@example.com]a@example.com",
    "see https://example.com/a_b_c.": "see LINK[https://example.com/a_b_c]https://example.com/a_b_c.",
    "<javascript:alert(1)|click>": "click",
    "<data:text/html,x|click>": "click",
    "<@U_REVIEWER>": BEN,
    "<@U_REQUESTER> and <@U_REVIEWER|x>": f"{ME} and {BEN}",
    "<@U_NOBODY>": '<span class="mention">@U_NOBODY</span>',
    "<#C_FINANCE>": '<a class="mention" href="/#ana/C_FINANCE">#finance-approvals</a>',
    "<#C_GONE|old>": '<span class="mention">#old</span>',
    "<!here> <!channel> <!everyone>": "HERE CHANNEL EVERYONE",
    "<!subteam^S1|@team>": '<span class="mention">@team</span>',
    "<!date^1720710212^on {date_num}|once>": "on 2024-07-11",
    "<!date^never^{date}|once>": "once",
    ":tada: done": "🎉 done",
    ":no_such_emoji:": ":no_such_emoji:",
    "10:30:45": "10:30:45",
    "&lt;b&gt;not bold&lt;/b&gt; &amp;amp;": "&lt;b&gt;not bold&lt;/b&gt; &amp;amp;",
    "<b>not bold</b>": "bnot bold/b",
    "*a* `b` ~c~ _d_": "<strong>a</strong> <code>b</code> <s>c</s> <em>d</em>",
}
SHOWN = """() => [...document.querySelectorAll(".section .words")].map((node) => node.innerHTML
  .replace(/<a href="([^"]*)" target="_blank" rel="noreferrer noopener">([^]*?)<\\/a>/g, "LINK[$1]$2")
  .replaceAll('<span class="mention ">', '<span class="mention">')
  .replace(/<span class="mention">@(here|channel|everyone)<\\/span>/g, (_, name) => name.toUpperCase()))"""


async def test_every_case_is_shown_as_slack_shows_it() -> None:
    async with open_any_app() as any_app, open_windows(any_app.sandbox.url) as windows:
        window = await windows.open("#ana/C_GENERAL")
        await any_app.post(*({"type": "section", "text": mrkdwn(written)} for written in CASES))
        await window.page.locator(".section").nth(len(CASES) - 1).wait_for()
        shown = await window.page.evaluate(SHOWN)
        assert dict(zip(CASES, shown, strict=True)) == CASES
        await window.fits()
