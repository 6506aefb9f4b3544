"""What an officer does at the desk, in a test: show the names of a page, and look at it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit


def shown(client: Any, address: str, state: dict[str, str] | None = None, **more: Any) -> Any:
    """Show the names of the page of an answer, and return the page as its address shows it afterwards."""
    parts = urlsplit(address)
    asked = {**dict(parse_qsl(parts.query)), **(state or {})}
    response = client.post(f"{parts.path}names/", asked)
    assert response.status_code == 302, response.content
    return client.get(response["Location"], **more)
