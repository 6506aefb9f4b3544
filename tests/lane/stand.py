"""A lane over the migrated schema, driven through ASGI without a network."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import Keyring
from jejak.lane.app import Lane, make_lane

READY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(
    lane: Lane,
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    chunk: int | None = None,
) -> Answer:
    """Send one request to a lane and return its answer."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode("utf-8", "surrogateescape"),
        "headers": [(k.encode(), v.encode("utf-8", "surrogateescape")) for k, v in (headers or {}).items()],
    }
    pieces = [body] if chunk is None else [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await lane(scope, receive, send)
    start, content = sent
    found = {key.decode(): value.decode() for key, value in start["headers"] if key != b"set-cookie"}
    cookies = dict(
        value.decode().partition(";")[0].split("=", 1) for key, value in start["headers"] if key == b"set-cookie"
    )
    return Answer(start["status"], found, cookies, content["body"])


def visit_id(*, ago: float = 0.0) -> str:
    """Return a fresh id whose clock is ``ago`` seconds behind ours."""
    fresh = uuid7()
    ms = int((time.time() - ago) * 1000)
    return str(UUID(int=(ms << 80) | (fresh.int & ((1 << 80) - 1))))


@dataclass(slots=True)
class Site:
    """A node's database with posters on some walls, and lanes over it."""

    app: str
    owner: str
    ring: Keyring
    code: str = ""
    other_code: str = ""
    zone_code: str = ""
    retired_code: str = ""
    closed_code: str = ""
    account: int = 0
    poster: int = 0
    premises: int = 0
    skeletons: dict[Any, str] = field(default_factory=dict)
    messages: dict[Any, Any] = field(default_factory=dict)
    words: dict[Any, Any] = field(default_factory=dict)
    phrases: dict[Any, Any] = field(default_factory=dict)

    def lane(self, *, url: str | None = None) -> Lane:
        from jejak.kernel.settings import settings

        return make_lane(
            settings(), self.ring, self.skeletons, self.messages, self.words, url or self.app, self.phrases
        )

    def run(self, act: Callable[[Lane], Awaitable[Any]], *, change: Callable[[Lane], None] | None = None) -> Any:
        """Start a lane, let ``act`` talk to it, stop it; return what ``act`` returned."""

        async def live() -> Any:
            lane = self.lane()
            if change:
                change(lane)
            lane.start()
            try:
                await ready(lane)
                return await act(lane)
            finally:
                await lane.stop()

        return asyncio.run(live())

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.owner) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def visits(self, visit: str | None = None) -> list[tuple[Any, ...]]:
        """Return the stored visits: premises, person, zone, device, flags, minutes until the end."""
        where = "" if visit is None else " where id = %s::uuid"
        return self.rows(
            "select premises_id, person_id, zone_id, device_id, flags, extract(epoch from until - checked_in)::int / 60 "
            f"from visits_visit{where} order by id",
            *([] if visit is None else [visit]),
        )

    def add_poster(
        self, *, name: str = "Kedai Contoh", zone: str = "", retired: bool = False, closed: bool = False
    ) -> int:
        ((premises,),) = self.rows(
            "insert into premises_premises (uuid, name, branch, kind, address, state, district, opening_hours, stay_minutes, "
            "longest_minutes, created_at, closed_at) values (%s, %s, 'Cawangan 1', 'shop', 'Jalan 1', 'MY-10', 'Petaling', '{}', "
            "45, 180, now() - interval '1 day', case when %s then now() end) returning id",
            uuid7(),
            name,
            closed,
        )
        self.premises = self.premises or premises
        zone_id = None
        if zone:
            ((zone_id,),) = self.rows(
                "insert into premises_zone (uuid, premises_id, name) values (%s, %s, %s) returning id",
                uuid7(),
                premises,
                zone,
            )
        ((poster,),) = self.rows(
            "insert into premises_poster (premises_id, zone_id, short_code, issued_at, retired_at, retired_by_id) "
            "values (%s, %s, lpad(%s::text, 7, '0'), now() - interval '1 hour', null, null) returning id",
            premises,
            zone_id,
            premises,
        )
        if retired:
            statement = "update premises_poster set retired_at = now(), retired_by_id = %s where id = %s"
            self.rows(statement, self.account, poster)
        return int(poster)

    def code_of(self, poster: int) -> str:
        key = self.ring.active("poster")
        return postercode.make(number=poster, key_version=key.id, secret=key.secret)


async def ready(lane: Lane) -> None:
    end = time.monotonic() + READY_SECONDS
    while not lane.ready:
        assert time.monotonic() < end, "the lane did not get ready"
        await asyncio.sleep(0.01)


class Visitor:
    """Somebody with a phone in front of a poster."""

    def __init__(self, lane: Lane, code: str) -> None:
        self.lane = lane
        self.code = code

    async def check_in(self, who: Any, *, visit: str | None = None, code: str | None = None, **more: Any) -> Answer:
        body = {"id": visit or visit_id(), "code": code or self.code, "visitor": who, **more}
        return await self.post("/v1/check-ins", body)

    async def check_out(self, who: str, visit: str, **more: Any) -> Answer:
        return await self.post("/v1/check-outs", {"id": visit, "code": self.code, "visitor": who, **more})

    async def post(self, path: str, body: Any) -> Answer:
        return await ask(
            self.lane, "POST", path, body=json.dumps(body).encode(), headers={"content-type": "application/json"}
        )

    async def open(self, path: str = "", *, cookies: dict[str, str] | None = None, **headers: str) -> Answer:
        sent = headers | ({"cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())} if cookies else {})
        return await ask(self.lane, "GET", path or f"/p/{self.code}", headers=sent)

    async def submit(
        self, fields: dict[str, str], *, path: str = "", cookies: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        sent = {"content-type": "application/x-www-form-urlencoded"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        if cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
        return await ask(self.lane, "POST", path or f"/p/{self.code}", body=urlencode(fields).encode(), headers=sent)
