"""Staff and codes for journeys of citizens, made by the same actions on the running node's database.

Run as a program within the node's environment: ``arrivals.py code`` prints the code of the message shown last,
``arrivals.py staff <role> <name> <agency>`` the key of a session of such an account, second factor and all,
``arrivals.py look <purpose>`` lets a health officer look where everybody was, ``arrivals.py match`` looks for people
who exist twice, as the worker does each hour.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeys.walking import Node
    from playwright.sync_api import Page

COOKIE = "jejak_session"


def code(node: Node, *, after: str) -> str:
    """Return the code that was sent after another one; the worker takes a moment."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = _run(node, "code")
        if found["at"] != after:
            return str(found["code"])
    raise AssertionError("no code was sent")


def code_at(node: Node) -> str:
    """Return when a code was sent last."""
    return str(_run(node, "code")["at"])


def sign_in(page: Page, node: Node, phone: str) -> None:
    """Type a phone number and the code that is sent to it."""
    before = _run(node, "code")["at"]
    page.goto(f"{node.url}/me/")
    page.locator("[name=phone]").fill(phone)
    page.locator("main form button").click()
    page.wait_for_url("**/me/code/")
    page.locator("[name=code]").fill(code(node, after=before))
    page.locator("main form button").click()
    page.wait_for_url("**/me/")


def staff(page: Page, node: Node, role: str, name: str, agency: str) -> None:
    """Let a browser be signed in as somebody of an agency."""
    key = _run(node, "staff", role, name, agency)["session"]
    page.context.add_cookies([{"name": COOKIE, "value": key, "url": node.url}])


def look(node: Node, purpose: str) -> None:
    """Let a health officer look where everybody was."""
    _run(node, "look", purpose)


def match(node: Node) -> None:
    """Look for people who exist twice."""
    _run(node, "match")


def _run(node: Node, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, *words], env=node.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def account(role: str, name: str, agency: str) -> Any:
    from jejak.access import actions as access
    from jejak.access.models import User
    from jejak.access.rules import ROLES_OF
    from jejak.kernel import clock

    email = f"{'.'.join(name.lower().split())}@contoh.example"
    found = User.objects.filter(email=email).first()
    if found is None:
        kind = next(kind for kind, roles in ROLES_OF.items() if role in roles)
        employer = access.add_agency(name=agency, kind=kind, now=clock.now())
        found = access.add_account(email=email, name=name, kind="staff", role=role, agency=employer, state="MY-10")
    return found


def _session(user: Any) -> str:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _code() -> dict[str, str]:
    from jejak.messaging import queries

    shown = queries.console(limit=1)
    found = re.findall(r"\b[0-9]{7}\b", shown[0].text) if shown else []
    return {"code": found[0] if found else "", "at": shown[0].at.isoformat() if shown else ""}


def _look(purpose: str) -> None:
    from jejak.people.models import Person
    from jejak.trail import actions as trail

    officer = account("health_officer", "Pegawai Contoh", "Pejabat Kesihatan Daerah Petaling")
    trail.record(
        by=officer, action="visits.stays", purpose=purpose, persons=list(Person.objects.values_list("pk", flat=True))
    )


def _said(words: list[str]) -> dict[str, str]:
    if words[0] == "code":
        return _code()
    if words[0] == "staff":
        return {"session": _session(account(*words[1:]))}
    if words[0] == "match":
        from jejak.kernel import clock
        from jejak.people import matching

        matching.find_changed(now=clock.now())
    else:
        _look(words[1])
    return {}


if __name__ == "__main__":
    from jejak.config import node as running

    with running.database() as (_found, _server):
        running.django_ready()
        sys.stdout.write(json.dumps(_said(sys.argv[1:])) + "\n")
