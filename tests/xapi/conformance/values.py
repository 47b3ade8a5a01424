"""Values of the types that xAPI knows, good and bad, for every place where one stands."""

from __future__ import annotations

from itertools import combinations
from typing import Any

IDENTIFIERS: dict[str, Any] = {
    "mbox": "mailto:learner@example.org",
    "mbox_sha1sum": "0123456789abcdef0123456789ABCDEF01234567",
    "openid": "https://id.example.org/learner",
    "account": {"homePage": "https://example.org", "name": "learner"},
}
ONE_EACH = [{name: value} for name, value in IDENTIFIERS.items()]
TWO_EACH = [dict(pair) for pair in combinations(IDENTIFIERS.items(), 2)]

AGENT = {"mbox": "mailto:learner@example.org"}
OTHER_AGENT = {"account": {"homePage": "https://example.org", "name": "analyst"}}
TYPED_AGENT = {"objectType": "Agent", **AGENT}
GROUP = {"objectType": "Group", "member": [AGENT, OTHER_AGENT]}
ACTIVITY = {"objectType": "Activity", "id": "https://example.org/pages/two"}
REF = {"objectType": "StatementRef", "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}
SUB = {
    "objectType": "SubStatement",
    "actor": AGENT,
    "verb": {"id": "https://example.org/verbs/plan"},
    "object": ACTIVITY,
}
FILE: dict[str, Any] = {
    "usageType": "https://example.org/usages/report",
    "display": {"en": "A report"},
    "contentType": "text/plain",
    "length": 12,
    "sha2": "a" * 64,
    "fileUrl": "https://example.org/report.txt",
}

NO_TEXT: list[Any] = [1, True, ["text"], {"text": "text"}]
NO_OBJECT: list[Any] = ["text", 1, True, [], [{}]]
NO_LIST: list[Any] = ["text", 1, True, {}]
NO_TRUTH: list[Any] = ["true", "no", 1, 0, [True], {}]
NO_NUMBER: list[Any] = ["1", "", True, [1], {}]

IRIS = [
    "https://example.org/a/b?c=d#e",
    "HTTP://example.org",
    "urn:isbn:9780000000000",
    "tag:example.org,2024:thing",
    "https://example.org/größe/名前",
]
NO_IRIS: list[Any] = [
    "",
    "example.org/page",
    "/page",
    "page",
    "two words",
    "https://a b",
    "https://a/%zz",
    1,
    {},
    [],
]
UUIDS = [
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "7C9E6679-7425-40DE-944B-E07FC1F90AE7",
    "0190a5c5-0000-7000-8000-000000000000",
]
UNLIKE_UUIDS: list[Any] = [
    "",
    "one",
    "7c9e6679742540de944be07fc1f90ae7",
    "{7c9e6679-7425-40de-944b-e07fc1f90ae7}",
    "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7",
    " 7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "7c9e6679-742540de-944b-e07fc1f90ae7",
]
BROKEN_UUIDS: list[Any] = [
    "7c9e6679-7425-40de-944b-e07fc1f90ae",
    "7c9e6679-7425-40de-944b-e07fc1f90ae77",
    "7c9e6679-7425-40de-944b-e07fc1f90aeg",
    "Oc9e6679-7425-40de-944b-e07fc1f90ae7",
]
TIMES = [
    "2024-02-29T23:59:59Z",
    "2024-05-01T10:00:00.123+02:00",
    "2024-05-01T10:00:00.123456789-11:30",
    "2024-05-01T10:00:00+00:00",
    "2150-01-01T00:00:00Z",
]
NO_TIMES: list[Any] = [
    "",
    "yesterday",
    "2024-05-01",
    "10:00:00Z",
    "2024-05-01T10:00:00",
    "2024-05-01 10:00:00Z",
    "2024-05-01T10:00:00-00",
    "2024-05-01T10:00:00-0000",
    "2024-05-01T10:00:00-00:00",
    "2023-02-29T10:00:00Z",
    "2024-13-01T10:00:00Z",
    "2024-05-01T25:00:00Z",
    1714557600,
    {},
]
DURATIONS = ["P1Y2M3DT4H5M6S", "PT0S", "PT16559.14S", "P3W", "P2Y", "PT0.000001S"]
NO_DURATIONS: list[Any] = [
    "",
    "P",
    "PT",
    "P1DT",
    "1D",
    "P1S",
    "PT1D",
    "P1W1D",
    "P-1D",
    "P0001-02-03T04:05:06",
    "PT1.5H2M",
    "two hours",
    60,
    {},
]
LANGUAGES = ["de", "en-GB", "zh-Hant-TW", "sl-rozaj-biske", "x-course", "de-CH-1996", "und"]
NO_LANGUAGES: list[Any] = [
    "",
    "e",
    "en_GB",
    "en-",
    "-en",
    "en--GB",
    "abcdefghi",
    "en-abcdefghi",
    "12",
    "two words",
]
MAPS: list[Any] = [{}, {"de": "Kurs", "en-GB": "Course"}, {"und": ""}]
NO_MAPS: list[Any] = [
    *NO_OBJECT,
    {"en": 1},
    {"en": {}},
    {"en": ["Course"]},
    {"": "Course"},
    {"en_GB": "Course"},
]
EXTENSIONS: list[Any] = [
    {},
    {"https://example.org/e": None},
    {"https://example.org/e": ""},
    {"https://example.org/e": {}},
    {"https://example.org/e": []},
    {"tag:example.org,2024:e": [1.5, None, {"any": {"thing": [True]}}]},
]
COMPONENTS: list[Any] = [
    [],
    [{"id": "a"}],
    [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
]
NO_COMPONENTS: list[Any] = [*NO_LIST, ["a"], [1], [[{"id": "a"}]], [{"id": "a"}, "b"]]
_NO_JSON = ["", "learner", "{", "{'mbox':'mailto:learner@example.org'}", "mailto:learner@example.org"]
NO_AGENTS = [
    *_NO_JSON,
    "[]",
    "1",
    "{}",
    '{"name":"A learner"}',
    '{"mbox":"learner@example.org"}',
    '{"objectType":"Person","mbox":"mailto:learner@example.org"}',
    '{"mbox":"mailto:learner@example.org","openid":"https://id.example.org"}',
]
"""What is no agent in a parameter, where it is JSON."""
