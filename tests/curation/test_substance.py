"""Whether an item has anything to learn from."""

from __future__ import annotations

from typing import Any

import pytest

from curation.substance import Substance, SubstanceSettings
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject

LINK = "https://example.org/page"


@pytest.fixture
def step() -> Substance:
    return Substance(SubstanceSettings())


def _judge(step: Substance, text: str, **changes: Any) -> tuple[str, str]:
    finding = step.judge(subject(text, **{"kind": "message", **changes}))
    return finding.verdict, finding.reason


@pytest.mark.parametrize(
    "text",
    [
        "Good morning everyone! 👋",
        "Thanks @someone :tada:",
        "HELLO",
        "Danke dir!",
        "Guten Morgen zusammen",
        "Merci beaucoup à tous",
        "d'accord",
        "¡Muchas gracias!",
        "ok",
    ],
)
def test_greetings_and_thanks_in_four_languages_are_dropped(step: Substance, text: str) -> None:
    assert _judge(step, text) == ("drop", "substance.greeting")


@pytest.mark.parametrize(
    "text",
    [
        "somebody has joined the channel",
        "@somebody left the channel",
        "somebody set the channel topic: Learning from each other",
        "somebody pinned a message to this channel",
        "ist dem Kanal beigetreten",
        "a rejoint la conversation",
        "test 1 2 3",
        "Testing please ignore",
        "Reminder: stand-up in five minutes",
        "Out of office until Monday",
        "+1",
    ],
)
def test_notices_of_housekeeping_are_dropped(step: Substance, text: str) -> None:
    assert _judge(step, text) == ("drop", "substance.notice")


@pytest.mark.parametrize("text", ["", "👍👍", ":tada: :wave:", "!!!", "@somebody"])
def test_signs_and_pictures_alone_are_dropped(step: Substance, text: str) -> None:
    assert _judge(step, text) == ("drop", "substance.no_words")


@pytest.mark.parametrize("text", ["Great question", "你好", "Salut Marie, super!", "See the attachment"])
def test_a_few_words_alone_are_dropped_with_their_number(step: Substance, text: str) -> None:
    finding = step.judge(subject(text, kind="message"))
    assert (finding.verdict, finding.reason) == ("drop", "substance.too_short")
    assert finding.params["least"] == 5


@pytest.mark.parametrize(
    "text",
    [
        "How do I sort a list in Python?",
        "Thanks, the fix is to set the seed before starting",
        "Guten Morgen zusammen, hier die Folien zum Vortrag",
        "使用机器学习进行数据分析的入门教程",
        "Joined the channel of learning: what I took from it",
        "A test that cannot fail is no test",
    ],
)
def test_posts_that_say_something_are_kept(step: Substance, text: str) -> None:
    assert _judge(step, text) == ("keep", "substance.enough")


@pytest.mark.parametrize("text", [LINK, f"Look at this {LINK}", f"Hello everyone! {LINK}"])
def test_a_bare_link_without_a_title_is_asked_about(step: Substance, text: str) -> None:
    assert _judge(step, text) == ("ask", "substance.link_only")


@pytest.mark.parametrize("kind", ["link", "video", "article"])
def test_a_shared_page_that_says_nothing_of_itself_is_asked_about(step: Substance, kind: str) -> None:
    assert _judge(step, "", kind=kind, url=LINK) == ("ask", "substance.link_only")


def test_a_link_with_the_title_of_its_page_is_kept(step: Substance) -> None:
    assert _judge(step, LINK, kind="link", url=LINK, title="Ten checks for spreadsheets") == (
        "keep",
        "substance.title",
    )


def test_a_telling_title_alone_is_enough(step: Substance) -> None:
    assert _judge(step, "", kind="video", title="Pandas") == ("keep", "substance.title")
    assert _judge(step, "", kind="article", title="Reporting an incident") == ("keep", "substance.title")
    assert _judge(step, "", kind="article", title="Hello everyone") == ("drop", "substance.greeting")


def test_posts_by_machines_are_dropped_unless_wanted(step: Substance) -> None:
    words = "The nightly build of the handbook is ready for reading"
    assert _judge(step, words, authored_by_bot=True) == ("drop", "substance.bot")
    lenient = Substance(SubstanceSettings(bots="keep"))
    assert _judge(lenient, words, authored_by_bot=True) == ("keep", "substance.enough")


def test_thresholds_come_from_the_settings() -> None:
    strict = Substance(SubstanceSettings(min_words=10, min_title_words=4, link_only="drop"))
    assert _judge(strict, "How do I sort a list in Python?") == ("drop", "substance.too_short")
    assert _judge(strict, LINK, title="Two words") == ("drop", "substance.link_only")
    check_settings_refused(Substance, {"min_words": 0})


def test_the_contract_holds(step: Substance) -> None:
    check_step(step, [*TEXTS, LINK, "Thanks!", "\ud800", "test " * 5_000, "somebody " * 9_000])
