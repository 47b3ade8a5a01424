"""The contracts of the ports as ready-made checks.

Each raises AssertionError with a sentence saying what is broken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gleanery import ports
from gleanery.errors import GleaneryError
from gleanery.ports import Adapter, Connector, LearningItem, Matcher, Page, Step, Subject
from gleanery.testing.context import ORGANISATION


def read_all(
    connector: Connector, states: dict[str, Mapping[str, Any]] | None = None
) -> tuple[list[Page], dict[str, Mapping[str, Any]]]:
    """Every page of every partition from the given states on, and the states to go on from."""
    pages: list[Page] = []
    after = dict(states or {})
    for partition in connector.partitions():
        for page in connector.pages(partition, after.get(partition, {})):
            pages.append(page)
            after[partition] = json.loads(json.dumps(page.state))
    return pages, after


def _ids(pages: Iterable[Page]) -> list[tuple[str, str, str]]:
    return [(post.platform, post.realm, post.external_id) for page in pages for post in page.posts]


def check_plugin(plugin: type) -> None:
    """What every plugin class declares: a name, the version of the ports, settings with a JSON schema."""
    name, version = getattr(plugin, "name", None), getattr(plugin, "api_version", None)
    assert isinstance(name, str), f"{plugin.__qualname__} has no `name`"
    assert name.isidentifier(), f"the name {name!r} must be an identifier"
    assert version == ports.API_VERSION, (
        f"{name} speaks port version {version}, the house {ports.API_VERSION}"
    )
    settings = getattr(plugin, "Settings", None)
    assert isinstance(settings, type), f"{name} has no `Settings`"
    assert issubclass(settings, ports.Settings), (
        f"{name}.Settings must be a subclass of gleanery.ports.Settings"
    )
    json.dumps(settings.model_json_schema())


def check_connector(make: Callable[[], Connector], *, secrets: Sequence[str] = ()) -> None:
    """Reading is complete, repeatable and resumable: nothing twice, nothing lost, state is JSON.

    `make` builds a fresh instance over the same unchanged content; `secrets` must not show in any check.
    """
    connector = make()
    check_plugin(type(connector))
    assert isinstance(connector, Connector), f"{connector.name} lacks a method of the Connector protocol"
    assert isinstance(connector.policy, ports.Policy), f"{connector.name} has no policy"
    for line in connector.check():
        for secret in secrets:
            assert secret not in f"{line.message} {line.remedy}", f"{connector.name}.check shows a secret"
    assert list(connector.partitions()) == list(make().partitions()), "partitions change from call to call"
    whole, states = read_all(make())
    assert whole, f"{connector.name} gave no page at all"
    assert whole[-1].complete, "the last page of a window must be complete"
    again, _ = read_all(make(), states)
    assert _ids(whole) or any(page.faults for page in whole), "neither posts nor faults"
    known = {post.model_dump_json() for page in whole for post in page.posts}
    fresh = [post for page in again for post in page.posts if post.model_dump_json() not in known]
    assert not fresh, f"a second reading of unchanged content gives other posts: {fresh[0].external_id}"
    _check_resumes(make, set(_ids(whole)))


def _check_resumes(make: Callable[[], Connector], expected: set[tuple[str, str, str]]) -> None:
    """Stop after each page and go on from its state with a new instance: the same posts come in all."""
    seen: set[tuple[str, str, str]] = set()
    for partition in make().partitions():
        state: Mapping[str, Any] = {}
        for _ in range(10_000):
            page = next(iter(make().pages(partition, state)), None)
            if page is None:
                break
            seen.update(_ids([page]))
            state = json.loads(json.dumps(page.state))
            if page.complete:
                break
    assert seen == expected, f"resuming page by page loses or adds {sorted(seen ^ expected)[:3]}"


TEXTS = (
    "",
    " ",
    "a",
    "x" * 50_000,
    "ß ı İ \u0130 機械学習",
    "<script>alert(1)</script>",
    "\ufffd\u202e",
    "1\n" * 2_000,
)


def subject(text: str = "", title: str = "", **changes: Any) -> Subject:
    """A subject with these words."""
    values: dict[str, Any] = {
        "item_id": ORGANISATION,
        "kind": "article",
        "title": title,
        "text": text,
        "url": None,
        "language": None,
        "platforms": ("feed",),
        "links": (),
    }
    return Subject(**{**values, **changes})


def check_step(step: Step, texts: Iterable[str] = TEXTS) -> None:
    """A step is pure and never raises; each reason it gives has words."""
    check_plugin(type(step))
    assert isinstance(step, Step), f"{step.name} lacks a method of the Step protocol"
    assert isinstance(step.version, str), f"{step.name}.version must be a string"
    for text in texts:
        given = subject(text)
        finding = step.judge(given)
        assert finding == step.judge(given), f"{step.name} judges the same text differently twice"
        words = step.reasons.get(finding.reason)
        assert words is not None, f"{step.name} gives the reason {finding.reason!r} without words"
        words.format(**finding.params)
        for span in finding.spans:
            assert 0 <= span.start < span.end <= len(text), f"{step.name} marks a span outside the text"


def check_matcher(matcher: Matcher, texts: Iterable[str] = TEXTS) -> None:
    """A matcher is pure, never raises, and finds a thing alike to itself."""
    check_plugin(type(matcher))
    assert isinstance(matcher, Matcher), f"{matcher.name} lacks a method of the Matcher protocol"
    assert 0 <= matcher.suggest_at <= matcher.group_at <= 1, "0 <= suggest_at <= group_at <= 1 must hold"
    for text in texts:
        given = subject(text, url="https://example.org/a?b=1")
        assert list(matcher.keys(given)) == list(matcher.keys(given)), f"{matcher.name}: keys change"
        assert matcher.sketch(given) == matcher.sketch(given), f"{matcher.name}: the sketch changes"
        if matcher.sketch(given) is not None:
            assert matcher.likeness(given, given) >= matcher.group_at, "a text is not like itself"


def check_adapter(make: Callable[[], Adapter], item: LearningItem) -> None:
    """Delivering twice changes nothing more; retracting works and may be repeated."""
    adapter = make()
    check_plugin(type(adapter))
    assert isinstance(adapter, Adapter), f"{adapter.name} lacks a method of the Adapter protocol"
    for line in adapter.preflight():
        assert line.ok or line.remedy, f"{adapter.name}: the failed check {line.name!r} names no remedy"
    if adapter.batch:
        first, second = make().publish([item]), make().publish([item])
        assert first.remote_id == second.remote_id, "publishing the same items twice gives another file"
        return
    first = make().upsert(item, None)
    assert make().upsert(item, first.remote_id).remote_id == first.remote_id, (
        "an update changed the entry's id"
    )
    assert make().upsert(item, None).remote_id == first.remote_id, "a repeated create made a second entry"
    make().retract(item.id, first.remote_id)
    make().retract(item.id, first.remote_id)


def check_settings_refused(plugin: type, settings: Mapping[str, Any]) -> None:
    """Unknown settings are refused, by a deliberate error or by the model."""
    try:
        plugin.Settings.model_validate(dict(settings))  # type: ignore[attr-defined]
    except (GleaneryError, ValueError):
        return
    raise AssertionError(f"{plugin.__name__} accepts settings it does not know")
