"""What must not leave the house."""

from __future__ import annotations

import gzip
import json
import random
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from curation.sensitive import Sensitive, SensitiveSettings
from gleanery.ports import Finding
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject
from tests.conftest import shared_data
from tests.curation.secret_forms import FORMS, account, card, private_key, token

HARMLESS = (
    "Released version 1.22.333 and 10.0.19045.3803 on 2026-01-15T12:30:45.123456Z",
    "Commit 3f2504e04f8911d39a0c0305e82c33010a1b2c3d fixes it, see also 1234567890abcdef1234567890abcdef12345678",
    "Watch https://www.youtube.com/watch?v=4111111111A or https://youtu.be/0123456789A",
    "The build took 1767225600 seconds since the epoch, or 1767225600123 in milliseconds",
    "It costs 1,234,567.89 EUR or $ 1 234 567 and weighs 123 456 789 kg",
    "ISBN 978-3-16-148410-0 and ISBN-10 0-201-53082-1",
    "See arXiv:1706.03762v5 and https://doi.org/10.1000/182 and doi:10.1145/3292500.3330701",
    "Meetings on 01.02.2026, 2026-02-01, 1/2/2026 and from 09:00 to 17:30, or 0900-1730",
    "The years 2019 2020 2021 2022 and 1998-2004",
    "Server 192.168.100.200 and ::1 answer on port 8080",
    "Order 100200300400500 of 2026, invoice 2026-000123456",
    "UUID 123e4567-e89b-12d3-a456-426614174000",
    "Coordinates 52.520008, 13.404954",
    "Clone git@github.com:example/project.git, install vue@3.2.1 and icon@2x.png",
    "Follow @someone@social.example and decorate with @app.route",
    "password: string, token = os.environ['API_TOKEN'], secret=<your-secret>, api_key: ${API_KEY}",
    "The password is required; your token is invalid; this key is important",
    "How do I reset the password? pass: passed, password: ********",
    "ghp_" + "x" * 36,
    "-----BEGIN RSA PRIVATE KEY----- is the first line of a PEM file",
    "pi is 3.14159265358979323846 and e is 2.71828182845904523536",
    "a table of 4111 1111 1111 1112 values",
    "Paragraph DE12 3456 of the act",
)

MARKED = (
    ("email", "Write to {}, please", "someone.else+x@mail.example.org"),
    ("email", "Write to {}, please", "someone (at) example (dot) org"),
    ("email", "Schreib an {}.", "jemand@bücher.example"),
    ("phone", "Call {} now", "+49 30 901820"),
    ("phone", "Call {} now", "+1-202-555-0143"),
    ("phone", "It is {} here", "(202) 555-0143"),
    ("phone", "It is {} here", "202.555.0143"),
    ("phone", "It is {} here", "030 901820 12"),
    ("phone", "It is {} here", "+44 (0)20 7946 0958"),
    ("phone", "Meine Handynummer: {}", "0151 23456789"),
    ("phone", "Mon téléphone : {}", "06 12 34 56 78"),
    ("phone", "My phone is {}", "9460958123"),
)


@pytest.fixture
def step() -> Sensitive:
    return Sensitive(SensitiveSettings())


def _marked(finding: Finding, text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in finding.spans]


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_numbers_and_talk_of_secrets_are_kept(step: Sensitive, text: str) -> None:
    assert step.judge(subject(text)) == Finding("keep", "sensitive.none")


@pytest.mark.parametrize(("kind", "words", "value"), MARKED)
def test_contact_data_block_and_are_marked(step: Sensitive, kind: str, words: str, value: str) -> None:
    text = words.format(value)
    finding = step.judge(subject(text))
    assert (finding.verdict, finding.reason) == ("block", f"sensitive.{kind}")
    assert _marked(finding, text) == [(kind, value)]


@pytest.mark.parametrize("name", FORMS)
def test_tokens_of_known_makers_block(step: Sensitive, name: str) -> None:
    rng = random.Random(name)
    for _ in range(5):
        secret = token(name, rng)
        text = f"Please use {secret} until Friday"
        finding = step.judge(subject(text))
        assert (finding.verdict, finding.reason) == ("block", "sensitive.token"), name
        assert finding.spans[0].end <= len(text)
        assert text[finding.spans[0].start : finding.spans[0].end] in secret


@pytest.mark.parametrize("kind", ["RSA", "EC", "OPENSSH", "ENCRYPTED"])
def test_private_keys_block_as_a_whole(step: Sensitive, kind: str) -> None:
    key = private_key(kind, random.Random(kind))
    finding = step.judge(subject(f"Here it is:\n{key}\nThanks"))
    assert finding.reason == "sensitive.private_key"
    assert _marked(finding, f"Here it is:\n{key}\nThanks") == [("private_key", key)]


