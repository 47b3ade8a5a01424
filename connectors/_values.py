"""Values as platforms and catalogues write them, read into the house's own: times, lengths, addresses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pydantic import ValidationError

_ISO_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?)?$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")
_ISO_639 = (
    "ara=ar ben=bn bul=bg cat=ca ces=cs cze=cs chi=zh zho=zh dan=da deu=de ger=de dut=nl nld=nl ell=el gre=el"
    " eng=en est=et fas=fa fin=fi fra=fr fre=fr heb=he hin=hi hrv=hr hun=hu ind=id ita=it jpn=ja kor=ko lav=lv"
    " lit=lt nor=no pol=pl por=pt ron=ro rum=ro rus=ru slk=sk slo=sk slv=sl spa=es srp=sr swe=sv tha=th tur=tr"
    " ukr=uk vie=vi"
)
_THREE_LETTERS = dict(pair.split("=") for pair in _ISO_639.split())
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def moment(value: str | float, pattern: str | None = None) -> datetime:
    """The time meant by ISO 8601, RFC 2822, seconds or milliseconds since 1970, or a `strptime` pattern.

    One without a zone counts as UTC. Raises: ValueError if it is none of these.
    """
    if isinstance(value, int | float) or re.fullmatch(r"\d{9,13}(\.\d+)?", value):
        seconds = float(value) if isinstance(value, str) else value
        if not abs(seconds) < 1e15:
            raise ValueError("a time outside of 1900 to 9999")
        return _aware(datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC))
    text = value.strip()
    if pattern:
        return _aware(datetime.strptime(text, pattern))
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return _aware(parsedate_to_datetime(text))


def _aware(found: datetime) -> datetime:
    try:
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside of 1900 to 9999") from error
    if not _EARLIEST <= aware <= _LATEST:
        raise ValueError("a time outside of 1900 to 9999")
    return aware


def seconds_long(value: str | float, unit: int = 1) -> int:
    """Whole seconds of a length: a number of `unit` seconds, 1:02:03, or ISO 8601 (PT1H2M).

    Raises: ValueError if it is none of these.
    """
    text = str(value).strip()
    if found := _ISO_LENGTH.match(text):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if re.fullmatch(r"\d{1,4}(:\d{1,2}){1,2}(\.\d+)?", text):
        total = 0
        for part in text.split(".")[0].split(":"):
            total = total * 60 + int(part)
        return total
    return _whole(float(text) * unit)


def _whole(number: float) -> int:
    if not 0 <= number < 1e9:
        raise ValueError("a length that nothing has")
    return round(number)


def language_code(value: str) -> str | None:
    """The language as a BCP 47 code (`eng` becomes `en`, `de_AT` `de-AT`); None if it is no code."""
    code = value.strip().replace("_", "-")
    if not _LANGUAGE.match(code):
        return None
    first, dash, rest = code.partition("-")
    return _THREE_LETTERS.get(first.lower(), first.lower()) + dash + rest


def web_address(value: object) -> str | None:
    """The http or https address, None if the value is anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if not 8 <= len(text) <= 4_000 or re.search(r"[\s\x00-\x1f\x7f]", text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def host_of(address: str) -> str:
    """The host of an address without `www.`, empty if there is none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def labels(values: Iterable[object], limit: int = 50) -> tuple[str, ...]:
    """Tags as they are, trimmed, each once, without a leading `#`."""
    words = (" ".join(str(value).split()).lstrip("#")[:200] for value in values)
    return tuple(dict.fromkeys(word for word in words if word))[:limit]


def digest(*parts: str | bytes) -> str:
    """16 hexadecimal digits that differ when any part does."""
    total = hashlib.blake2b(digest_size=8)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big") + raw)
    return total.hexdigest()


def complaint(error: ValidationError) -> str:
    """Which fields are wrong and why, without what stood in them."""
    return "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors())
