"""The tokens that can be told by their own form, each by the public description of who issues it."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Callable

from tests.secret_generator import keys
from tests.secret_generator.letters import (
    BASE32,
    BASE36,
    BASE62,
    DIGITS,
    HEX,
    LOWER,
    UPPER,
    URL_SAFE,
    crc32_62,
    encoded,
    in_base,
    some,
    uuid,
)

Make = Callable[[random.Random], str]


def checked(prefix: str, rng: random.Random) -> str:
    """Thirty letters and their check part, after a prefix: the tokens of GitHub and npm."""
    letters = some(rng, BASE62, 30)
    return prefix + letters + crc32_62(letters)


def gitlab_routable(rng: random.Random) -> str:
    """A routable token of GitLab: payload, its length, CRC32 of all before in base 36.

    Source: https://docs.gitlab.com/development/routable_tokens/ (format), /security/tokens/ (prefixes).
    """
    payload = encoded(rng.randbytes(rng.randint(24, 36)))
    start = f"glpat-{payload}." + in_base(len(payload), BASE36, 2)
    return start + in_base(zlib.crc32(start.encode()), BASE36, 7)


def openai(rng: random.Random, prefix: str, half: int) -> str:
    """A key of OpenAI: random letters around the base64 of its name."""
    middle = base64.b64encode(b"OpenAI").decode()
    return prefix + some(rng, BASE62, half) + middle + some(rng, BASE62, half)


def discord_bot(rng: random.Random) -> str:
    """A bot's token: its id in base64, a time, a signature. Source: https://discord.com/developers/docs/reference."""
    number = str(rng.randrange(10**17, 10**18)).encode()
    return f"{encoded(number)}.{some(rng, URL_SAFE, 6)}.{some(rng, URL_SAFE, 38)}"


def discord_hook(rng: random.Random) -> str:
    """A webhook of Discord. Source: https://discord.com/developers/docs/resources/webhook."""
    return f"https://discord.com/api/webhooks/{some(rng, DIGITS, 18, 19)}/{some(rng, URL_SAFE, 68)}"


def slack_hook(rng: random.Random) -> str:
    """An incoming webhook of Slack. Source: https://api.slack.com/messaging/webhooks."""
    ids = "T" + some(rng, UPPER + DIGITS, 10), "B" + some(rng, UPPER + DIGITS, 10), some(rng, BASE62, 24)
    return "https://hooks.slack.com/services/" + "/".join(ids)


def teams_hook(rng: random.Random) -> str:
    """An incoming webhook of Teams. Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/."""
    host = f"{some(rng, LOWER, 6)}.webhook.office.com"
    return (
        f"https://{host}/webhookb2/{uuid(rng)}@{uuid(rng)}/IncomingWebhook/{some(rng, HEX, 32)}/{uuid(rng)}"
    )


def grafana(rng: random.Random) -> str:
    """A service account's token of Grafana: 32 letters and CRC32 in hexadecimal."""
    letters = some(rng, BASE62, 32)
    return f"glsa_{letters}_{zlib.crc32(letters.encode()):08x}"


def digits(rng: random.Random) -> str:
    """A number as Slack and Telegram count their things."""
    return some(rng, "123456789", 1) + some(rng, DIGITS, 9, 12)


