"""An agency's OpenID Connect provider for tests: another system, over HTTP, that can be told to misbehave.

It shows a form to sign in, gives codes (once, with PKCE), and signs tokens; none of Jejak's code is in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "jejak", "rahsia-klien"


@dataclass
class Staff:
    """Somebody the agency employs, as its provider knows them."""

    sub: str
    email: str
    verified: bool = True
    amr: list[str] = field(default_factory=list)
    acr: str = ""


class AgencyProvider:
    """One provider on a port of its own; ``mischief`` changes what its tokens say, ``header`` how they are signed."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.exchanged: list[dict[str, str]] = []
        self.staff: Staff | None = None
        self.mischief: dict[str, Any] = {}
        self.sign: Any = self.sign_properly
        self.broken = ""  # a path that answers 500
        self.document: dict[str, Any] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def forget(self) -> None:
        self.staff, self.mischief, self.sign, self.broken, self.document = None, {}, self.sign_properly, "", {}

    def sign_properly(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})

    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        } | self.document

    def keys(self) -> dict[str, Any]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [jwk | {"kid": "k1", "use": "sig", "alg": "RS256"}]}

    def code_for(self, question: dict[str, str], staff: Staff) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = question | {"sub": staff.sub}
        self.staff = staff
        return code

    def token(self, question: dict[str, str]) -> str:
        assert self.staff is not None
        moment = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.staff.sub,
            "email": self.staff.email,
            "email_verified": self.staff.verified,
            "nonce": question["nonce"],
            "iat": moment,
            "exp": moment + 300,
            "auth_time": moment,
        }
        if self.staff.amr:
            claims["amr"] = self.staff.amr
        if self.staff.acr:
            claims["acr"] = self.staff.acr
        claims |= self.mischief
        return str(self.sign({name: value for name, value in claims.items() if value is not None}))

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.exchanged.append(form)
        question = self.codes.pop(form.get("code", ""), None)
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if question is None or authorization != wanted or question.get("code_challenge") != proof:
            return 400, {"error": "invalid_grant"}
        if question["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(question)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one way each
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == outer.broken:
                    self.answer(500, b"{}")
                elif parts.path == "/.well-known/openid-configuration":
                    self.answer(200, json.dumps(outer.discovery()).encode())
                elif parts.path == "/keys":
                    self.answer(200, json.dumps(outer.keys()).encode())
                elif parts.path == "/authorize":
                    outer.asked.append({name: values[0] for name, values in parse_qs(parts.query).items()})
                    page = (
                        '<!doctype html><html lang="ms"><title>Agensi</title><h1>Log masuk agensi</h1>'
                        f'<form method="post" action="/authorize?{parts.query.replace("&", "&amp;")}">'
                        '<label>E-mel <input name="email"></label><button>Masuk</button></form></html>'
                    )
                    self.answer(200, page.encode(), kind="text/html; charset=utf-8")
                else:
                    self.answer(404, b"{}")

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                if parts.path == outer.broken:
                    self.answer(500, b"{}")
                elif parts.path == "/token":
                    status, said = outer.exchange(form, self.headers.get("Authorization", ""))
                    self.answer(status, json.dumps(said).encode())
                elif parts.path == "/authorize":
                    question = {name: values[0] for name, values in parse_qs(parts.query).items()}
                    staff = outer.staff or Staff(sub=f"sub-{form['email']}", email=form["email"])
                    back = {"code": outer.code_for(question, staff), "state": question["state"], "iss": outer.issuer}
                    self.send_response(302)
                    self.send_header("Location", f"{question['redirect_uri']}?{urlencode(back)}")
                    self.end_headers()
                else:
                    self.answer(404, b"{}")

            def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
