"""Outside services as real local servers: an HTTP gateway with moods, a mail server, and certificates for TLS."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class HttpGateway:
    """An HTTP gateway: ``moods`` are played one after another, the last one again and again.

    good · dull (2xx without a word) · reject · number (200, but refused) · 500 · 429 · 400 · redirect · garbage ·
    empty · cut (takes the message, then hangs up) · hang · drip (headers, then a byte now and then)
    """

    moods: list[str] = field(default_factory=lambda: ["good"])
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    messages: dict[str, int] = field(default_factory=dict)  # by idempotency key, as a good gateway counts
    before_answer: Any = None

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                outer.take(self)

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - http.server's names

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64  # with http.server's five, eight workers at once lose a connection now and then

            def handle_error(self, *_: object) -> None:
                pass

        self.closing = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server.server_address[1]}"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.seen.append(Seen(request.command, request.path, dict(request.headers), body))
        mood = self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]
        key = request.headers.get("Idempotency-Key", "")
        if mood in {"good", "dull", "garbage", "empty", "cut", "hang", "drip", "500"}:
            self.messages[key] = self.messages.get(key, 0) + 1
        if self.before_answer:
            self.before_answer(key)
        getattr(self, f"_{mood}", lambda _request, _key: self._status(request, int(mood)))(request, key)

    def _good(self, request: BaseHTTPRequestHandler, key: str) -> None:
        self._say(request, 202, {"message_id": f"gw-{key[-12:]}"})

    def _dull(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self._say(request, 200, b"OK")

    def _reject(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self._say(request, 422, {"error": "invalid_number"})

    def _number(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self._say(request, 200, {"error": "invalid_number"})

    def _garbage(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self._say(request, 200, bytes(range(256)) * 1000)

    def _empty(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self._say(request, 200, b"")

    def _redirect(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        request.send_response(307)
        request.send_header("Location", self.url + "/elsewhere")
        request.end_headers()

    def _cut(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        request.connection.shutdown(socket.SHUT_RDWR)
        request.close_connection = True

    def _hang(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        self.closing.wait(30)
        request.close_connection = True

    def _drip(self, request: BaseHTTPRequestHandler, _key: str) -> None:
        request.send_response(200)
        request.end_headers()
        while not self.closing.wait(0.05):
            try:
                request.wfile.write(b".")
                request.wfile.flush()
            except OSError:
                break
        request.close_connection = True

    def _status(self, request: BaseHTTPRequestHandler, status: int) -> None:
        self._say(request, status, b"")

    def _say(self, request: BaseHTTPRequestHandler, status: int, said: Any) -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with contextlib.suppress(OSError):
            request.wfile.write(body)


@dataclass
class MailServer:
    """A small SMTP server; ``answers`` overrides its reply to a command, ``silent`` lets it hang after the greeting."""

    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    mails: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        outer = self
        self.closing = threading.Event()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def talk(self, lines: Any, out: Any) -> None:
        out.write(b"220 contoh.example ESMTP\r\n")
        if self.silent:
            self.closing.wait(30)
            return
        while line := lines.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            reply = self.answers.get(verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine"))
            out.write(f"{reply}\r\n".encode())
            if verb == "QUIT":
                return
            if verb == "DATA" and reply.startswith("354"):
                mail = b"".join(iter(lines.readline, b".\r\n"))
                self.mails.append(mail.decode())
                out.write(f"{self.answers.get('.', '250 taken')}\r\n".encode())


def certificate(folder: Path, *, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's TLS context with a certificate of its own for an address, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "contoh")])
    now = datetime.now(tz=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "cert.pem", folder / "key.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path, secret)
    return server, ssl.create_default_context(cafile=str(path))


def wait_until(true: Any, *, seconds: float = 5) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.01)
