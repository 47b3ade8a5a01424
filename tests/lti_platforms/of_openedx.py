"""The LMS with the consumer classes of Open edX (https://github.com/openedx/xblock-lti-consumer)."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from rig import (
    CLIENT,
    COURSE,
    DEPLOYMENT,
    TOOL,
    URL,
    Refusal,
    kept_score,
    made_key,
    made_line,
    members_page,
    results_of,
    seen,
)

settings.configure(
    LMS_ROOT_URL=URL,
    PLATFORM_NAME="Open edX",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402 its models want the settings
from lti_consumer.lti_1p3 import consumer as module  # noqa: E402
from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer  # noqa: E402

private, _ = made_key()
kept: dict[str, Any] = {}
hints: dict[str, dict[str, str]] = {}


def keep(launch_data: Any) -> str:
    kept[f"hint-{len(kept)}"] = launch_data
    return f"hint-{len(kept) - 1}"


# Its cache wants a request of Django's; here the same is kept in memory.
module.cache_lti_1p3_launch_data, module.get_data_from_cache = keep, kept.get


def consumer() -> Any:
    made = LtiAdvantageConsumer(
        iss=URL,
        lti_oidc_url=f"{TOOL}/login",
        lti_launch_url=f"{TOOL}/launch",
        client_id=CLIENT,
        deployment_id=DEPLOYMENT,
        rsa_key=private,
        rsa_key_id="of-open-edx",
        redirect_uris=[f"{TOOL}/launch"],
        tool_keyset_url=f"{TOOL}/jwks",
    )
    made.enable_deep_linking(f"{TOOL}/launch", f"{URL}/choice")
    return made


class Platform:
    jwks = staticmethod(lambda: consumer().get_public_keyset())

    def start(self, asked: dict[str, str]) -> str:
        kinds = {"choice": "LtiDeepLinkingRequest", "link": "LtiResourceLinkRequest"}
        told = Lti1p3LaunchData(
            user_id=asked["user"], user_role=asked["role"], config_id="1", message_type=kinds[asked["kind"]],
            resource_link_id=asked.get("link", "none"), context_id=COURSE,
        )  # fmt: skip
        address = consumer().prepare_preflight_url(told)
        hints[f"hint-{len(kept) - 1}"] = asked
        return str(address)

    def launch(self, asked: dict[str, str]) -> Any:
        made, hint = consumer(), hints[asked["lti_message_hint"]]
        made.set_user_data(asked["login_hint"], hint["role"])
        made.set_context_claim(COURSE)
        if hint["kind"] == "link":
            made.set_resource_link_claim(hint["link"])
            made.set_dl_content_launch_parameters(custom={"gleanery": hint["item"]})
            made.enable_ags(f"{URL}/lineitems", allow_programmatic_grade_interaction=True)
            made.enable_nrps(f"{URL}/members")
        return {"action": asked["redirect_uri"], "fields": made.generate_launch_request(asked)}

    def token(self, form: dict[str, str]) -> Any:
        return consumer().access_token(form)

    def choice(self, form: dict[str, str]) -> Any:
        return consumer().check_and_decode_deep_linking_token(form["JWT"])

    def service(self, request: dict[str, Any], parts: list[str]) -> tuple[int, Any, dict[str, str]]:
        scope = "https://purl.imsglobal.org/spec/lti-"
        wanted = {
            "members": f"{scope}nrps/scope/contextmembership.readonly",
            "scores": f"{scope}ags/scope/score",
            "results": f"{scope}ags/scope/result.readonly",
        }.get(parts[-1], f"{scope}ags/scope/lineitem")
        bearer = request["headers"].get("Authorization", "").removeprefix("Bearer ")
        if not consumer().check_token(bearer, [wanted]):
            raise Refusal(403)
        if parts[0] == "members":
            page = int(request["get_data"].get("page", 1))
            here, more = members_page(page)
            link = {"Link": f'<{URL}/members?page={page + 1}>; rel="next"'} if more else {}
            return 200, {"id": f"{URL}/members", "context": {"id": COURSE}, "members": here}, link
        if len(parts) == 1 and request["method"] == "POST":
            return 201, made_line(request["json"]), {}
        if len(parts) == 1:
            return 200, list(seen["lines"].values()), {}
        if parts[-1] == "scores":
            kept_score(parts[1], request["json"])
            return 200, {}, {}
        if parts[-1] == "results":
            return 200, results_of(parts[1]), {}
        if parts[1] not in seen["lines"]:
            raise Refusal(404)
        return 200, seen["lines"][parts[1]], {}
