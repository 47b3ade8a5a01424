"""slack_sdk's client on the house's session, imported only where a workspace is read live."""

from __future__ import annotations

import logging
from typing import Any
from urllib.request import Request

from slack_sdk import WebClient

from gleanery.ports import Http

SILENT = logging.Logger("slack_sdk", level=logging.CRITICAL + 1)
"""The library logs answers and addresses at its errors; what there is to say is in the errors raised."""


class Client(WebClient):
    """Asks by `ctx.http`: its timeouts, proxy, certificates and meter count. Never tries again by itself."""

    def __init__(self, token: str, base_url: str, http: Http) -> None:
        super().__init__(token, base_url=base_url, retry_handlers=[], logger=SILENT)
        self._http = http

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """The one place where the library touches the network; its callers read `status`, `headers`, `body`."""
        body = req.data if isinstance(req.data, bytes) else b""
        answer = self._http.send(req.get_method(), url, data=body, headers=dict(req.header_items()))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return {
            "status": answer.status_code,
            "headers": headers,
            "body": answer.content.decode("utf-8", "replace"),
        }
