"""What YouTube refuses: each reason, from wherever it is told, becomes the error with its remedy."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from connectors.youtube import YouTube
from connectors.youtube.quota import midnight
from connectors.youtube.refusals import ERRORS, reason_of
from gleanery.errors import ConfigError, Denied, GleaneryError, Gone, QuotaExhausted, Unreachable
from gleanery.testing import Reply
from tests.connectors.youtube.reading import reading


def _in_errors(status: int, reason: str) -> Reply:
    error = {"code": status, "message": "Refused.", "errors": [{"reason": reason, "domain": "youtube.quota"}]}
    return Reply(status, {"error": error})


def _in_details(status: int, reason: str, **metadata: str) -> Reply:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata}
    about: dict[str, Any] = {"@type": "type.googleapis.com/google.rpc.Help"}
    error = {
        "code": status,
        "message": "Refused.",
        "errors": [{"reason": "badRequest"}],
        "details": [about, info],
    }
    return Reply(status, {"error": error})


@pytest.mark.parametrize("told", [_in_errors, _in_details])
@pytest.mark.parametrize(
    ("status", "reason", "expected", "stops"),
    [
        (403, "quotaExceeded", QuotaExhausted, True),
        (403, "dailyLimitExceeded", QuotaExhausted, True),
        (403, "rateLimitExceeded", Unreachable, True),
        (403, "userRateLimitExceeded", Unreachable, True),
        (400, "keyInvalid", ConfigError, True),
        (400, "API_KEY_INVALID", ConfigError, True),
        (403, "accessNotConfigured", ConfigError, True),
        (403, "SERVICE_DISABLED", ConfigError, True),
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", ConfigError, True),
        (401, "authError", Denied, True),
        (404, "channelNotFound", Gone, False),
        (404, "playlistNotFound", Gone, False),
        (403, "playlistItemsNotAccessible", Denied, False),
        (403, "SERVICE_UNAVAILABLE", Denied, False),
        (400, "somethingNew", ConfigError, False),
        (500, "backendError", Unreachable, True),
        (429, "tooMany", Unreachable, True),
    ],
)
def test_a_reason_becomes_its_error_wherever_it_is_told(
    tmp_path: Path, told: Any, status: int, reason: str, expected: type[GleaneryError], stops: bool
) -> None:
    with reading(tmp_path, videos=2) as source:
        source.world.interrupt(told(status, reason))
        with pytest.raises(expected) as raised:
            source.read("channel")
        assert raised.value.stops_source is stops
        assert raised.value.message.startswith("youtube")
        assert source.settings.key is not None
        assert source.settings.key.get_secret_value() not in str(raised.value)
        source.read()
        assert source.words() == source.world.truth(), "what was refused once is read the next time"


def test_a_used_up_quota_is_tried_again_at_midnight_in_los_angeles(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        source.world.interrupt(_in_errors(403, "quotaExceeded"))
        with pytest.raises(QuotaExhausted) as raised:
            source.read()
        assert raised.value.until == midnight(source.clock(), days=1)


def test_a_limit_of_the_day_that_calls_itself_one_of_the_rate_is_told_apart(tmp_path: Path) -> None:
    daily = _in_details(429, "RATE_LIMIT_EXCEEDED", quota_limit="defaultSearchListPerDayPerProject")
    by_minute = _in_details(429, "RATE_LIMIT_EXCEEDED", quota_limit="defaultPerMinutePerProject")
    with reading(tmp_path) as source:
        source.world.interrupt(daily)
        with pytest.raises(QuotaExhausted):
            source.read()
        source.world.interrupt(by_minute)
        with pytest.raises(Unreachable):
            source.read()


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "17"}, 17), ({}, 60)])
def test_a_rate_limit_waits_as_long_as_asked_and_sends_nothing_more(
    tmp_path: Path, headers: dict[str, str], seconds: float
) -> None:
    with reading(tmp_path) as source:
        refused = _in_errors(403, "rateLimitExceeded")
        source.world.interrupt(Reply(refused.status, refused.body, headers))
        with pytest.raises(Unreachable) as raised:
            source.read()
        assert raised.value.retry_after == seconds
        assert len(source.world.asked) == 1


@pytest.mark.parametrize(
    "fault", ["cut", "half", Reply(502, b"<html>Bad gateway</html>"), Reply(200, b"<html>")]
)
def test_half_an_answer_or_somebody_elses_is_no_answer_and_nothing_is_lost(
    tmp_path: Path, fault: Any
) -> None:
    with reading(tmp_path, videos=120) as source:
        source.world.interrupt(fault, when=lambda asked: asked.path.endswith("videos"))
        with pytest.raises(Unreachable):
            source.read()
        source.read()
        assert source.words() == source.world.truth()


def test_an_empty_answer_that_is_not_youtubes_makes_nothing_gone(tmp_path: Path) -> None:
    with reading(tmp_path, videos=5) as source:
        source.read()
        source.world.videos[source.world.shared.uploads[0]].title = "Renamed"
        source.world.interrupt(Reply(200, {"items": []}), when=lambda asked: asked.path.endswith("/videos"))
        with pytest.raises(Unreachable):
            source.read()
        assert len(source.ids()) == 5


def test_a_wrong_key_is_told_and_never_shown(tmp_path: Path) -> None:
    wrong = secrets.token_hex(16)
    with reading(tmp_path, key=wrong) as source:
        with pytest.raises(ConfigError, match="key is not valid") as raised:
            source.read()
        assert wrong not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__cause__}"
        assert all(wrong not in f"{asked.path} {dict(asked.query)}" for asked in source.world.asked)


def test_a_token_that_runs_out_amid_a_reading_is_renewed_and_reading_goes_on(tmp_path: Path) -> None:
    with reading(tmp_path, videos=120, key=None, client_id="app") as source:
        first, second = secrets.token_hex(8), secrets.token_hex(8)
        source.world.tokens, source.tokens.token = {first}, first
        pages = source.connector().pages(f"channel:{source.world.shared.id}", {})
        source.take(next(pages), "channel")
        source.world.tokens, source.tokens.token = {second}, second
        for page in pages:
            source.take(page, "channel")
        assert source.words() == source.world.truth()
        assert source.tokens.refused == [first]


def test_a_token_refused_twice_wants_somebody_to_sign_in(tmp_path: Path) -> None:
    with reading(tmp_path, key=None, client_id="app") as source:
        source.tokens.token = secrets.token_hex(8)
        with pytest.raises(Denied):
            source.read()
        assert len(source.world.asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"error": "error message"}', b'{"error": {"errors": ["x"], "details": null}}', b"\xff"],
)
def test_a_body_of_any_form_is_read_without_a_reason(body: bytes) -> None:
    assert reason_of(body) == ""


def test_each_row_of_the_matrix_says_who_acts_and_what(tmp_path: Path) -> None:
    assert YouTube.errors is ERRORS
    for rule in ERRORS:
        assert rule.message.startswith("youtube")
        if rule.error in ("config", "denied"):
            assert rule.remedy
    assert ERRORS[-1].suits(418, "anything")
