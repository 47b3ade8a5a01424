"""Secrets that only the words beside them tell: addresses with passwords, settings, phrases in English and German."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from tests.secret_generator import keys
from tests.secret_generator.letters import BASE36, BASE62, BASE64, HEX, LOWER, URL_SAFE, some
from tests.secret_generator.passwords import password, plain


class Named(NamedTuple):
    """A line that gives a secret away, and the secret in it."""

    line: str
    secret: str


Make = Callable[[random.Random], Named]

USERS = ("admin", "deploy", "svc_report", "root", "app", "kurs", "moodle")
HOSTS = (
    "db.example.org",
    "10.0.3.17:5432",
    "cache.example.net:6379",
    "build.example.com",
    "mq.example.org:5672",
)
DATABASES = ("learning", "reports", "kurse", "staging")
LOOSE = (
    "the password is {0}", "password: {0}", "Password = {0}", "pw: {0}", "pwd is {0} for now", "my password is {0} lol",
    "login: {1} password: {0}", "user {1}, password {0}", "credentials: {1} / {0}", "the root password is still {0}",
    "wifi password: {0}", "passphrase: {0}", "temp password {0}, please change it", "log in as {1} with password {0}",
)  # fmt: skip
LOOSE_GERMAN = (
    "das Passwort ist {0}", "Passwort: {0}", "Das Kennwort lautet {0}", "Kennwort: {0}", "Zugangsdaten: {1} / {0}",
    "Benutzer: {1} Passwort: {0}", "das WLAN-Passwort ist {0}", "PW: {0}", "Passwort lautet aktuell {0}",
    "Anmeldung mit {1} und dem Passwort {0}", "das neue Passwort für den Server: {0}", "Benutzername {1}, Kennwort {0}",
)  # fmt: skip
VARIABLES = (
    "DB_PASSWORD", "SECRET_KEY", "API_KEY", "AUTH_TOKEN", "CLIENT_SECRET", "SMTP_PASSWORD", "ACCESS_TOKEN",
    "JWT_SECRET", "MYSQL_ROOT_PASSWORD", "ENCRYPTION_KEY",
)  # fmt: skip
FIELDS = (
    "password",
    "api_key",
    "client_secret",
    "apiKey",
    "access_token",
    "auth_token",
    "secret",
    "secretKey",
)


def value(rng: random.Random) -> str:
    """A value of a generator: letters of one of the common alphabets, 20 to 64 long."""
    alphabet, least, most = rng.choice(
        ((BASE62, 20, 48), (HEX, 32, 64), (URL_SAFE, 24, 43), (BASE36, 24, 40))
    )
    return some(rng, alphabet, least, most)


def address(rng: random.Random, schemes: tuple[str, ...]) -> Named:
    """An address with a user's name and password in it."""
    secret = plain(rng) if rng.random() < 0.7 else quote(password(rng), safe="")
    start = f"{rng.choice(schemes)}://{rng.choice(USERS)}:{secret}@{rng.choice(HOSTS)}"
    return Named(f"{start}/{rng.choice(DATABASES)}", secret)


def redis(rng: random.Random) -> Named:
    """An address with a password and no name."""
    secret = plain(rng)
    return Named(f"redis://:{secret}@cache.example.net:6379/0", secret)


def loose(rng: random.Random, phrases: tuple[str, ...]) -> Named:
    """A password said in passing."""
    secret = password(rng)
    return Named(rng.choice(phrases).format(secret, rng.choice(USERS)), secret)


def filled(shape: str, secret: str, rng: random.Random) -> Named:
    """A shape with the secret in its place."""
    return Named(shape.replace("‹user›", rng.choice(USERS)).replace("‹secret›", secret), secret)


def env_line(rng: random.Random) -> Named:
    """A line of a .env file."""
    secret = value(rng) if rng.random() < 0.5 else password(rng)
    shape = rng.choice(("{}=‹secret›", '{}="‹secret›"', "export {}=‹secret›", "{}='‹secret›'"))
    return filled(shape.format(rng.choice(VARIABLES)), secret, rng)


def code_line(rng: random.Random) -> Named:
    """A generic secret given to a name in code."""
    shape = rng.choice(('{} = "‹secret›"', "const {} = '‹secret›';", '{}: "‹secret›",', '{} := "‹secret›"'))
    return filled(shape.format(rng.choice(FIELDS)), value(rng), rng)


