"""Tokens, keys and passwords."""

from __future__ import annotations

import base64
import random
import string
import time

import pytest

from curation.patterns.drawn import entropy, is_bare_key, is_blank
from curation.patterns.secrets import passwords, private_keys, tokens
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


def _drawn(length: int, signs: str = "") -> str:
    """A made-up password: small letters, capitals and digits, and some of the signs."""
    rng = random.Random(length)
    must = [rng.choice(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)]
    more = rng.choices(string.ascii_letters + string.digits + signs, k=length - 3)
    return "".join(rng.sample([*must, *more], k=length))


COMMANDS = (
    "mysql -u root -p{} shop",
    "mongo -u admin -p {} --authenticationDatabase admin",
    "docker login -u somebody -p {} registry.example.org",
    "echo '{}' | docker login -u somebody --password-stdin",
    "sshpass -p '{}' ssh host",
    "curl -sSu somebody:{} https://example.org",
    "redis-cli -h cache -a {}",
    "ldapsearch -x -D cn=admin -w {} -b dc=example",
    "sqlcmd -S server -U sa -P {}",
    "machine example.org login somebody password {}",
    "default login anonymous\n  password {}",
    "CREATE USER somebody IDENTIFIED BY '{}';",
)
TOLD = (
    "the password for the staging box is {}",
    "use {} as the password",
    "log in with somebody / {}",
    "sign in as somebody and {} please",
    "{} is the password",
    "pw: {}",
    "password has been reset to {}",
    "das neue Passwort lautet {}",
    "Kennwort: {}",
    "PW ist {}",
    "Zugangsdaten: somebody / {}",
    "nimm {} als Passwort",
    "mit somebody und {} anmelden",
)


@pytest.mark.parametrize("line", [*COMMANDS, *TOLD])
def test_a_password_is_found_where_it_is_typed_or_told(line: str) -> None:
    secret = _drawn(14)
    text = line.format(secret)
    assert secret in {text[mark.start : mark.end].strip("\"'") for mark in passwords(text)}


@pytest.mark.parametrize("value", ["password", "$PASS", "${PASS}", "<password>", "****", "xxxx", "changeme"])
@pytest.mark.parametrize("line", [*COMMANDS, *TOLD])
def test_a_place_to_fill_in_is_no_password_there(line: str, value: str) -> None:
    assert list(passwords(line.format(value))) == []


@pytest.mark.parametrize(
    "text",
    [
        "docker run -p 8080:80 web",
        "ssh -p 2222 root@host",
        "postgresql://user:password@localhost/shop",
        "log in with name / password",
        "password = generate_password(length=16)",
        "def check_password(user1, password2):",
        "private_key = ec.generate_private_key(ec.SECP256R1())",
        "token = request.headers['X-Token2'].split(' ')[1]",
    ],
)
def test_ports_and_code_are_no_secret(text: str) -> None:
    assert [*tokens(text), *passwords(text)] == []


def test_the_key_of_a_storage_account_is_found_without_its_name() -> None:
    key = base64.b64encode(random.Random(3).randbytes(64)).decode()
    assert [mark.kind for mark in tokens(f"here you are: {key}")] == ["token"]
    assert list(tokens(f"integrity sha512-{key}")) == []
    assert not is_bare_key("a" * 86 + "==")


def test_the_secret_key_of_a_framework_is_found_whole() -> None:
    secret = _drawn(50, "!@#$%^&*(-_=+)" * 3)
    text = f"SECRET_KEY = '{secret}'"
    assert [text[mark.start : mark.end] for mark in tokens(text)] == [secret]


def test_a_token_that_ends_in_a_sign_is_not_taken_for_a_blank_form() -> None:
    assert not is_blank(f"glpat-{_drawn(19)}-")
    assert is_blank("glpat-xxxxxxxxxxxxxxxxxxxx")


@pytest.mark.parametrize(
    "unit",
    ["docker login ", "password for a ", "key: a(b(", "log in with a and ", "echo ", "a as the password "],
)
def test_time_grows_with_length_only(unit: str) -> None:
    def took(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        list(tokens(text))
        list(passwords(text))
        return time.process_time() - start

    assert took(40_000) < 8 * max(took(10_000), 0.005)
