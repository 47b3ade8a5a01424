"""Calls to Moodle: the token stays in the body, every refusal names its remedy."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Gone, Unreachable
from gleanery.http import GuardedHttp
from lms_adapters.moodle.client import Client, Parameter, flat
from lms_adapters.moodle.refusals import refusal
from tests.moodle_server import MoodleServer

SITE_INFO = "core_webservice_get_site_info"


@pytest.fixture
def client(moodle: MoodleServer, http: GuardedHttp) -> Client:
    return Client(http, moodle.url, SecretStr(moodle.token))


def test_parameters_are_flattened_as_php_reads_them() -> None:
    nested: dict[str, Parameter] = {
        "id": 3,
        "data": [{"fieldid": 1, "value": '"x"'}, {"fieldid": 2, "yes": True}],
        "none": [],
    }
    assert list(flat(nested)) == [
        ("id", "3"),
        ("data[0][fieldid]", "1"),
        ("data[0][value]", '"x"'),
        ("data[1][fieldid]", "2"),
        ("data[1][yes]", "1"),
    ]


def test_the_token_goes_into_the_body_of_a_post_only(moodle: MoodleServer, client: Client) -> None:
    assert client.call(SITE_INFO)["release"].startswith("4.")
    (call,) = moodle.requests
    assert (call.method, call.query) == ("POST", "")
    assert dict(call.form) == {
        "wstoken": moodle.token,
        "wsfunction": SITE_INFO,
        "moodlewsrestformat": "json",
    }


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        ("invalidtoken", ConfigError, "Manage tokens"),
        ("accessexception", ConfigError, SITE_INFO),
        ("unknown_function", ConfigError, "does not know the function"),
        ("no_database", ConfigError, "Set `database`"),
        ("no_entry", Gone, "no longer has this entry"),
        ("nopermissions", Denied, "mod/data:writeentry"),
        ("noaccess", Denied, "maximum of entries"),
        ("requireloginerror", Denied, "moodle/course:view"),
        ("errorcoursecontextnotvalid", Denied, "into the course"),
        ("invalidparameter", BadInput, SITE_INFO),
        ("off", ConfigError, "Enable web services"),
        ("maintenance", Unreachable, "503"),
        ("busy", Unreachable, "429"),
        ("blocked", Denied, "proxy or firewall"),
        ("html", BadInput, "text/html"),
        ("elsewhere", BadInput, "site's root"),
    ],
)
def test_each_refusal_is_told_apart_and_never_shows_the_token(
    moodle: MoodleServer, client: Client, failure: str, kind: type[GleaneryError], words: str
) -> None:
    moodle.fail_next(failure)
    with pytest.raises(kind) as caught:
        client.call(SITE_INFO)
    assert words in str(caught.value)
    assert moodle.token not in repr(caught.value) + str(caught.value) + repr(caught.value.__cause__)


def test_a_wait_that_the_site_asks_for_is_passed_on(moodle: MoodleServer, client: Client) -> None:
    moodle.fail_next("busy")
    with pytest.raises(Unreachable) as caught:
        client.call(SITE_INFO)
    assert caught.value.retry_after == 120


def test_a_lost_answer_is_a_passing_fault(moodle: MoodleServer, client: Client) -> None:
    moodle.lose_next_answer(SITE_INFO)
    with pytest.raises(Unreachable) as caught:
        client.call(SITE_INFO)
    assert moodle.token not in str(caught.value)


def test_another_token_is_refused(moodle: MoodleServer, http: GuardedHttp) -> None:
    other = Client(http, moodle.url, SecretStr("another"))
    with pytest.raises(ConfigError, match="does not know the token"):
        other.call(SITE_INFO)


def test_an_unknown_parameter_is_refused_by_the_server_as_by_moodle(client: Client) -> None:
    with pytest.raises(BadInput):
        client.call("mod_data_delete_entry", entryid=1, force=True)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("external_functions", ConfigError),
        ("data_records", Gone),
        ("data", ConfigError),
        ("course", ConfigError),
        ("course_modules", ConfigError),
        ("something_else", Gone),
    ],
)
@pytest.mark.parametrize(
    "words", ["Can't find data record in database table {}.", "Kein Datensatz in Datentabelle {} da"]
)
def test_the_table_tells_what_is_missing_in_any_language(
    words: str, table: str, kind: type[GleaneryError]
) -> None:
    body = {"exception": "renamed", "errorcode": "invalidrecord", "message": words.format(table)}
    assert type(refusal("mod_data_get_entry", body)) is kind


def test_a_refusal_that_nobody_knows_names_its_code() -> None:
    error = refusal("mod_data_add_entry", {"errorcode": "Unknown handler {x}", "message": "secret words"})
    assert type(error) is BadInput
    assert "Unknown handler {x}" in str(error)
    assert "secret words" not in str(error)
