"""Chat models: the layer that knows LangChain and the providers' SDKs, which are imported when an engine is made."""

from .endpoint import Endpoint, resolve
from .engine import ChatEngine, Reply

__all__ = ["ChatEngine", "Endpoint", "Reply", "resolve"]
