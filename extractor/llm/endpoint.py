"""Which model is meant, and where it is: decided from the settings, without any network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from extractor.errors import ConfigurationError, KeyMissingError, UnknownModelError
from extractor.settings import PREFIX, Settings, is_openai, shown_url

OPENAI_URL = "https://api.openai.com/v1"
OLLAMA_URL = "http://localhost:11434/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model and where it is.

    ``provider`` is "openai", "openai-compatible", "ollama" or a provider of LangChain's ``init_chat_model``;
    ``protocol`` says who speaks to it: ChatOpenAI, or whatever ``init_chat_model`` gives. ``base_url`` is None for a
    provider's own address.
    """

    provider: str
    model: str
    protocol: Literal["openai", "langchain"]
    base_url: str | None
    key: SecretStr | None

    @property
    def label(self) -> str:
        """What messages call it; holds no key."""
        return f"{self.provider}:{self.model}" + (f" at {shown_url(self.base_url)}" if self.base_url else "")


def resolve(settings: Settings, /) -> Endpoint:
    """The endpoint that the settings mean.

    'openai:NAME' is OpenAI, or the server at ``base_url``; 'ollama:NAME' the local Ollama server (a ``base_url`` moves
    it); a bare NAME the server at ``base_url``; 'PROVIDER:NAME' another provider of LangChain. A server other than
    OpenAI's may do without a key. Raises KeyMissingError for OpenAI without a key, UnknownModelError for a name that
    says no provider where there is no ``base_url``, and ConfigurationError for 'builtin', which is no chat model.
    """
    prefix, colon, name = settings.model.partition(":")
    provider = prefix.strip().lower().replace("-", "_")
    if settings.model == "builtin":
        raise ConfigurationError("'builtin' is no chat model: name one, such as 'openai:NAME'")
    if colon and not (provider and name.strip()):
        raise UnknownModelError(f"model {settings.model!r} is incomplete: write it as 'PROVIDER:NAME'")
    if not colon and settings.base_url is None:
        raise UnknownModelError(
            f"model {settings.model!r} names no provider: write 'openai:{settings.model}', 'ollama:{settings.model}' or"
            f" 'PROVIDER:{settings.model}', or give the base URL of an OpenAI-compatible server"
        )
    if not colon:
        return compatible(settings, settings.model)
    if provider == "openai":
        return compatible(settings, name)
    if provider == "ollama":
        return Endpoint("ollama", name, "openai", settings.base_url or OLLAMA_URL, settings.api_key)
    return Endpoint(provider, name, "langchain", settings.base_url, settings.api_key)


def compatible(settings: Settings, name: str, /) -> Endpoint:
    """The endpoint of the model ``name`` at OpenAI or at the server of ``base_url``; raises KeyMissingError."""
    if not is_openai(settings.base_url):
        return Endpoint("openai-compatible", name, "openai", settings.base_url, settings.api_key)
    if settings.api_key is None:
        raise KeyMissingError(
            f"no API key is set for 'openai:{name}': set {PREFIX}API_KEY or OPENAI_API_KEY in the environment or .env"
        )
    return Endpoint("openai", name, "openai", settings.base_url or OPENAI_URL, settings.api_key)
