"""A model that answers from a script: for tests, demonstrations and rehearsals."""

from collections import deque
from collections.abc import Callable, Iterable

from pydantic import BaseModel

from bot.llm.model import Completion, ModelFault, ModelUnavailable

ScriptedAnswer = str | Completion | ModelFault
Script = Callable[[str, str], ScriptedAnswer]


class ScriptedModel:
    """Answers from a queue, or by a function of ``(system, user)``; a fault in the script is raised.

    ``asked`` keeps every ``(system, user)``. An exhausted queue is an unavailable model.
    """

    def __init__(
        self, script: Script | Iterable[ScriptedAnswer], *, name: str = "scripted", headroom: int = 0
    ) -> None:
        self.name = name
        self.headroom = headroom
        self.asked: list[tuple[str, str]] = []
        self._script = script if callable(script) else _from_queue(deque(script))

    async def complete(
        self, *, system: str, user: str, schema: type[BaseModel], max_tokens: int
    ) -> Completion:
        """The next answer of the script; raises the fault that it may be."""
        self.asked.append((system, user))
        answer = self._script(system, user)
        if isinstance(answer, ModelFault):
            raise answer
        return Completion(text=answer) if isinstance(answer, str) else answer


def _from_queue(answers: deque[ScriptedAnswer]) -> Script:
    def script(_system: str, _user: str) -> ScriptedAnswer:
        return answers.popleft() if answers else ModelUnavailable("the script has no further answer")

    return script
