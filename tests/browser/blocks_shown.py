"""Each block, and what a person finds of it in the page."""

from tests.browser.any_app import Json, mrkdwn, plain


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                text("bold", bold=True),
                text("slanted", italic=True),
                text("gone", strike=True),
                text("code", code=True),
                {"type": "link", "url": "https://example.com/a", "text": "a link"},
                {"type": "emoji", "name": "tada"},
                {"type": "user", "user_id": "U_REVIEWER"},
                {"type": "usergroup", "usergroup_id": "S_APPROVERS"},
                {"type": "channel", "channel_id": "C_FINANCE"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1720710212, "format": "on {date_num}", "fallback": "some day"},
                {"type": "color", "value": "#aa3300"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [{"type": "rich_text_section", "elements": [text("third")]}],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": [text("inner")]}],
        },
        {"type": "rich_text_quote", "elements": [text("quoted")]},
        {"type": "rich_text_preformatted", "elements": [text("a  b\n  c")]},
    ],
}
TABLE: Json = {
    "type": "table",
    "column_settings": [None, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Vendor"}, {"type": "raw_text", "text": "Amount"}],
        [
            {"type": "raw_text", "text": "Acme"},
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [text("12", bold=True)]}],
            },
        ],
    ],
}
FIGURES: Json = {
    "type": "data_table",
    "caption": "Figures",
    "rows": [[{"type": "raw_text", "text": "Sum"}], [{"type": "raw_number", "value": 5, "text": "5.00"}]],
}
MARKDOWN = """# Title
**bold** and *slanted* and `code`, ~~gone~~, [a link](https://example.com)

- one
  - inner
- two

1. first

| a | b |
|---|--:|
| 1 | 2 |

> quoted

```
x < y
```
---
[no link](javascript:alert(1))"""

# block -> what can be found in it: (selector, or nothing for the block itself; text)
SHOWN: list[tuple[str, Json, list[tuple[str, str]]]] = [
    ("header", {"type": "header", "text": plain("A *header* :tada:")}, [("", "A *header* 🎉")]),
    (
        "section",
        {
            "type": "section",
            "text": mrkdwn("*strong* words"),
            "fields": [plain("one"), mrkdwn("_two_")],
            "accessory": {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a cat"},
        },
        [
            ("strong", "strong"),
            (".fields .words >> nth=0", "one"),
            (".fields em", "two"),
            ("[role=img]", "a cat"),
        ],
    ),
    (
        "context",
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a dog"},
                mrkdwn("*small*"),
                plain("print"),
            ],
        },
        [("[role=img]", "a dog"), ("strong", "small"), (".words >> nth=1", "print")],
    ),
    ("divider", {"type": "divider"}, [("", "")]),
    (
        "image",
        {
            "type": "image",
            "image_url": "https://example.com/x.png",
            "alt_text": "a chart",
            "title": plain("Sales"),
        },
        [("[role=img]", "a chart"), (".fine", "Sales")],
    ),
    (
        "rich_text",
        RICH,
        [
            ("strong", "bold"),
            ("em", "slanted"),
            ("s", "gone"),
            ("code", "code"),
            ("a[href='https://example.com/a']", "a link"),
            (".words >> nth=0", "🎉"),
            (".mention >> nth=0", "@ben"),
            (".mention >> nth=1", "@S_APPROVERS"),
            ("a.mention", "#finance-approvals"),
            (".mention >> nth=3", "@here"),
            (".words >> nth=0", "on 2024-07-11"),
            (".words >> nth=0", "#aa3300"),
            ("ol[start='3'] li", "third"),
            ("ul.indent-1 li", "inner"),
            ("blockquote", "quoted"),
            ("pre", "a  b\n  c"),
        ],
    ),
    (
        "table",
        TABLE,
        [
            ("th >> nth=0", "Vendor"),
            ("td >> nth=0", "Acme"),
            ("td.align-right strong", "12"),
        ],
    ),
    ("data_table", FIGURES, [("caption", "Figures"), ("tbody .align-right", "5.00")]),
    (
        "container",
        {
            "type": "container",
            "title": plain("#12 Acme"),
            "subtitle": mrkdwn("USD *12,000*"),
            "is_collapsible": True,
            "child_blocks": [{"type": "section", "text": mrkdwn("_inner_")}, {"type": "divider"}],
        },
        [("summary", "#12 Acme"), ("summary .fine strong", "12,000"), (".container-body em", "inner")],
    ),
    (
        "markdown",
        {"type": "markdown", "text": MARKDOWN},
        [
            (".heading", "Title"),
            ("p strong", "bold"),
            ("p em", "slanted"),
            ("p code", "code"),
            ("p s", "gone"),
            ("a", "a link"),
            ("ul ul li", "inner"),
            ("ol li", "first"),
            ("td.align-right", "2"),
            ("blockquote", "quoted"),
            ("pre", "x < y"),
            ("hr", ""),
            ("p >> nth=-1", "no link"),
        ],
    ),
    (
        "a block it does not know",
        {"type": "file", "external_id": "F1", "source": "remote"},
        [("", '"external_id": "F1"')],
    ),
    (
        "another",
        {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}],
        },
        [("", '"trash"')],
    ),
]
