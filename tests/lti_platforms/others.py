"""An LMS on loopback whose LTI is another's: `lti1p3platform`, or the consumer of Open edX. Run in their environment.

    python others.py lti1p3platform|openedx PORT TOOL

Only what their libraries leave to an LMS is written here: addresses, the gradebook and the roster in memory. GET /seen
tells what came in.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from rig import PORT, URL, Refusal, seen

PLATFORM = import_module(f"of_{sys.argv[1]}").Platform()


class Exchange(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer it; what goes wrong is said in the body."""
        try:
            status, told, headers = self.answered()
        except Refusal as error:
            status, told, headers = error.status, {"error": str(error)}, {}
        except Exception as error:
            status, told, headers = 400, {"error": f"{type(error).__name__}: {error}"}, {}
        body = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answered(self) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers."""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        place = parts.path.strip("/").split("/")
        if place[0] == "start":
            return 302, {}, {"Location": PLATFORM.start(query)}
        if place[0] == "auth":
            return 200, PLATFORM.launch(query), {}
        if place[0] == "jwks":
            return 200, PLATFORM.jwks(), {}
        if place[0] == "token":
            return 200, PLATFORM.token(dict(parse_qsl(body.decode()))), {}
        if place[0] == "choice":
            seen["items"] = PLATFORM.choice(dict(parse_qsl(body.decode())))
            return 200, {"taken": len(seen["items"])}, {}
        if place[0] == "seen":
            return 200, seen, {}
        request = {
            "method": self.command, "headers": self.headers, "get_data": query, "form_data": {}, "path": parts.path,
            "content_type": self.headers.get("Content-Type"),
            "json": json.loads(body) if body and self.command == "POST" else None,
        }  # fmt: skip
        return PLATFORM.service(request, place)

    do_GET = do_POST = answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Exchange)
    print("ready", urlencode({"url": URL}), flush=True)
    server.serve_forever()
