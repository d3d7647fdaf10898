"""Sentences about questions to whoever submitted payments, their answers, notes and evidence."""

from collections.abc import Mapping, Sequence

from bot.domain.bounds import TEXT_LIMIT, shortened
from bot.domain.people import Standing
from bot.domain.review.remarks import EvidenceFile, Remark, RemarkKind
from bot.domain.text.sums import refs_in_words

NAMED = 10  # payments in what a button says
LABEL = 40  # characters of a person's name there

ASKED = "I sent the question in a direct message. The answer will stand here."
NOTED = "Noted."
WHAT_TO_ASK = "What should I ask? Say, for example: ask 3: which project is this? Nothing was asked."
BY_NUMBER = "Name the payment by its number, for example: note 3: called them. Nothing was changed."
WHAT_TO_NOTE = "What should I note? Say, for example: note 3: called them. Nothing was noted."
STAYS = (
    "It stays in the direct message, where only whoever sent it can open it: I could put no copy of it into "
    "this thread."
)
NOT_HERE = {
    Standing.DEACTIVATED: "Their account is deactivated, so nobody would answer.",
    Standing.GUEST: "They are a guest in this workspace now and may not act here, so nobody would answer.",
    Standing.STRANGER: "They are at home in another organisation and may not act here, so nobody would "
    "answer.",
    Standing.BOT: "No person submitted these payments, so nobody would answer.",
}


def ask_label(name: str) -> str:
    """What a payment's menu calls asking the person of this name; of whom no name is known, by their part."""
    return f"Ask {shortened(name, LABEL)}" if name else "Ask the submitter"


def ask_words(refs: Sequence[int], question: str) -> str:
    """What a button that asks says in the conversation: ``ask 3: which project is this?``."""
    return f"ask {_numbers(refs)}: {shortened(question, TEXT_LIMIT)}"


def note_words(refs: Sequence[int], note: str) -> str:
    """What a button that notes says in the conversation: ``note 3: called them``."""
    return f"note {_numbers(refs)}: {shortened(note, TEXT_LIMIT)}"


def answer_words(text: str, files: Sequence[str]) -> str:
    """What the conversation shows of an answer: its words, and the files that came with it by name."""
    with_files = f"({', '.join(files)})" if files else ""
    return " ".join(part for part in (shortened(text, TEXT_LIMIT), with_files) if part)


def place_words(names: Sequence[str], ref: int) -> str:
    """What the conversation shows where somebody says for which payment files are."""
    return f"{', '.join(names) or 'the files'}: for #{ref}"


def kept(file: EvidenceFile, refs: Sequence[int]) -> str:
    """What the bot says of a file that it has read, or could not read."""
    about = refs_in_words(refs) if refs else "the review as a whole"
    stays = f" {STAYS}" if file.is_direct else ""
    if file.problem:
        return f"{file.name} was shown for {about}. {file.problem}{stays}"
    return f"{file.name} is kept as evidence for {about}: {file.size:,} bytes, SHA-256 {file.sha256}.{stays}"


def copy_words(refs: Sequence[int]) -> str:
    """What stands above the copy of a file in the review's thread."""
    return f"A file for {refs_in_words(refs)}, copied from a direct message so that it can be opened here."


def not_delivered(refs: Sequence[int], why: str) -> str:
    """What whoever asked is told where their question cannot reach the one who was asked."""
    return f"The question about {refs_in_words(refs)} was not delivered. {why}"


def remark_line(remark: Remark, names: Mapping[str, str]) -> str:
    """One remark in a line, with people by name as far as ``names`` has them: ``ben asked ana: why?``."""
    by = names.get(remark.by, remark.by)
    words = answer_words(remark.text, remark.files)
    match remark.kind:
        case RemarkKind.QUESTION:
            return f"{by} asked {names.get(remark.to, remark.to)}: {words}"
        case RemarkKind.ANSWER:
            return f"{by} answered: {words}"
        case RemarkKind.NOTE:
            return f"{by} noted: {words}"
        case RemarkKind.EVIDENCE:
            file = remark.file
            what = file.problem or f"{file.size:,} bytes, SHA-256 {file.sha256}" if file else ""
            return f"{by} showed {file.name if file else 'a file'}: {what}"


def _numbers(refs: Sequence[int]) -> str:
    """``3``, ``2 and 3``, ``1, 2, 3 and 9 more``."""
    return refs_in_words(refs).replace("#", "")
