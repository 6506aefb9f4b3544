"""A proxy before a node that loses answers or loses the node, as networks and gateways do."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.walking import Node

PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length"}
"""Headers that belong to one connection; the proxy writes its own."""


class Proxy:
    """Passes requests on; check-in forms are ``served``, their answer is ``lost``, or the node is ``gone``.

    Queues that were kept on a phone are ``served``, or the node is ``full`` for them.
    """

    def __init__(self, node: Node) -> None:
        self.forms = self.queues = "served"
        self.arrived = self.turned_away = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                form = self.command == "POST" and self.path.startswith("/p/")
                if form and proxy.forms == "gone":
                    self._answer(502, [], b"no node here")
                    return
                if self.path.endswith("check-ins:batch") and proxy.queues == "full":
                    proxy.turned_away += 1
                    self._answer(503, [("Retry-After", "2")], b"{}")
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
                upstream.request(self.command, self.path, body, dict(self.headers.items()))
                answer = upstream.getresponse()
                said = answer.read()
                upstream.close()
                if form:
                    proxy.arrived += 1
                    if proxy.forms == "lost":
                        self.close_connection = True
                        return
                self._answer(answer.status, answer.getheaders(), said)

            do_POST = do_GET  # noqa: N815 - the name that http.server calls

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in PASSED_ON:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
