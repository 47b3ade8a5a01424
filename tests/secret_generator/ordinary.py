"""Ordinary posts with what looks like a secret and is none: hashes, ids, versions, images, talk about passwords."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.secret_generator.letters import BASE62, BASE64, DIGITS, HEX, LOWER, UPPER, URL_SAFE, some, uuid

Make = Callable[[random.Random], str]


class Ordinary(NamedTuple):
    """A post without a secret, and what it looks like."""

    text: str
    kind: str


TALK = (
    "Choose a strong password and never reuse it.", "Forgot your password? Reset it on the sign-in page.",
    "The password must have at least 12 characters.", "Password managers are the topic of session 4.",
    "Das Passwort muss mindestens zwölf Zeichen haben.", "Passwort vergessen? Die Personalabteilung hilft weiter.",
    "The secret is consistency: practise every day.", "The key to good tests: small steps.",
    "Token counts matter: 4096 tokens per request.", "How does a bearer token differ from a cookie?",
    "My password is not working since this morning, anyone else?", "the password is required for the second part",
    "Das Kennwort ist immer geheim zu halten.", "Password: please ask the trainer before the session.",
    "API key rotation explained in five minutes", "We never send your password by mail.",
    "username and password authentication is deprecated", "PW: siehe Aushang im Raum 204",
)  # fmt: skip
CODE = (
    'password = os.environ["DB_PASSWORD"]', "api_key = settings.API_KEY", 'token = getpass.getpass("Token: ")',
    "export API_KEY=YOUR_API_KEY", 'api_key: "<your-api-key>"', "password: ********",
    "token: ${{ secrets.BUILD_TOKEN }}",
    "SECRET_KEY=changeme", 'client_secret = "xxxxxxxxxxxxxxxxxxxxxxxx"', "DB_PASSWORD=${DB_PASSWORD}",
    "def reset_password(user, new_password=None):", "primary_key = user_account_identifier", 'key={"ctrl+shift+p"}',
    'tokenizer = load("bert-base-multilingual-cased")', "max_tokens: 4096", "password_min_length = 12",
    "const token = await response.json().access_token;", "if (password === confirmPassword) submit();",
    "curl -H 'Authorization: Bearer $TOKEN' https://api.example.org", "postgresql://user:password@localhost/db",
    "https://<user>:<password>@example.org/feed", "PASSWORD_HASHERS = ['argon2.Argon2PasswordHasher']",
    "git clone git@git.example.org:course/material.git", "secretKeyRef: {name: course-database, key: password}",
)  # fmt: skip
PLACEHOLDERS = (
    "ghp_" + "x" * 36, "sk-...", "AKIA" + "X" * 16, "xoxb-your-token-here", "glpat-<token>", "npm_" + "*" * 36,
)  # fmt: skip
VIDEO = "https://www.youtube.com/watch?v={}&list=PL{}&index=3"


def digest(rng: random.Random, algorithm: str) -> str:
    """A hash in hexadecimal."""
    return hashlib.new(algorithm, rng.randbytes(16)).hexdigest()


def integrity(rng: random.Random) -> str:
    """The checksum of a script, in base64. Source: https://www.w3.org/TR/SRI/."""
    return "sha512-" + base64.b64encode(rng.randbytes(64)).decode()


def picture(rng: random.Random) -> str:
    """A small picture in the text itself."""
    return (
        "data:image/png;base64,iVBORw0KGgo" + base64.b64encode(rng.randbytes(rng.randint(150, 900))).decode()
    )


def version(rng: random.Random) -> str:
    """A version with a build."""
    return f"{rng.randrange(20)}.{rng.randrange(40)}.{rng.randrange(90)}-rc{rng.randrange(9)}+{some(rng, HEX, 8)}"


def long_link(rng: random.Random) -> str:
    """A link with the marks of those who count clicks."""
    clicks = f"utm_source=letter&utm_id={some(rng, DIGITS, 12)}&fbclid=IwAR{some(rng, URL_SAFE, 57)}"
    marks = f"{clicks}&mc_eid={some(rng, HEX, 10)}"
    return f"https://www.example.com/blog/{some(rng, LOWER, 8)}-{some(rng, LOWER, 6)}?{marks}"


def colours(rng: random.Random) -> str:
    """Colours of a design."""
    return ", ".join("#" + some(rng, HEX, 6) for _ in range(5))


