"""Whatever is sent to whichever route, the answer is a page or a problem document and never the server's fault."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lane.stand import Answer, Site, ask, visit_id

from jejak.kernel.access import Kind
from jejak.lane.app import ROUTES, Lane
from jejak.lane.pages import LANGUAGES, Skeleton

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "\x00",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%s%n",
        "' or 1=1 --",
        "<script>",
        "../../etc/passwd",
        "\ud800",
        "9" * 400,
        "=1+1",
    ]
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "id",
            "sig",
            "phone",
            "name",
            "agree",
            "remember",
            "visit",
            "with",
            "add",
            "index",
            "kind",
            "came",
            "left",
            "x",
        ]
    ),
    TEXT,
    max_size=8,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["id", "code", "visitor", "with", "queued", "at", "descriptor", "items", "remember", "key"]),
    TEXT
    | st.none()
    | st.integers()
    | st.booleans()
    | st.lists(TEXT, max_size=3)
    | st.fixed_dictionaries({"name": TEXT, "phone": TEXT}),
    max_size=7,
)
HEADER_NAMES = st.sampled_from(
    ["cookie", "content-type", "origin", "sec-fetch-site", "host", "accept-language", "content-length"]
)
HEADERS = st.dictionaries(HEADER_NAMES, st.text(max_size=40).filter(lambda text: text.isprintable()), max_size=4)
TYPES = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)


def check(answer: Answer, path: str) -> None:
    assert answer.status < 500, (path, answer.status, answer.body[:200])
    assert answer.headers["cache-control"] == "no-store"
    if answer.status >= 400:
        if path.startswith("/p/"):
            assert answer.headers["content-type"].startswith("text/html")
            assert "<script>" not in answer.text.replace("<script src", "")
        else:
            assert answer.headers["content-type"] == "application/problem+json"
            assert {"type", "title", "status", "code"} <= set(answer.json)
            assert answer.json["status"] == answer.status


def test_every_route_names_its_access_rule() -> None:
    for route in ROUTES:
        assert route.rule is not None
        assert route.rule.kind is Kind.PUBLIC
        assert route.rule.reason


def paths(site: Site, segment: str) -> list[str]:
    safe = segment.replace("/", "").replace("?", "")
    filled = [(site.code, "receipt"), (site.code, safe), (safe, safe)]
    return sorted(
        {route.path.replace("<code>", code).replace("<sealed>", sealed) for route in ROUTES for code, sealed in filled}
    )


def test_hostile_requests_to_every_route(site: Site, token: str) -> None:
    async def act(lane: Lane) -> None:
        @QUICK
        @given(
            TEXT,
            FIELDS,
            MEMBERS,
            HEADERS,
            TYPES,
            st.binary(max_size=60),
            st.sampled_from(["GET", "POST", "PUT", "HEAD", "BREW"]),
        )
        def attack(segment: str, fields: Any, members: Any, headers: Any, kind: str, raw: bytes, method: str) -> None:
            bodies = [raw, json.dumps(members).encode(), urlencode(fields, errors="surrogatepass").encode()]
            todo.extend(
                (path, body, headers | {"content-type": kind}, method)
                for path in paths(site, segment)
                for body in bodies
            )

        todo: list[tuple[str, bytes, dict[str, str], str]] = []
        attack()
        for path, body, headers, method in todo:
            check(await ask(lane, method, path, body=body, headers=headers), path)

    site.run(act)


def test_hostile_values_in_otherwise_good_requests(site: Site, token: str) -> None:
    async def act(lane: Lane) -> None:
        cases: list[tuple[str, bytes, str]] = []

        @QUICK
        @given(TEXT, TEXT)
        def attack(one: str, other: str) -> None:
            good = {"id": visit_id(), "code": site.code, "visitor": {"name": one, "phone": "0123456789"}}
            changes: tuple[dict[str, Any], ...] = (
                {},
                {"visitor": {"name": "Ali", "phone": other}},
                {"visitor": one},
                {"code": other},
                {"id": one},
                {"with": [one, {"name": other}]},
            )
            cases.extend(
                ("/v1/check-ins", json.dumps(good | change).encode(), "application/json") for change in changes
            )
            form = {"id": visit_id(), "sig": "", "name": one, "phone": other, "agree": "1"}
            cases.append(
                (
                    f"/p/{site.code}",
                    urlencode(form, errors="surrogatepass").encode(),
                    "application/x-www-form-urlencoded",
                )
            )
            cases.append(
                (
                    f"/p/{site.code}/out",
                    urlencode({"visit": one}, errors="surrogatepass").encode(),
                    "application/x-www-form-urlencoded",
                )
            )

        attack()
        for path, body, kind in cases:
            answer = await ask(lane, "POST", path, body=body, headers={"content-type": kind})
            check(answer, path)

    site.run(act)


def test_cookies_of_all_kinds_never_break_the_page(site: Site) -> None:
    async def act(lane: Lane) -> None:
        known = lane.tokens.visitor(person=1, device=2, ms=time.time_ns() // 1_000_000)
        cases: list[str] = []

        @QUICK
        @given(TEXT, TEXT, TEXT)
        def attack(one: str, other: str, language: str) -> None:
            cases.append(
                f"jejak_visitor={one}; jejak_name={other}; jejak_language={language}; {one}; jejak_with={other}"
            )
            listed = quote(json.dumps([[one, other, 1], language, [one, known, 1]]))
            cases.append(f"jejak_visitor={known}; jejak_name=Ali; jejak_with={listed}")

        attack()
        for cookie in cases:
            answer = await ask(
                lane, "GET", f"/p/{site.code}", headers={"cookie": cookie.encode("utf-8", "replace").decode()}
            )
            assert answer.status == 200

    site.run(act)


def test_a_body_too_large_is_refused_before_it_is_read(site: Site) -> None:
    answer = site.run(
        lambda lane: ask(
            lane, "POST", "/v1/check-ins", body=b"x" * 100_000, headers={"content-type": "application/json"}, chunk=4096
        )
    )
    assert (answer.status, answer.json["code"]) == (413, "too-large")


def test_the_real_pages_have_slots_for_all_that_the_lane_fills(rendered: dict[str, Any]) -> None:
    filled = {
        "new": "code place action id sig phone name error_phone error_name error_form error_consent consent_checked",
        "known": "code place action id sig name error_form",
        "receipt": "place word colour time date names checkout_action visit code",
        "left": "place from_time to_time date code",
        "error": "title detail action code",
        "ended": "title detail place branch zone_line code",
        "correct": "place date from_time to_time people came left action done error_form error_came error_left",
        "companions": "rows_html",
        "companion": "index companion ticked_checked",
    }
    for language in LANGUAGES:
        for page, slots in filled.items():
            assert set(slots.split()) <= Skeleton(rendered["skeletons"][language, page]).slots


def test_every_refusal_has_words_for_a_visitor(rendered: dict[str, Any]) -> None:
    from jejak.kernel.problems import JejakError
    from jejak.lane import errors
    from jejak.lane.pages import Pages

    pages = Pages(**rendered)
    codes = {error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, JejakError)}
    for language in LANGUAGES:
        for code in codes:
            title, detail = pages.message(code, language=language)
            assert title
            assert detail
