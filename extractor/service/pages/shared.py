"""What the routes of the pages take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from extractor.service.state import Service, service

Shared = Annotated[Service, Depends(service)]
"""The service, as a parameter of a route."""
