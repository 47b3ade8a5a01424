"""The LMS as we know it: where it authenticates, signs and answers, and which hosts are its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from gleanery.ports import Store
from lms_adapters.lti.settings import Settings

REGISTRATION = "registration"

_SHARED: Mapping[str, tuple[str, ...]] = {
    "https://canvas.instructure.com": ("*.instructure.com", "*.canvaslms.com"),
    "https://canvas.beta.instructure.com": ("*.instructure.com", "*.canvaslms.com"),
    "https://canvas.test.instructure.com": ("*.instructure.com", "*.canvaslms.com"),
    "https://blackboard.com": ("*.blackboard.com",),
}
"""Issuers that many sites share, and the hosts under which those are found."""

_BESIDE = {"desire2learn": ("auth.brightspace.com", "api.brightspace.com")}
"""Hosts that stand beside the LMS's own, by its product family."""

_CUSTOM_ONLY = ("moodle",)
"""Families whose links keep their tool only where they have no address: Moodle looks one up by domain."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A registration. `audience`: whom our tokens are for at the token address; `family` as the LMS says."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str
    family: str = ""
    frames: tuple[str, ...] = ()

    @property
    def realm(self) -> str:
        """The LMS as statements name it; with our client id where many sites share the issuer."""
        return f"{self.issuer}#{self.client_id}" if self.issuer in _SHARED else self.issuer

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may hold ours in a frame, as a content security policy writes them."""
        own = [origin_of(url) for url in (self.issuer, self.auth_url, *self.frames)]
        shared = [f"https://{host}" for host in _SHARED.get(self.issuer, ())]
        return tuple(dict.fromkeys([*filter(None, own), *shared]))

    @property
    def auth_origin(self) -> str:
        """The origin that platform storage speaks from."""
        return origin_of(self.auth_url)

    def owns(self, url: str) -> bool:
        """Whether an address is the LMS's."""
        own = [hostname(known) for known in (self.issuer, self.auth_url, self.token_url, *self.frames)]
        return is_web(url) and _is_of(hostname(url), [*own, *_SHARED.get(self.issuer, ())])


def wants_custom_only(family: str) -> bool:
    """Whether a link may not have an address of its own in LMSs of this family."""
    return family.lower().startswith(_CUSTOM_ONLY)


def platform_of(settings: Settings, store: Store) -> Platform | None:
    """The registration: the one that is set, else the one that the LMS made; None before there is one."""
    if settings.issuer:
        return Platform(
            issuer=settings.issuer,
            client_id=str(settings.client_id),
            auth_url=str(settings.auth_url),
            token_url=str(settings.token_url),
            jwks_url=str(settings.jwks_url),
            audience=settings.audience or str(settings.token_url),
            frames=tuple(settings.frames) + ((settings.url,) if settings.url else ()),
        )
    kept = store.get(REGISTRATION)
    if kept is None:
        return None
    frames = (*kept.pop("frames", ()), *settings.frames, *filter(None, [settings.url]))
    return Platform(**{**kept, "audience": settings.audience or kept["audience"]}, frames=frames)


def keep(platform: Platform, store: Store) -> None:
    """Keep a registration that the LMS made."""
    store.put(REGISTRATION, asdict(platform) | {"frames": list(platform.frames)})


def hosts_of(issuer: str, family: str) -> Iterator[str]:
    """The hosts that may speak for an issuer; `*.` stands for every host below."""
    yield hostname(issuer)
    yield from _SHARED.get(issuer.rstrip("/"), ())
    yield from _BESIDE.get(family.lower(), ())


def speaks_for(url: str, issuer: str, family: str = "") -> bool:
    """Whether an address lies on a host that may speak for an issuer."""
    return is_web(url) and _is_of(hostname(url), list(hosts_of(issuer, family)))


def _is_of(host: str, hosts: list[str]) -> bool:
    return bool(host) and any(
        host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in hosts if one
    )


def is_web(url: Any) -> bool:
    """Whether this is an http(s) address with a host, no user name, no space or control character."""
    if not isinstance(url, str) or not url.isprintable() or " " in url or "\\" in url or len(url) > 4_000:
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and _port(url)
        )
    except ValueError:
        return False


def _port(url: str) -> bool:
    return urlsplit(url).port != 0


def hostname(url: str) -> str:
    """The host of an address in small letters, with the port where one is named."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


def origin_of(url: str) -> str:
    """https://lms.example.org:8443 of an address; empty for what is none."""
    if not is_web(url):
        return ""
    return f"{urlsplit(url).scheme}://{hostname(url)}"
