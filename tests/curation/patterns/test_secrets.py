"""Tokens, keys and passwords."""

from __future__ import annotations

import random
import string

import pytest

from curation.patterns.secrets import entropy, passwords, private_keys, tokens
from curation.patterns.token_forms import FORMS

PLACEHOLDERS = (
    "settings.GOOGLE_KEY",
    "os.environ['API_KEY']",
    "<your-api-key>",
    "${SECRET}",
    "{{ secret }}",
    "your_api_key_here_123",
    "xxxxxxxxxxxxxxxxxxxx",
)


def test_entropy_is_none_for_one_letter_and_a_bit_for_two() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abab") == 1


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholders_and_code_are_no_secret(value: str) -> None:
    text = f"api_key = {value} and password: {value}"
    assert [*tokens(text), *passwords(text)] == []


@pytest.mark.parametrize(
    "value", ["sha256", "oauth2", "must", "being", "hashed-with-md5", "case-sensitive", "wrong."]
)
def test_talk_about_passwords_is_no_password(value: str) -> None:
    assert list(passwords(f"the password is {value}")) == []


def test_a_blank_form_of_a_token_is_none() -> None:
    assert list(tokens(f"ghp_{'x' * 36}")) == []


def test_the_first_line_of_a_key_alone_is_none() -> None:
    assert list(private_keys("-----BEGIN OPENSSH PRIVATE KEY----- opens the file")) == []


def test_a_hint_alone_is_no_token() -> None:
    for hints, form in FORMS:
        assert hints
        assert not any(form.search(hint) for hint in hints)


def test_random_words_are_rarely_taken_for_tokens() -> None:
    rng = random.Random(4)
    words = [
        "".join(rng.choices(string.ascii_letters + string.digits, k=rng.randint(8, 64))) for _ in range(2_000)
    ]
    assert sum(bool(list(tokens(word))) for word in words) == 0
