"""Text that is written for a program or a language model and not for the person who reads a payment.

Each pattern takes time in proportion to the length of the text: what may repeat is bounded, or cannot begin
again where it has ended.
"""

import html
import re
import unicodedata

from bot.domain.names import is_invisible

# A text without any of these holds none of the patterns.
_MAY_HOLD = re.compile(r"[<>{}\[\]=`|:@(;]|##|table\b|union\b|select\b", re.IGNORECASE)

_ROLES = (
    "system|assistant|user|human|developer|admin|instructions?|information|important|prompt|tool|tool_call|"
    "tool_response|function|function_call|think|thinking|context|document|data|payments?|transactions?|"
    "verdict|decision|answer|response|system_prompt|system_message|end of session|end of data"
)
_ELEMENTS = (
    "a|abbr|b|body|br|button|code|div|em|embed|form|frame|h[1-6]|head|hr|html|i|iframe|img|input|link|meta|"
    "object|p|pre|script|span|strong|style|svg|table|td|tr|u|video|audio|xml|xss"
)
_VERDICT = "decision|verdict|findings?|flag|flags|flagged|suspicion|suspicious|risk|approve|approved|approval"
_SETTING = f"{_VERDICT}|status|routine|override|admin|severity"
_PASSED = (
    "approved?|approval|routine|none|no|nil|false|true|yes|0|ok|okay|clean|cleared|low|pass|passed|safe|"
    r"empty|zero|harmless|allow|allowed|\[\]"
)


# What a line of the system would speak of; one about a heating system does not.
_SAID_BY_SYSTEMS = (
    "you|your|approv|pass|flag|verdict|decision|ignore|disregard|payment|transaction|row|output|respond|reply|"
    "focus|all is|routine|instruction|override|limit"
)


def _pattern(regex: str) -> re.Pattern[str]:
    return re.compile(regex, re.IGNORECASE | re.MULTILINE)


_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        _pattern(
            r"<[|｜][^<>|\n]{1,40}[|｜]>|\|im_(?:start|end)\||\[/?\s?INST\s?\]|<</?\s?SYS\s?>>|</?s>"
            r"|<(?:start|end)_of_turn>|\[/?(?:SYSTEM|ASSISTANT|USER)(?:_PROMPT)?\]"
        ),
        "a tag of a chat template, which tells language models who speaks",
    ),
    (
        _pattern(rf"<\s?/?\s?(?:{_ROLES})(?:\s[^<>]{{0,80}})?/?>"),
        "a tag that is made to end or frame its text",
    ),
    (
        _pattern(
            r"^[\s#*\[(>-]{0,10}(?:system|assistant|developer)[ _-]?"
            r"(?:(?:message|prompt|note|notice|instruction)s?\s?[\])*]{0,3}\s?:"
            rf"|[\])*]{{0,3}}(?:\(\S{{0,20}}\))?\s?:.{{0,80}}\b(?:{_SAID_BY_SYSTEMS}))"
            r"|^\s{0,9}#{2,6}\s?\(?(?:system|instruction|response|user|assistant)"
        ),
        "a line that poses as one of the system",
    ),
    (
        _pattern(
            r"""[{,]\s?["'][\w .-]{1,40}["']\s?:|["'][\w-]{1,40}["']\s?:\s?(?:["'{\[\d-]|true|false|null)"""
            r"""|["']\s?\}|\}\s?\]|\[\s?\{|\{\s?\w{1,30}\s?:\s?["'\w\[]"""
        ),
        "data in JSON",
    ),
    (
        _pattern(
            rf"""\b(?:{_SETTING})["']?\s{{0,3}}(?:=|:=|==|=>|->|→)\s{{0,3}}["'\w\[{{]"""
            rf"""|\b(?:{_VERDICT})["']?\s?:\s?["']?(?:{_PASSED})\b(?!-)"""
        ),
        "a value for a verdict, as programs write it",
    ),
    (_pattern(r"\{\{|\{%|\$\{|\$\(|```|<%|<\?php|%>"), "a placeholder or code of a program"),
    (
        _pattern(
            rf"</?(?:{_ELEMENTS})(?:[\s/\"'`][^<>]{{0,200}})?>|<(?:script|img|svg|iframe|a)\b|\bjavascript\s?:"
            r"|\bon(?:error|load|click|mouse\w{1,9}|focus)\s?="
        ),
        "code of a web page",
    ),
    (
        _pattern(
            r"<[@#!][^<>\s]{1,60}|<(?:https?|mailto|tel):[^<>\s]{1,200}\||(?<!\S)@(?:here|channel|everyone)\b"
        ),
        "a mention or link as Slack writes them inside",
    ),
    (
        _pattern(
            r"\bdrop\s{1,3}table\b|\bunion\s{1,3}(?:all\s)?select\b"
            r"|\bselect\s{1,3}(?:\*|case\s|[\w, ]{1,40}\bfrom\s{1,3}users?\b)"
            r"|\bexec\s?\(|'\s?or\s{1,3}['\w]{1,20}\s?=|;\s?--"
        ),
        "a command to a database",
    ),
    (
        _pattern(
            r"""\A[\s"']{0,10}(?:=|@\w{1,20}\()|\A[\s"']{0,10}[+-][\w.+*/]{1,30}[(|]|["',]=\d|\bcmd\s?\||\bdde\s?\("""
        ),
        "a spreadsheet formula",
    ),
)


def machine_text_in(text: str) -> str | None:
    """What in the text is meant for a program, in words; ``None`` for a text that only people read.

    The words are always ours and never those of the text.
    """
    if not _MAY_HOLD.search(text) and text.isascii():
        return None
    plain = html.unescape(text) if "&" in text else text
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", "".join(char for char in plain if not is_invisible(char)))
    return next((words for pattern, words in _KINDS if pattern.search(plain)), None)
