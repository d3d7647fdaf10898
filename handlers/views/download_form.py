"""The form that asks what is to be downloaded of a review, and as which kind of file. Pure."""

from bot.application.download import IN_WORDS
from bot.export import ExportedState, FileFormat
from handlers.views.blocks import Block
from handlers.views.button_value import ButtonValue

DOWNLOAD = "download_form"
FORMATS = {FileFormat.XLSX: "Workbook (XLSX)", FileFormat.CSV: "CSV"}
SENT = "I send you the file in a direct message."


def download_form(button: ButtonValue) -> Block:
    """The form behind *Download*; it carries the button that opened it."""
    states = [_option(IN_WORDS[which].capitalize(), which.value) for which in ExportedState]
    formats = [_option(words, file_format.value) for file_format, words in FORMATS.items()]
    return {
        "type": "modal",
        "callback_id": DOWNLOAD,
        "title": _plain("Download"),
        "submit": _plain("Download"),
        "close": _plain("Cancel"),
        "private_metadata": button.encode(),
        "blocks": [
            _choice("which", f"Payments of {button.review}", states),
            _choice("format", "As", formats),
        ],
    }


def _choice(name: str, label: str, options: list[Block]) -> Block:
    element = {"type": "radio_buttons", "action_id": name, "options": options, "initial_option": options[0]}
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _option(words: str, value: str) -> Block:
    return {"text": _plain(words), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
