"""Where a request comes from, with as many proxies in front as a node says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import RequestFactory

from jejak.kernel import addresses
from jejak.kernel.settings import Settings


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, None, "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.7, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.7, , 198.51.100.1 ", "192.0.2.7"),
        (2, "198.51.100.1", "198.51.100.1"),
        (1, None, "203.0.113.9"),
    ],
)
def test_a_request_comes_from_what_the_outermost_proxy_of_ours_saw(
    proxies: int, forwarded: str | None, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "settings", lambda: replace(Settings(), proxies=proxies))
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="203.0.113.9")
    assert addresses.address_of(request) == found
