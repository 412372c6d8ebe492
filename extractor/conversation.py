"""The validation loop: ask, read the answer, check it, and ask again in the same conversation for what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .errors import AnswerError, NotJSONError, WrongShapeError
from .retry import Unsatisfied, validation
from .review import read_json
from .schemas import Rejected, Usage, Violation
from .templates import Templates

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel

S = TypeVar("S")


class Answer(Protocol):
    """What an engine gives back for one call."""

    @property
    def text(self) -> str:
        """The model's answer, unchanged."""

    @property
    def usage(self) -> Usage:
        """Tokens of the call."""


class Engine(Protocol):
    """A chat model: anything that answers messages with JSON for a schema."""

    @property
    def name(self) -> str:
        """The provider, e.g. "openai"."""

    @property
    def model(self) -> str | None:
        """The model's name."""

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Answer:
        """One answer to the messages, meant to fit the schema; raises the errors of `extractor.errors`."""

    async def aclose(self) -> None:
        """Give back what the engine holds."""


class Task(Protocol[S]):
    """What to ask first, how to check an answer, and what to ask again."""

    @property
    def schema(self) -> type[BaseModel]:
        """What the first answer has to fit."""

    @property
    def repair_schema(self) -> type[BaseModel]:
        """What an answer to a repair question has to fit."""

    @property
    def repair_prompt(self) -> str:
        """Name of the template of a repair question."""

    def open(self, answer: dict[str, Any], /) -> S:
        """The state after the first readable answer; raises WrongShapeError."""

    def repair(self, state: S, answer: dict[str, Any], /) -> S:
        """The state after an answer to a repair question; raises WrongShapeError."""

    def problems(self, state: S, /) -> dict[str, str] | None:
        """The variables of the repair prompt, or None when nothing is left to mend."""


@dataclass(slots=True)
class Outcome(Generic[S]):
    """How a conversation ended: the last state, what could not be read, and what it cost."""

    state: S
    rejected: list[Rejected]
    prompts: set[str]
    attempts: int = 0
    calls: int = 0
    cached: int = 0
    usage: Usage = field(default_factory=Usage)
    repaired: int = 0


class Conversation(Generic[S]):
    """One conversation with a model about one text."""

    def __init__(self, engine: Engine, templates: Templates, task: Task[S], opening: Sequence[BaseMessage], /) -> None:
        self._engine = engine
        self._templates = templates
        self._task = task
        self._messages = list(opening)
        self._schema = task.schema
        self._state: S | None = None
        self._error: AnswerError | None = None
        self._unread: list[Rejected] = []
        self._outcome = Outcome[Any](None, [], set())

    async def hold(self, *, attempts: int) -> Outcome[S]:
        """Ask at most ``attempts`` times, until nothing is left to mend.

        Raises the engine's errors, NotJSONError or WrongShapeError when no answer could be read, and TruncatedError
        when the first answer was cut off.
        """
        try:
            async for attempt in validation(attempts):
                with attempt:
                    await self._turn()
        except Unsatisfied:
            pass
        if self._state is None:
            raise self._error or WrongShapeError("the model gave no answer")
        return self.outcome

    @property
    def outcome(self) -> Outcome[S]:
        """How the conversation stands: also after an error, when the state may be missing, for the accounts."""
        self._outcome.state = self._state
        self._outcome.rejected = self._unread
        return self._outcome

    async def _turn(self) -> None:
        """One question and its answer; raises Unsatisfied when another is needed."""
        self._outcome.attempts += 1
        try:
            text = await self._ask()
        except AnswerError as error:
            if self._state is None:
                raise
            self._give_up("", "no_answer", error)
            raise Unsatisfied from error
        try:
            self._read(text)
        except (NotJSONError, WrongShapeError) as error:
            self._not_read(text, error)
            raise Unsatisfied from error
        self._outcome.repaired += len(self._unread)
        self._unread = []
        problems = self._task.problems(self._state) if self._state is not None else None
        if problems is not None:
            self._follow(text, self._task.repair_prompt, problems)
            self._schema = self._task.repair_schema
            raise Unsatisfied

    async def _ask(self) -> str:
        try:
            answer = await self._engine.complete(self._messages, self._schema)
        except AnswerError as error:
            self._outcome.calls += 1
            if error.usage is not None:
                self._outcome.usage += error.usage
            raise
        self._outcome.calls += 1
        self._outcome.cached += bool(getattr(answer, "cached", False))  # an engine of a user's may not tell
        self._outcome.usage += answer.usage
        return answer.text.encode("utf-8", "replace").decode()

    def _read(self, text: str) -> None:
        answer = read_json(text)
        self._state = self._task.open(answer) if self._state is None else self._task.repair(self._state, answer)

    def _not_read(self, text: str, error: AnswerError) -> None:
        self._give_up(text, "not_json" if isinstance(error, NotJSONError) else "not_an_object", error)
        self._error = type(error)(
            f"the model's answer could not be used after {self._outcome.attempts} attempts: {error}"
        )
        self._follow(text, "reask", {"problem": str(error)})

    def _give_up(self, text: str, rule: str, error: AnswerError) -> None:
        """Keep account of an answer that could not be used; a later one may make up for it."""
        violation = Violation(rule=rule, field="", message=str(error))
        self._unread.append(Rejected(kind="answer", item={"text": text}, violations=(violation,)))

    def _follow(self, answer: str, prompt: str, values: dict[str, str]) -> None:
        from langchain_core.messages import AIMessage

        self._outcome.prompts.add(prompt)
        self._messages += [AIMessage(answer), *self._templates[prompt].render(**values)]