def public_key(rng: random.Random) -> str:
    """A public key: nothing to hide."""
    body = base64.b64encode(b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 " + rng.randbytes(32)).decode()
    return f"ssh-ed25519 {body} trainer@laptop"


def certificate(rng: random.Random) -> str:
    """A certificate or a public key in PEM."""
    label = rng.choice(("CERTIFICATE", "PUBLIC KEY", "PGP PUBLIC KEY BLOCK"))
    body = base64.b64encode(rng.randbytes(600)).decode()
    return "\n".join(
        [
            f"-----BEGIN {label}-----",
            *(body[at : at + 64] for at in range(0, 800, 64)),
            f"-----END {label}-----",
        ]
    )


def document(rng: random.Random) -> str:
    """A link to a document that its long id opens to whoever may read it."""
    place = some(rng, URL_SAFE, 44)
    return f"https://docs.example.com/document/d/{place}/edit#heading=h.{some(rng, LOWER, 12)}"


def order(rng: random.Random) -> str:
    """An order's number and a sortable id. Source: https://github.com/ulid/spec."""
    tail = some(rng, "ABCDEFGHJKMNPQRSTVWXYZ0123456789", 23)
    return f"order {some(rng, UPPER + DIGITS, 12)} / 01H{tail}"


def published(rng: random.Random) -> str:
    """The numbers of a paper and of a book."""
    paper = f"10.{rng.randrange(1000, 9999)}/{some(rng, LOWER, 4)}.{some(rng, DIGITS, 6)}"
    return f"doi:{paper}, ISBN 978-3-{some(rng, DIGITS, 3)}-{some(rng, DIGITS, 5)}-7"


def short_links(rng: random.Random) -> str:
    """Links that say little."""
    pad = f"https://pad.example/p/{some(rng, BASE62, 20)}"
    return f"slides: https://short.example/{some(rng, BASE62, 7)} and {pad}"


def class_names(rng: random.Random) -> str:
    """HTML as tools write it."""
    names = f"{some(rng, LOWER, 5)}-{some(rng, BASE62, 6)} sc-{some(rng, LOWER + UPPER, 8)}"
    return f'<div class="{names}">chapter</div>'


def mac(rng: random.Random) -> str:
    """A network card's address and an IPv6 address."""
    card = ":".join(some(rng, HEX, 2) for _ in range(6))
    return f"{card} fe80::{':'.join(some(rng, HEX, 4) for _ in range(4))}"


ORDINARY: dict[str, Make] = {
    "sha256": lambda rng: f"checksum of the slides: {digest(rng, 'sha256')}",
    "md5": lambda rng: f"{digest(rng, 'md5')}  handout.pdf",
    "sha1": lambda rng: f"fixed in {digest(rng, 'sha1')}, please update",
    "short commit": lambda rng: f"git log: {some(rng, HEX, 7)} Add the second chapter ({some(rng, HEX, 10)})",
    "uuid": lambda rng: f"ticket {uuid(rng)} is about the same course as {uuid(rng)}",
    "integrity": lambda rng: f'<script src="x.js" integrity="{integrity(rng)}"></script>',
    "lock file": lambda rng: f'"left-pad@^1.3.0":\n  version "1.3.0"\n  integrity {integrity(rng)}',
    "pip hash": lambda rng: f"numpy==2.{rng.randrange(9)}.0 --hash=sha256:{digest(rng, 'sha256')}",
    "image in the text": lambda rng: f"![diagram]({picture(rng)})",
    "docker image": lambda rng: f"docker pull example/course@sha256:{digest(rng, 'sha256')}",
    "version": lambda rng: f"Released {version(rng)} today, after {version(rng)}",
    "long link": lambda rng: f"worth reading: {long_link(rng)}",
    "video": lambda rng: "watch " + VIDEO.format(some(rng, URL_SAFE, 11), some(rng, URL_SAFE, 32)),
    "colours": lambda rng: f"our palette: {colours(rng)}",
    "trace": lambda rng: f"traceparent: 00-{some(rng, HEX, 32)}-{some(rng, HEX, 16)}-01",
    "log": lambda rng: f"2026-03-01T10:12:44Z INFO request_id={uuid(rng)} session={some(rng, HEX, 16)} took=12ms",
    "public key": lambda rng: f"add this to authorized_keys: {public_key(rng)}",
    "fingerprint": lambda rng: f"256 SHA256:{some(rng, BASE64, 43)} course@host (ED25519)",
    "certificate": certificate,
    "network": mac,
    "talk": lambda rng: rng.choice(TALK),
    "code": lambda rng: f"```\n{rng.choice(CODE)}\n```",
    "placeholder": lambda rng: f"put your own key there, like {rng.choice(PLACEHOLDERS)}",
    "etag": lambda rng: f'ETag: "{some(rng, HEX, 32)}" and Cache-Control: max-age=600',
    "document link": document,
    "ulid and order": order,
    "doi": published,
    "sequence": lambda rng: f"primer {some(rng, 'ACGT', 40)} from exercise {rng.randrange(20)}",
    "short link": short_links,
    "class names": class_names,
}  # fmt: skip
"""What it looks like -> one new post of it."""


def ordinary_posts(seed: int, each: int) -> Iterator[Ordinary]:
    """`each` posts of every kind; the same seed gives the same posts."""
    rng = random.Random(seed)
    for kind, make in ORDINARY.items():
        yield from (Ordinary(make(rng), kind) for _ in range(each))
