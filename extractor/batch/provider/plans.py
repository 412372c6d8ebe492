"""What a submitted run stands on besides its article, kept so that it can go on in another process on another day.

Neither key nor address is taken from the database when it goes on: whoever wrote it could have the key sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import ConfigurationError
from extractor.run_keys import digest
from extractor.settings import PREFIX, Settings, load_settings, shown_url

if TYPE_CHECKING:
    from extractor.schemas.stored import Task
    from extractor.summarizing import Length

_KEPT: Final = ("model", "temperature", "attempts", "chunk_size", "audit", "max_chars", "cache")

Plan = Mapping[str, Any]
"""Task, length, where the model is, and the settings that decide what is asked; in JSON's types."""


def make_plan(settings: Settings, /, *, task: Task, length: Length) -> dict[str, Any]:
    """The plan of runs with these settings. Raises as `resolve`, and ConfigurationError for a model without batches."""
    from extractor.llm import resolve

    plan = {name: getattr(settings, name) for name in _KEPT}
    prompts = None if settings.prompts is None else str(settings.prompts.absolute())
    place = {"place": place_of(settings), "prompts": prompts}
    endpoint = resolve(settings)
    return (
        plan
        | place
        | {"engine": endpoint.provider, "name": endpoint.model}
        | {"task": task, "length": length if task == "summarize" else None}
    )


def plan_key(plan: Plan, /) -> str:
    """The digest of a plan."""
    return digest(dict(plan))


def place_of(settings: Settings, /) -> str:
    """Where the provider is, without passwords.

    Raises as `resolve`, and ConfigurationError for a model that is not asked by OpenAI's protocol.
    """
    from extractor.llm import resolve

    endpoint = resolve(settings)
    if endpoint.protocol != "openai" or endpoint.base_url is None:
        raise ConfigurationError(
            f"{endpoint.label!r} has no batch API of OpenAI's form: name a model as 'openai:NAME', or a bare NAME with"
            " the base URL of a server that has one; 'extractor batch run' asks any model"
        )
    return shown_url(endpoint.base_url)


def settings_for(plan: Plan, /, **given: Any) -> Settings:
    """The settings under which a run goes on: those of its plan, with ``given`` for the key's and the line's sake.

    Raises ConfigurationError when they lead to another place than the one that the run was submitted to.
    """
    settings = load_settings(**{**given, "model": plan["model"]})
    kept = {name: plan[name] for name in _KEPT}
    prompts = plan.get("prompts")
    settings = settings.model_copy(update={**kept, "prompts": None if prompts is None else Path(prompts)})
    place = place_of(settings)
    if place != plan["place"]:
        raise ConfigurationError(
            f"a batch with the model {plan['model']!r} was submitted to {plan['place']!r}, and the settings lead to"
            f" {place!r}: give the base URL that it was submitted with (--base-url or {PREFIX}BASE_URL)"
        )
    return settings
