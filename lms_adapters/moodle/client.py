"""Calls to Moodle's web services over REST (https://docs.moodle.org/dev/Creating_a_web_service_client).

The token goes into the body of a POST and nowhere else: Moodle also takes it in the address, which every
access log keeps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests
from pydantic import SecretStr

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.ports import Http
from lms_adapters.moodle.refusals import refusal

ENDPOINT = "/webservice/rest/server.php"
_AGAIN = "It is tried again by itself."
BATCH = "tool_mobile_call_external_functions"

Parameter = str | int | bool | Sequence["Parameter"] | Mapping[str, "Parameter"]


class Client:
    """The web services of one site, called as one account."""

    def __init__(self, http: Http, url: str, token: SecretStr) -> None:
        self._http, self._token = http, token
        self._endpoint = url + ENDPOINT

    def call(self, function: str, **parameters: Parameter) -> Any:
        """The function's answer, decoded; None where it returns nothing.

        Raises: ConfigError (token, service, address), Denied (capability), Gone (no such entry),
        Unreachable (maintenance, no answer), BadInput (not Moodle, or parameters refused).
        """
        form = {
            "wstoken": self._token.get_secret_value(),
            "wsfunction": function,
            "moodlewsrestformat": "json",
            **dict(flat(parameters)),
        }
        response = self._http.post(self._endpoint, data=form)
        _check_status(response)
        body = _decoded(response)
        if isinstance(body, dict) and "errorcode" in body:
            raise refusal(function, body)
        return body

    def many(self, calls: Sequence[tuple[str, Mapping[str, Parameter]]], *, batched: bool) -> list[Any]:
        """The answers to these calls in their order, a GleaneryError in the place of one that was refused.

        `batched`: the token's service holds tool_mobile_call_external_functions, which takes them all in one request.
        Raises as `call` where it is the site or the token that fails.
        """
        answers: list[Any] = []
        while len(answers) < len(calls):
            rest = calls[len(answers) :]
            answers += self._batch(rest) if batched else [self._tried(*rest[0])]
        return answers

    def _batch(self, calls: Sequence[tuple[str, Mapping[str, Parameter]]]) -> list[Any]:
        """The answers up to the first that was refused: there Moodle ends a batch."""
        wanted = [{"function": function, "arguments": json.dumps(of)} for function, of in calls]
        responses = self.call(BATCH, requests=wanted)["responses"]
        if not responses:
            raise BadInput("moodle: the site answered a batch of calls with nothing.")
        return [_unwrapped(call[0], one) for call, one in zip(calls, responses, strict=False)]

    def _tried(self, function: str, parameters: Mapping[str, Parameter]) -> Any:
        try:
            return self.call(function, **parameters)
        except (Unreachable, QuotaExhausted):
            raise
        except GleaneryError as error:
            return error


def _unwrapped(function: str, response: Mapping[str, Any]) -> Any:
    """One answer of a batch: each is JSON within JSON."""
    if not response["error"]:
        return json.loads(response["data"])
    return refusal(function, json.loads(response["exception"]))


def flat(value: Parameter, name: str = "") -> Iterator[tuple[str, str]]:
    """Form fields as PHP reads them back: {"a": [{"b": 1}]} becomes ("a[0][b]", "1")."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}[{key}]" if name else key)
    elif isinstance(value, str | int):
        yield name, str(int(value) if isinstance(value, bool) else value)
    else:
        for number, inner in enumerate(value):
            yield from flat(inner, f"{name}[{number}]")


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status == 503:
        message = "moodle: the site is under maintenance or overloaded (503)."
        raise Unreachable(message, remedy=_AGAIN, retry_after=_seconds(response))
    if status == 429 or status >= 500:
        raise Unreachable(
            f"moodle: the site answered {status}.", remedy=_AGAIN, retry_after=_seconds(response)
        )
    if status == 403 and not response.content:
        raise ConfigError(
            "moodle: web services or the REST protocol are switched off (403).",
            remedy="Switch both on: Site administration > General > Advanced features > Enable web services, "
            "and Site administration > Server > Web services > Manage protocols > REST.",
        )
    if status in (401, 403):
        raise Denied(
            f"moodle: something in front of the site refused the request ({status}).",
            remedy="Ask who runs its proxy or firewall to let this machine post to " + ENDPOINT + ".",
        )
    raise BadInput(
        f"moodle: no web services were found at this address ({status}).",
        remedy="Set `url` to the site's root, as its pages show it.",
    )


def _seconds(response: requests.Response) -> float | None:
    """What Retry-After asks for; its form as a date is not read."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None


def _decoded(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        kind = response.headers.get("content-type", "nothing declared").split(";")[0]
        raise BadInput(
            f"moodle: the address answered something other than a web service does ({kind[:50]}).",
            remedy="Set `url` to the site's root; a sign-in page in front of it must let "
            + ENDPOINT
            + " pass.",
        ) from error