TOKENS: dict[str, Make] = {
    "GitHub, personal": lambda rng: checked("ghp_", rng),
    "GitHub, OAuth": lambda rng: checked("gho_", rng),
    "GitHub, app": lambda rng: checked(rng.choice(("ghu_", "ghs_", "ghr_")), rng),
    "GitHub, fine-grained": lambda rng: f"github_pat_{some(rng, BASE62, 22)}_{some(rng, BASE62, 59)}",
    "GitLab, personal": lambda rng: "glpat-" + some(rng, URL_SAFE, 20),
    "GitLab, routable": gitlab_routable,
    "GitLab, deploy and runner": lambda rng: rng.choice(("gldt-", "glrt-")) + some(rng, URL_SAFE, 20),
    "GitLab, trigger": lambda rng: "glptt-" + some(rng, HEX, 40),
    "AWS, access key id": lambda rng: rng.choice(("AKIA", "ASIA")) + some(rng, BASE32, 16),
    "Google, API key": lambda rng: "AIzaSy" + some(rng, URL_SAFE, 33),
    "Google, OAuth client secret": lambda rng: "GOCSPX-" + some(rng, URL_SAFE, 28),
    "Google, access token": lambda rng: "ya29.a0" + some(rng, URL_SAFE, 120, 180),
    "Google, service account": keys.google_account,
    "Azure, application secret": lambda rng: f"{some(rng, BASE62, 3)}8Q~{some(rng, BASE62 + '-_.~', 34)}",
    "Azure, DevOps": lambda rng: some(rng, BASE62, 76) + "AZDO" + some(rng, BASE62, 4),
    "Slack, bot": lambda rng: f"xoxb-{digits(rng)}-{digits(rng)}-{some(rng, BASE62, 24)}",
    "Slack, user": lambda rng: f"xoxp-{digits(rng)}-{digits(rng)}-{digits(rng)}-{some(rng, HEX, 32)}",
    "Slack, app": lambda rng: f"xapp-1-A{some(rng, UPPER + DIGITS, 10)}-{digits(rng)}-{some(rng, HEX, 64)}",
    "Slack, webhook": slack_hook,
    "Teams, webhook": teams_hook,
    "Discord, bot": discord_bot,
    "Discord, webhook": discord_hook,
    "Telegram, bot": lambda rng: f"{digits(rng)[:10]}:AA{some(rng, URL_SAFE, 33)}",
    "Stripe, secret key": lambda rng: "sk_" + rng.choice(("live", "test")) + "_51" + some(rng, BASE62, 97),
    "Stripe, old or restricted key": lambda rng: rng.choice(("sk", "rk")) + "_live_" + some(rng, BASE62, 24),
    "Stripe, webhook secret": lambda rng: "whsec_" + some(rng, BASE62, 32),
    "Twilio, API key": lambda rng: "SK" + some(rng, HEX, 32),
    "SendGrid": lambda rng: f"SG.{some(rng, URL_SAFE, 22)}.{some(rng, URL_SAFE, 43)}",
    "Mailgun": lambda rng: "key-" + some(rng, HEX, 32),
    "Mailchimp": lambda rng: f"{some(rng, HEX, 32)}-us{rng.randint(1, 21)}",
    "npm": lambda rng: checked("npm_", rng),
    "PyPI": keys.pypi,
    "RubyGems": lambda rng: "rubygems_" + some(rng, HEX, 48),
    "Hugging Face": lambda rng: "hf_" + some(rng, LOWER + UPPER, 34),
    "OpenAI, old": lambda rng: openai(rng, "sk-", 20),
    "OpenAI, project": lambda rng: openai(rng, "sk-proj-", 74),
    "Anthropic": lambda rng: "sk-ant-api03-" + some(rng, URL_SAFE, 93) + "AA",
    "Docker Hub": lambda rng: "dckr_pat_" + some(rng, URL_SAFE, 27),
    "Shopify": lambda rng: rng.choice(("shpat_", "shpss_", "shpca_")) + some(rng, HEX, 32),
    "DigitalOcean": lambda rng: "dop_v1_" + some(rng, HEX, 64),
    "Heroku": lambda rng: "HRKU-AA" + some(rng, URL_SAFE, 58),
    "Databricks": lambda rng: "dapi" + some(rng, HEX, 32),
    "Linear": lambda rng: "lin_api_" + some(rng, BASE62, 40),
    "Notion, old": lambda rng: "secret_" + some(rng, BASE62, 43),
    "Notion": lambda rng: "ntn_" + some(rng, DIGITS, 11) + some(rng, BASE62, 35),
    "Atlassian": lambda rng: "ATATT3xFfGF0" + some(rng, URL_SAFE, 171) + "=" + some(rng, HEX, 8).upper(),
    "Grafana": grafana,
    "HashiCorp Vault": lambda rng: "hvs." + some(rng, URL_SAFE, 90, 110),
    "Terraform Cloud": lambda rng: f"{some(rng, BASE62, 14)}.atlasv1.{some(rng, BASE62, 67)}",
    "Postman": lambda rng: f"PMAK-{some(rng, HEX, 24)}-{some(rng, HEX, 34)}",
    "New Relic": lambda rng: "NRAK-" + some(rng, UPPER + DIGITS, 27),
    "Figma": lambda rng: "figd_" + some(rng, URL_SAFE, 40),
    "Airtable": lambda rng: f"pat{some(rng, BASE62, 14)}.{some(rng, HEX, 64)}",
    "Pulumi": lambda rng: "pul-" + some(rng, HEX, 40),
    "Doppler": lambda rng: "dp.pt." + some(rng, BASE62, 43),
    "Square": lambda rng: "sq0csp-" + some(rng, URL_SAFE, 43),
    "age": lambda rng: "AGE-SECRET-KEY-1" + some(rng, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "JSON Web Token": keys.jwt,
    "PEM, EC": keys.ec_pem,
    "PEM, PKCS 8": keys.pkcs8_pem,
    "PEM, RSA": keys.rsa_pem,
    "PEM, encrypted": keys.locked_pem,
    "OpenSSH": keys.openssh_pem,
    "OpenPGP": keys.pgp_key,
    "PuTTY": keys.putty_key,
    "Azure, storage key": keys.azure_key,
}  # fmt: skip
"""Format -> one new token of it, that can be told wherever it stands."""
