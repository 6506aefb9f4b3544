"""Nobody fills the disk of a node by sending it a large body."""

from __future__ import annotations

import asyncio
from typing import Any

from jejak.config.bodies import LARGEST_BODY, bounded


def sent(*chunks: bytes, length: int | None = None) -> tuple[int, list[dict[str, Any]]]:
    """Send a body in chunks; return how many bytes the application got before an end or a hang-up, and the answer."""
    got = 0
    answers: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b""})

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    async def application(_scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal got
        while (message := await receive())["type"] == "http.request":
            got += len(message["body"])
            if not message.get("more_body"):
                await send({"type": "http.response.start", "status": 200, "headers": []})
                return

    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    asyncio.run(bounded(application)({"type": "http", "headers": headers}, receive, send))
    return got, answers


def test_a_body_within_the_bound_passes() -> None:
    got, answers = sent(b"x" * 1_000, b"y" * 1_000, length=2_000)
    assert (got, answers[0]["status"]) == (2_000, 200)


def test_a_body_said_to_be_larger_is_refused_before_a_byte_is_read() -> None:
    got, answers = sent(b"x", length=LARGEST_BODY + 1)
    assert (got, answers[0]["status"]) == (0, 413)


def test_a_body_that_says_nothing_of_its_length_is_cut_at_the_bound() -> None:
    got, answers = sent(*[b"x" * 8_000_000] * 6)
    assert (got, answers) == (LARGEST_BODY, [])
