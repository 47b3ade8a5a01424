"""The small LMS as teachers and learners meet it: content is chosen into a course, opened there, and graded."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet

from gleanery.testing.fakes import Asked, Reply
from tests.lti_platforms.course import Course
from tests.lti_platforms.lms import AGS, DL, SCOPES, claims_named

TEACHER, LEARNER = "4", "5"


class Classroom(Course):
    """A course page for choosing (/choose) and one for each link that was placed (/link/NUMBER)."""

    placed: list[Mapping[str, Any]]
    """The content items that teachers chose, each with the address of its column as `column`."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.placed = []

    def answer(self, asked: Asked) -> Reply:
        """A page, or what every LMS of this kind answers."""
        if asked.path == "/choose":
            return self._framed(TEACHER, "choose")
        if asked.path.startswith("/link/"):
            return self._framed(LEARNER, asked.path.removeprefix("/link/"))
        if asked.path == "/mod/lti/auth.php":
            return self._sends(asked.query)
        if asked.path == "/mod/lti/contentitem_return.php":
            return self._takes(asked)
        if asked.path == "/register":
            return self._page(f'<iframe id="tool" src="{escape(asked.query["tool"])}"></iframe>')
        return super().answer(asked)

    def registration(self, address: str) -> str:
        """The page on which an administrator of the LMS has our tool register, by the address from our page."""
        token = f"t{len(self.registration_tokens)}"
        self.registration_tokens.add(token)
        told = {
            "openid_configuration": f"{self.url}/mod/lti/openid-configuration.php",
            "registration_token": token,
        }
        return f"{self.url}/register?{urlencode({'tool': f'{address}&{urlencode(told)}'})}"

    def _framed(self, who: str, hint: str) -> Reply:
        fields = {
            "iss": self.url, "login_hint": who, "client_id": self.client_id, "lti_message_hint": hint,
            "target_link_uri": f"{self.tool}/launch",
        }  # fmt: skip
        source = escape(f"{self.tool}/login?{urlencode(fields)}")
        return self._page(f'<h1>Course</h1><iframe id="tool" src="{source}" width=390 height=700></iframe>')

    def _sends(self, asked: Mapping[str, str]) -> Reply:
        """The message for whoever was announced, in a form that posts itself."""
        hint, nonce = asked["lti_message_hint"], asked["nonce"]
        claims = self.choice(nonce) if hint == "choose" else self._launch(nonce, int(hint))
        fields = {"id_token": self.signed(claims), "state": asked["state"]}
        inputs = "".join(f'<input type=hidden name={name} value="{value}">' for name, value in fields.items())
        action = escape(asked["redirect_uri"])
        script = "<script>document.forms[0].submit()</script>"
        return self._page(f'<form method=post action="{action}">{inputs}</form>{script}')

    def _launch(self, nonce: str, number: int) -> dict[str, Any]:
        link = self.placed[number]
        endpoint = {
            "scope": SCOPES,
            "lineitems": f"{self.url}/mod/lti/services.php/2/lineitems?type_id=3",
            "lineitem": link["column"],
        }
        named = claims_named(custom=link["custom"], resource_link={"id": f"link-{number}"})
        return self.claims(nonce, sub=LEARNER, **named, **{f"{AGS}claim/endpoint": endpoint})

    def _takes(self, asked: Asked) -> Reply:
        """What a teacher chose: the tool's answer, signed by its key."""
        keys = KeySet.import_key_set(self._tool_keys())
        told = jwt.decode(asked.form["JWT"], keys, algorithms=["RS256"]).claims
        assert told["iss"] == self.client_id
        assert told["aud"] == [self.url]
        for item in told[f"{DL}content_items"]:
            self.placed.append({**item, "column": self.add_column(**item["lineItem"])})
        return self._page(f"<h1 id=placed>{len(self.placed)} placed</h1>")

    @staticmethod
    def _page(body: str) -> Reply:
        page = f"<!doctype html><html lang=en><meta charset=utf-8><title>LMS</title>{body}"
        return Reply(200, page.encode(), {"Content-Type": "text/html"})
