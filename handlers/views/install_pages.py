"""The pages that somebody sees who installs the bot: plain HTML, no script, nothing foreign."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.6rem}a.button{display:inline-block;padding:.7rem 1.3rem;"
    "border-radius:.4rem;background:#1f3a5f;color:#fff;text-decoration:none;font-weight:600}"
    "a.button:focus-visible{outline:3px solid #f2c744;outline-offset:2px}li{margin:.3rem 0}"
    "code{white-space:nowrap}"
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# Slack's own page for it, as its reference of organisation-wide apps names it.
ADD_TO_WORKSPACES = "https://app.slack.com/manage/{organisation}/integrations/profile/{app}/workspaces/add"


@dataclass(frozen=True, slots=True)
class InstallFailure:
    """Why nothing was installed: a title and a sentence for whoever sees it, and the HTTP status."""

    title: str
    sentence: str
    status: int = 400


AGAIN = "Nothing was installed. Begin again from the button below."
CANCELLED = InstallFailure("You did not let Countersign in", AGAIN, 200)
# Said also where the page that says "is installed" is loaded anew: the link was used up by it.
ONCE = (
    "The link back from Slack works once, for ten minutes, in the browser that it was begun in. It has "
    "installed nothing now. If you have read that Countersign is installed, it is; else begin again from the "
    "button below."
)
OTHER_BROWSER = InstallFailure("This link was used already or begun in another browser, or is too old", ONCE)
USED = InstallFailure("This link was used already, or is too old", ONCE)
NOT_CONFIRMED = InstallFailure(
    "Slack did not confirm it", f"Slack did not say which workspace has let Countersign in. {AGAIN}", 502
)
NOT_KEPT = InstallFailure(
    "The records cannot be reached just now",
    "Slack has let Countersign in, but that could not be noted. Please begin again in a minute.",
    503,
)
TOO_MANY = InstallFailure(
    "Too many are installing Countersign just now",
    "Nothing was begun. Where it is installed it works on. Please try again in ten minutes.",
    429,
)
REFUSED = InstallFailure("Slack did not let Countersign in", AGAIN)
FAILURES = {
    "access_denied": CANCELLED,
    "invalid_browser": OTHER_BROWSER,
    "invalid_state": USED,
    "missing_code": NOT_CONFIRMED,
    "invalid_code": NOT_CONFIRMED,
    "storage_error": NOT_KEPT,
}


def install_page(consent_url: str) -> str:
    """The page before Slack's own, with the button that leads there."""
    return _page(
        "Install Countersign",
        "<p>Countersign takes in payments from Slack, approves the routine ones, flags the suspicious ones "
        "and waits for a person to decide.</p>"
        "<p>Slack will ask you to let it into your workspace. Then:</p><ol>"
        "<li>invite it to the channel where payments are decided: <code>/invite @countersign</code>;</li>"
        "<li>whoever runs Countersign names who may decide. Until then, nobody may.</li></ol>"
        f"{_button(consent_url, 'Add to Slack')}",
    )


def installed_page(name: str, home: str) -> str:
    """The page after Slack's, for an installation in a workspace by its name and id."""
    return _installed(f"It is in <strong>{escape(name or home)}</strong> ({escape(home)}).")


def installed_in_organisation_page(name: str, home: str, app: str) -> str:
    """The page after Slack's, for an organisation by its name and id; ``app`` is Slack's id of the bot's app.

    Slack adds such an app to no workspace by itself, and until somebody does, nobody can reach it.
    """
    link = ADD_TO_WORKSPACES.format(organisation=quote(home, safe=""), app=quote(app, safe=""))
    return _installed(
        f"It is in the organisation <strong>{escape(name or home)}</strong> ({escape(home)}). Slack puts it "
        "into none of its workspaces by itself.",
        f'<a href="{escape(link)}">Add it to the workspaces that are to have it</a>',
    )


def _installed(where: str, *first: str) -> str:
    next_steps = (
        *first,
        "Invite it to the channel where payments are decided: <code>/invite @countersign</code>",
        "Try it there: <code>/transactions sample 3</code>",
        "Nobody may decide before the policy names approvers; whoever runs Countersign brings it.",
    )
    steps = "".join(f"<li>{step}</li>" for step in next_steps)
    return _page("Countersign is installed", f"<p>{where}</p><ol>{steps}</ol><p>You can close this page.</p>")


def failure_page(failure: InstallFailure, install_path: str) -> str:
    """The page that says why nothing was installed, with the button to begin again."""
    return _page(
        escape(failure.title), f"<p>{escape(failure.sentence)}</p>{_button(install_path, 'Begin again')}"
    )


def _button(address: str, text: str) -> str:
    return f'<p><a class="button" href="{escape(address)}">{escape(text)}</a></p>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
