"""Chat models: the layer that knows LangChain and the providers' SDKs, which are imported when an engine is made."""

from .endpoint import Endpoint, resolve
from .engine import ChatEngine, Reply
from .metering import Budget, Meter
from .paced import make_pace
from .pacing import Pace, Pacer, Pacing

__all__ = ["Budget", "ChatEngine", "Endpoint", "Meter", "Pace", "Pacer", "Pacing", "Reply", "make_pace", "resolve"]
