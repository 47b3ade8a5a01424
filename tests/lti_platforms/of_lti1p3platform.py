"""The LMS of https://github.com/anhthii/lti1p3platform (0.1.8)."""

from __future__ import annotations

import json
from typing import Any

from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService, NamesRoleProvisioningService
from rig import (
    CLIENT,
    COURSE,
    DEPLOYMENT,
    PER_PAGE,
    TOOL,
    URL,
    Refusal,
    kept_score,
    made_key,
    made_line,
    members_page,
    results_of,
    role_of,
    seen,
)

private, public = made_key()
registration = (
    Registration()
    .set_iss(URL)
    .set_client_id(CLIENT)
    .set_deployment_id(DEPLOYMENT)
    .set_launch_url(f"{TOOL}/launch")
    .set_deeplink_launch_url(f"{TOOL}/launch")
    .set_oidc_login_url(f"{TOOL}/login")
    .set_platform_public_key(public)
    .set_platform_private_key(private)
    .set_tool_key_set_url(f"{TOOL}/jwks")
)


class Configuration(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **_: Any) -> None:
        self._registration = registration

    def get_registration_by_params(self, **_: Any) -> Registration:
        return registration


class Told(Request):
    def build_metadata(self, request: Any) -> Any:
        return request


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **hint: Any) -> None:
        self._lti_message_hint = json.dumps(hint)

    def get_redirect(self, url: str) -> str:
        return url


class Launch(LTIAdvantageMessageLaunchAbstract):
    def prepare_launch(self, preflight_response: dict[str, Any]) -> None:
        hint = json.loads(preflight_response["lti_message_hint"])
        self.set_user_data(preflight_response["login_hint"], [role_of(hint["role"])])
        self.set_launch_context_claim(COURSE)
        if hint["kind"] == "choice":
            self.set_dl(f"{URL}/choice", accept_types={"ltiResourceLink"}, extra_data={"opaque": ["kept"]})
            return
        self.set_resource_link_claim(hint["link"])
        self.set_custom_parameters_claim({"gleanery": hint["item"]})
        self.set_ags(f"{URL}/lineitems")
        self.set_nrps(f"{URL}/members?limit={PER_PAGE}")

    def render_launch_form(self, launch_data: dict[str, Any], **_: Any) -> dict[str, Any]:
        fields = {name: launch_data[name] for name in ("id_token", "state")}
        return {"action": launch_data["launch_url"], "fields": fields}


class Grades(AssignmentsGradesService):
    def find_lineitems(self, **asked: Any) -> Any:
        link = asked.get("resource_link_id")
        found = [one for one in seen["lines"].values() if link in (None, one.get("resourceLinkId"))]
        return {"content": found, "has_next": False}

    def find_lineitem(self, line_item_id: str) -> Any:
        return seen["lines"][line_item_id]

    def create_lineitem(self, creation_data: Any) -> Any:
        return made_line(creation_data)

    def update_lineitem(self, update_data: Any) -> Any:
        raise Refusal(405)

    def delete_lineitem(self, line_item_id: str) -> None:
        raise Refusal(405)

    def update_score(self, line_item_id: str, score: Any) -> UpdateScoreStatus:
        kept_score(line_item_id, score)
        return UpdateScoreStatus.SUCCESS

    def get_results(self, line_item_id: str, **_: Any) -> Any:
        return {"content": results_of(line_item_id), "has_next": False}


class Roster(NamesRoleProvisioningService):
    def get_context_by_id(self) -> Context:
        return Context(COURSE, "label", "title")

    def get_member_data_page(self, page: int = 1, **_: Any) -> Any:
        here, more = members_page(page)
        return {"content": here, "has_next": more}


class Platform:
    jwks = staticmethod(lambda: Configuration().get_jwks())

    def start(self, asked: dict[str, str]) -> str:
        login = Login(Told({}), Configuration())
        login.set_lti_message_hint(**asked)
        return str(login.initiate_login(asked["user"]))

    def launch(self, asked: dict[str, str]) -> Any:
        message = Launch(Told({"get_data": asked, "form_data": {}}), Configuration())
        message.set_id_token_expiration(300)
        return message.lti_launch()

    def token(self, form: dict[str, str]) -> Any:
        return Configuration().get_access_token(form)

    def choice(self, form: dict[str, str]) -> Any:
        configuration = Configuration().set_accepted_deeplinking_types(["ltiResourceLink"])
        return configuration.validate_deeplinking_resp(form)

    def service(self, request: dict[str, Any], parts: list[str]) -> tuple[int, Any, dict[str, str]]:
        # As it comes, a page of the query is a text, to which it adds 1: a crash on the second page.
        if "page" in request["get_data"]:
            request["get_data"]["page"] = int(request["get_data"]["page"])
        if parts[0] == "members":
            answer = Roster(Told(request), Configuration(), f"{URL}/members").handle_get_members()
            return answer.code, answer.result, {}
        service = Grades(Told(request), Configuration(), f"{URL}/lineitems")
        if len(parts) == 1:
            post = request["method"] == "POST"
            answer = service.handle_create_lineitem() if post else service.handle_get_lineitems()
        elif len(parts) == 2:
            answer = service.handle_get_lineitem(parts[1])
        elif parts[2] == "scores":
            answer = service.handle_update_score(parts[1])
        else:
            answer = service.handle_get_results(parts[1])
        return answer.code, answer.result, {}