def json_field(rng: random.Random) -> Named:
    """A field of JSON."""
    secret = value(rng) if rng.random() < 0.6 else password(rng)
    return filled(f'{{"user": "‹user›", "{rng.choice(FIELDS)}": "‹secret›"}}', secret, rng)


def yaml_field(rng: random.Random) -> Named:
    """A setting of YAML."""
    secret = value(rng) if rng.random() < 0.6 else password(rng)
    return filled(f"database:\n  user: ‹user›\n  {rng.choice(FIELDS)}: ‹secret›", secret, rng)


def bearer(rng: random.Random) -> Named:
    """A header with a bearer token."""
    return filled("Authorization: Bearer ‹secret›", some(rng, URL_SAFE, 32, 64), rng)


def basic(rng: random.Random) -> Named:
    """A header with a name and a password in base64. Source: RFC 7617."""
    pair = f"{rng.choice(USERS)}:{password(rng)}".encode()
    return filled("Authorization: Basic ‹secret›", base64.b64encode(pair).decode(), rng)


def django(rng: random.Random) -> str:
    """A key as `startproject` makes it. Source: https://docs.djangoproject.com/en/stable/ref/settings/."""
    return some(rng, LOWER + "0123456789!@#%&*(-_=+)", 50)


def session_token(rng: random.Random) -> str:
    """A token of AWS STS."""
    return "IQoJb3JpZ2luX2Vj" + some(rng, BASE64, 250)


COMMANDS = (
    "curl -u ‹user›:‹secret› https://api.example.org/v1",
    "curl --user '‹user›:‹secret›' https://api.example.org",
)
STORAGE = "DefaultEndpointsProtocol=https;AccountName=kursbilder;AccountKey=‹secret›;EndpointSuffix=core.windows.net"
SERVICE_BUS = "Endpoint=sb://kurse.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=‹secret›"
SIGNATURE = "https://kursbilder.blob.core.windows.net/a/b.png?sv=2022-11-02&se=2027-01-01T00%3A00%3A00Z&sp=r&sig=‹secret›"
JDBC = "jdbc:mysql://db.example.org:3306/kurse?user=‹user›&password=‹secret›"
SQL_SERVER = "Server=db.example.org;Database=kurse;User Id=‹user›;Password=‹secret›;"
SHAPES: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "connection string, SQL Server": (SQL_SERVER, plain),
    "connection string, JDBC": (JDBC, plain),
    "connection string, Azure storage": (STORAGE, keys.azure_key),
    "connection string, Service Bus": (SERVICE_BUS, keys.shared_key),
    "Azure, shared access signature": (SIGNATURE, lambda rng: quote(keys.shared_key(rng), safe="")),
    "AWS, secret key": ("aws_secret_access_key = ‹secret›", lambda rng: some(rng, BASE64, 40)),
    "AWS, session token": ("AWS_SESSION_TOKEN=‹secret›", session_token),
    "Twilio, auth token": ("twilio:\n  auth_token: '‹secret›'", lambda rng: some(rng, HEX, 32)),
    "curl, name and password": (COMMANDS[0], plain),
    "curl, in quotes": (COMMANDS[1], plain),
    ".netrc": ("machine git.example.org login ‹user› password ‹secret›", plain),
    ".npmrc": ("//npm.example.org/:_authToken=‹secret›", lambda rng: some(rng, BASE36, 36)),
    "docker login": ("docker login -u ‹user› -p ‹secret› hub.example.org", plain),
    "Django secret key": ("SECRET_KEY = 'django-insecure-‹secret›'", django),
}  # fmt: skip
"""Way of giving away -> its shape, and what makes the secret in it."""


def shaped(form: str, rng: random.Random) -> Named:
    """A line of one of the shapes."""
    shape, make = SHAPES[form]
    return filled(shape, make(rng), rng)


NAMED: dict[str, Make] = {
    "URL with a password": lambda rng: address(rng, ("https", "http", "ftp", "sftp")),
    "database URL": lambda rng: address(rng, ("postgresql", "mysql", "mongodb+srv", "amqp", "postgres")),
    "redis URL": redis,
    ".env line": env_line,
    "code, generic": code_line,
    "JSON, generic": json_field,
    "YAML, generic": yaml_field,
    "bearer header": bearer,
    "basic header": basic,
    "phrase, English": lambda rng: loose(rng, LOOSE),
    "phrase, German": lambda rng: loose(rng, LOOSE_GERMAN),
    **{form: partial(shaped, form) for form in SHAPES},
}
"""Way of giving away -> one new line of it."""