def test_a_key_of_putty_and_one_escaped_in_json_block(step: Sensitive) -> None:
    key = private_key("RSA", random.Random(1)).replace("\n", "\\n")
    assert step.judge(subject(f'{{"private_key": "{key}"}}')).reason == "sensitive.private_key"
    lines = "\n".join("".join(random.Random(row).choices("abcDEF123+/", k=64)) for row in range(4))
    putty = f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n{lines}\nPrivate-MAC: {'0f' * 32}"
    assert step.judge(subject(putty)).reason == "sensitive.private_key"


@pytest.mark.parametrize(
    "words",
    ["password: {}", "Passwort={}", "pwd := '{}'", "the password is {}", "https://someone:{}@example.org/x"],
)
def test_passwords_beside_their_name_and_in_addresses_block(step: Sensitive, words: str) -> None:
    word = "".join(random.Random(words).choices("abcdefgh", k=6)) + "X7!"
    text = words.format(word)
    finding = step.judge(subject(text))
    assert finding.reason == "sensitive.password"
    assert _marked(finding, text) == [("password", word)]


CARDS = (
    ("4", 16),
    ("51", 16),
    ("2221", 16),
    ("34", 15),
    ("6011", 16),
    ("36", 14),
    ("3530", 16),
    ("62", 16),
    ("5018", 12),
)


@pytest.mark.parametrize(("prefix", "size"), CARDS)
def test_card_numbers_block_and_a_wrong_check_digit_does_not(step: Sensitive, prefix: str, size: int) -> None:
    number = card(prefix, size, random.Random(prefix))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert step.judge(subject(f"my card {number}, please")).reason == "sensitive.card"
    assert step.judge(subject(f"my card {wrong}, please")).verdict == "keep"


@pytest.mark.parametrize("separator", [" ", "-", "\u00a0", "\u2009"])
def test_a_card_in_groups_is_found_among_other_numbers(step: Sensitive, separator: str) -> None:
    number = card("4", 16, random.Random(3))
    written = separator.join(number[place : place + 4] for place in range(0, 16, 4))
    text = f"On 12 May: {written} 12/28"
    finding = step.judge(subject(text))
    assert _marked(finding, text) == [("card", written)]


@pytest.mark.parametrize(("country", "size"), [("DE", 22), ("GB", 22), ("NO", 15), ("MT", 31), ("CH", 21)])
def test_bank_accounts_block_in_one_piece_and_in_groups(step: Sensitive, country: str, size: int) -> None:
    number = account(country, size, random.Random(country))
    grouped = " ".join(number[place : place + 4] for place in range(0, size, 4))
    for written in (number, grouped, number.lower()):
        text = f"in 20 days to {written} please"
        assert _marked(step.judge(subject(text)), text) == [("iban", written)]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert step.judge(subject(f"to {wrong} please")).verdict == "keep"


def test_hidden_characters_and_wide_digits_do_not_hide_anything(step: Sensitive) -> None:
    text = "an some\u00adone@exam\u200bple.org and \uff0b49 30 90\u00a01820"
    finding = step.judge(subject(text))
    assert _marked(finding, text) == [("email", text[3:24]), ("phone", text[29:])]


def test_the_gravest_kind_gives_the_reason_and_every_place_is_marked(step: Sensitive) -> None:
    secret = token("GitHub", random.Random(2))
    finding = step.judge(subject(f"someone@example.org has {secret}", title="Ring +49 30 901820"))
    assert finding.reason == "sensitive.token"
    assert finding.params == {"count": 1}
    assert finding.flags == ("token", "email", "phone")
    assert [(span.field, span.kind) for span in finding.spans] == [
        ("title", "phone"),
        ("text", "email"),
        ("text", "token"),
    ]


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"replies": ("fine", "ring +49 30 901820")}, "in_replies"),
        ({"links": ("mailto:someone@example.org",)}, "in_links"),
        ({"url": "tel:+4930901820"}, "in_url"),
        ({"url": "https://a:S3cret!word@example.org/"}, "in_url"),
        ({"tags": ("someone@example.org",)}, "in_tags"),
    ],
)
def test_replies_links_address_and_tags_are_judged_too(
    step: Sensitive, changes: dict[str, Any], flag: str
) -> None:
    finding = step.judge(subject("Nothing here", **changes))
    assert finding.verdict == "block"
    assert flag in finding.flags
    assert finding.spans == ()


def test_digits_of_web_addresses_are_no_telephone_or_card(step: Sensitive) -> None:
    number = card("4", 16, random.Random(4))
    for text in (f"see https://example.org/{number}", "see www.example.org/202-555-0143"):
        assert step.judge(subject(text, url=f"https://example.org/{number}")).verdict == "keep"


def test_confidential_words_block_in_any_case_and_as_whole_words() -> None:
    step = Sensitive(SensitiveSettings(confidential=["Project Falcon", "Größenwahn*", "机密"]))
    for text in (
        "about PROJECT\u00a0falcon!",
        "project-falcon",
        "größenwahnsinnig",
        "这是机密文件",
        "GRÖSSENWAHN",
    ):
        assert step.judge(subject(text)).reason == "sensitive.confidential", text
    for text in ("projects falcon", "project falconry", "Größenordnung"):
        assert step.judge(subject(text)).verdict == "keep", text
    assert step.judge(subject("", url="https://example.org/project-falcon/plan")).flags == (
        "confidential",
        "in_url",
    )


def test_allowed_addresses_domains_and_numbers_pass() -> None:
    step = Sensitive(SensitiveSettings(allow=["info@conf.example", "@help.example", "+49 30 901820"]))
    assert step.judge(subject("info@conf.example, Anna@desk.help.example, +49 (30) 901820")).verdict == "keep"
    for text in ("other@conf.example", "a@nothelp.example", "+49 30 901821", "info@conf.example.org"):
        assert step.judge(subject(text)).verdict == "block", text


def test_a_kind_can_ask_or_be_off() -> None:
    step = Sensitive(SensitiveSettings.model_validate({"kinds": {"email": "ask", "phone": "off"}}))
    asked = step.judge(subject("someone@example.org, +49 30 901820"))
    assert (asked.verdict, asked.reason, asked.flags) == ("ask", "sensitive.email", ("email",))
    both = step.judge(subject(f"someone@example.org {token('npm', random.Random(1))}"))
    assert (both.verdict, both.reason) == ("block", "sensitive.token")


def test_unknown_kinds_and_settings_are_refused() -> None:
    check_settings_refused(Sensitive, {"kinds": {"e-mail": "off"}})
    check_settings_refused(Sensitive, {"allowed": []})


def test_the_contract_holds(step: Sensitive) -> None:
    texts = [
        *TEXTS,
        "someone@example.org",
        "\ud800@example.org",
        "ß@ﬁ.example \u0130",
        "+49 30 901820 " * 500,
    ]
    check_step(step, texts)


@pytest.mark.parametrize(
    "piece",
    [
        "a@",
        "1 ",
        "0-",
        "(",
        "p=:",
        "pass ",
        "A",
        "eyJ",
        "www.",
        "://",
        "\u0301",
        ". ",
        "-----BEGIN ",
        "DE12 ",
        "a@b.c ",
        "a at b dot c ",
        "at dot ",
        "12 Main ",
        "1 a b c d Street ",
        "12345 ",
        "sk-",
        "key=a",
        "password: ",
        "my cancer ",
        "123-45-",
        "12.34.56-",
        "curl -u ",
        "://a:",
        "a.b.c.",
        "::",
        "1:2:",
        '"password":',
        "Server=a;Password=",
        "login: a/",
        "ul. a ",
        "AB 12 34 56 ",
    ],
)
def test_time_grows_with_the_length_of_the_text_only(step: Sensitive, piece: str) -> None:
    started = time.process_time()
    step.judge(subject(piece * (60_000 // len(piece))))
    assert (
        time.process_time() - started < 3
    )  # a text of that length takes a tenth of it; squared it would take minutes


# ------------------------------------------------------------------ measured on shared data


def _rows(relative: str) -> list[dict[str, object]]:
    with gzip.open(shared_data(relative), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


GOALS = {
    "EMAIL_ADDRESS": ("email", 0.97, 0.97),
    "CREDIT_CARD": ("card", 0.97, 0.97),
    "IBAN_CODE": ("iban", 0.97, 0.90),
    "PHONE_NUMBER": ("phone", 0.95, 0.95),
    "US_SSN": ("national_id", 0.80, 0.97),
}


@pytest.mark.parametrize("label", GOALS)
def test_precision_and_recall_on_labelled_personal_data(step: Sensitive, label: str) -> None:
    kind, precision, recall = GOALS[label]
    right = wrong = missed = 0
    for row in _rows("labelled/pii_presidio.jsonl.gz"):
        text, spans = row["text"], row["spans"]
        assert isinstance(text, str)
        assert isinstance(spans, list)
        wanted = [(start, end) for start, end, name in spans if name == label]
        found = [(mark.start, mark.end) for mark in step.marks(text) if mark.kind == kind]
        hits = sum(any(_cover(one, gold) for gold in wanted) for one in found)
        right, wrong = right + hits, wrong + len(found) - hits
        missed += sum(not any(_cover(one, gold) for one in found) for gold in wanted)
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def _cover(found: tuple[int, int], gold: tuple[int, int]) -> bool:
    shared = min(found[1], gold[1]) - max(found[0], gold[0])
    return shared >= 0.5 * (gold[1] - gold[0])


def test_no_false_alarm_on_question_titles_and_talk_descriptions(step: Sensitive) -> None:
    titles = [str(row["title"]) for row in _rows("labelled/so_titles.jsonl.gz")][:4_000]
    texts = [*titles, *_descriptions()]
    assert [text[:80] for text in texts if step.judge(subject(text)).verdict != "keep"] == []


def _descriptions() -> Iterator[str]:
    for file in sorted(shared_data("corpora/pyvideo-talks").glob("*.zip")):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                entry = json.loads(archive.read(name)) if name.endswith(".json") else None
                if isinstance(entry, dict) and "title" in entry:
                    yield f"{entry['title']}\n{entry.get('description') or entry.get('summary') or ''}"
