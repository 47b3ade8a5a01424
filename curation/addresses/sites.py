"""The one address of a thing at well-known sites that have several for it.

Each rule takes the parts of an address at its site (host without `www.`) and gives the one form, or None
where it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from curation.addresses.parts import Parts, make

Rule = Callable[[Parts], Parts | None]

_video = re.compile(r"/(?:shorts|embed|live|v|e|watch)/([A-Za-z0-9_-]{11})(?:/.*)?")
_word = re.compile(r"[A-Za-z0-9_-]+")
_video_id = re.compile(r"[A-Za-z0-9_-]{11}")
_short_video = re.compile(r"/([A-Za-z0-9_-]{11})(?:/.*)?")
_vimeo = re.compile(
    r"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/|showcase/\d+/video/|album/\d+/video/)?(\d+)(?:/([0-9a-f]+))?/?"
)
_status = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)(?:/.*)?")
_activity = re.compile(
    r"/(?:feed/update/urn:li:|posts/.*[-_])(activity|share|ugcpost)[:-](\d+)(?:-[\w-]+)?/?", re.IGNORECASE
)
_reddit_post = re.compile(r"/(?:(?:r|user)/[^/]+/)?comments/([a-z0-9]+)(?:/[^/]*(?:/([a-z0-9]+))?)?/?")
_question = re.compile(r"/(?:questions|q)/(\d+)(?:/.*)?")
_paper = re.compile(r"/(?:abs|pdf|html)/((?:[a-z-]+(?:\.[A-Z]{2})?/)?[\d.]+?)(?:v\d+)?(?:\.pdf)?/?")
_product = re.compile(r"/(?:[^/]+/)?(?:dp|gp/product|gp/aw/d)/([A-Z0-9]{10})(?:/.*)?")
_local = re.compile(r"/intl-[a-z-]+(/.*)")


def youtube(parts: Parts) -> Parts | None:
    """https://www.youtube.com/watch?v=ID for every form of a video; playlists keep their list."""
    found = _video.fullmatch(parts.path)
    video = found.group(1) if found else parts.value("v") if parts.path in ("/watch", "/watch/") else None
    if video and _video_id.fullmatch(video):
        return make("www.youtube.com", "/watch", (("v", video),))
    playlist = parts.value("list")
    if playlist and _word.fullmatch(playlist) and parts.path in ("/playlist", "/embed/videoseries", "/watch"):
        return make("www.youtube.com", "/playlist", (("list", playlist),))
    return parts._replace(scheme="https", host="www.youtube.com")


def youtu_be(parts: Parts) -> Parts | None:
    """The short form of a video's address."""
    found = _short_video.fullmatch(parts.path)
    return make("www.youtube.com", "/watch", (("v", found.group(1)),)) if found else None


def vimeo(parts: Parts) -> Parts | None:
    """https://vimeo.com/ID, with the key of an unlisted video."""
    found = _vimeo.fullmatch(parts.path)
    if found is None:
        return None
    key = found.group(2) or parts.value("h") or ""
    return make("vimeo.com", f"/{found.group(1)}" + (f"/{key}" if _word.fullmatch(key) else ""))


def x(parts: Parts) -> Parts | None:
    """https://x.com/i/status/ID: the name before it does not matter to the site."""
    found = _status.fullmatch(parts.path)
    return (
        make("x.com", f"/i/status/{found.group(1)}")
        if found
        else parts._replace(scheme="https", host="x.com")
    )


def linkedin(parts: Parts) -> Parts | None:
    """https://www.linkedin.com/feed/update/urn:li:activity:ID for posts; one host for all countries."""
    path = parts.path.replace("%3A", ":")
    if found := _activity.fullmatch(path):
        kind = {"activity": "activity", "share": "share", "ugcpost": "ugcPost"}[found.group(1).lower()]
        return make("www.linkedin.com", f"/feed/update/urn:li:{kind}:{found.group(2)}")
    return parts._replace(scheme="https", host="www.linkedin.com", path=path)


def reddit(parts: Parts) -> Parts | None:
    """https://www.reddit.com/comments/ID, and the comment where one is named."""
    found = _reddit_post.fullmatch(parts.path)
    if found is None:
        return parts._replace(scheme="https", host="www.reddit.com")
    post, comment = found.groups()
    return make("www.reddit.com", f"/comments/{post}" + (f"/_/{comment}" if comment else ""))


def redd_it(parts: Parts) -> Parts | None:
    """The short form of a post's address."""
    post = parts.path.strip("/")
    return make("www.reddit.com", f"/comments/{post}") if re.fullmatch(r"[a-z0-9]+", post) else None


def stackoverflow(parts: Parts) -> Parts | None:
    """https://stackoverflow.com/questions/ID without the title; a single answer keeps its own address."""
    found = _question.fullmatch(parts.path)
    if found is None or parts.fragment.isdigit():
        return None
    return make(parts.host, f"/questions/{found.group(1)}")


def arxiv(parts: Parts) -> Parts | None:
    """https://arxiv.org/abs/ID for page and file of every version."""
    found = _paper.fullmatch(parts.path)
    return make("arxiv.org", f"/abs/{found.group(1)}") if found else None


def doi(parts: Parts) -> Parts | None:
    """https://doi.org/NAME, which knows no capitals."""
    return make("doi.org", _lower(parts.path)) if parts.path.startswith("/10.") else None


def amazon(parts: Parts) -> Parts | None:
    """/dp/NUMBER of the same shop."""
    found = _product.fullmatch(parts.path)
    return make(parts.host, f"/dp/{found.group(1)}") if found else None


def spotify(parts: Parts) -> Parts | None:
    """The address without the country."""
    found = _local.fullmatch(parts.path)
    return parts._replace(path=found.group(1)) if found else None


def _lower(path: str) -> str:
    """In small letters, the escapes (%2F) left in capitals."""
    return re.sub(
        r"%[0-9A-F]{2}|[A-Z]", lambda one: one.group() if one.group()[0] == "%" else one.group().lower(), path
    )


RULES: dict[str, Rule] = {
    "youtube.com": youtube,
    "youtube-nocookie.com": youtube,
    "music.youtube.com": youtube,
    "m.youtube.com": youtube,
    "gaming.youtube.com": youtube,
    "youtu.be": youtu_be,
    "vimeo.com": vimeo,
    "player.vimeo.com": vimeo,
    "x.com": x,
    "mobile.x.com": x,
    "twitter.com": x,
    "mobile.twitter.com": x,
    "m.twitter.com": x,
    "fxtwitter.com": x,
    "vxtwitter.com": x,
    "fixupx.com": x,
    "linkedin.com": linkedin,
    "m.linkedin.com": linkedin,
    "reddit.com": reddit,
    "old.reddit.com": reddit,
    "new.reddit.com": reddit,
    "np.reddit.com": reddit,
    "m.reddit.com": reddit,
    "redd.it": redd_it,
    "stackoverflow.com": stackoverflow,
    "arxiv.org": arxiv,
    "export.arxiv.org": arxiv,
    "doi.org": doi,
    "dx.doi.org": doi,
    "open.spotify.com": spotify,
}  # fmt: skip


def one_form(parts: Parts) -> Parts:
    """The address in its site's one form."""
    rule = _rule_for(parts.host)
    return (rule(parts) if rule else None) or parts


@lru_cache(maxsize=1024)
def _rule_for(host: str) -> Rule | None:
    host = host.removeprefix("www.")
    if host.startswith("amazon."):
        return amazon
    country, _, site = host.partition(".")
    return linkedin if site == "linkedin.com" and len(country) == _COUNTRY else RULES.get(host)


_COUNTRY = 2
_OWN_HOST = frozenset({"www.youtube.com", "www.linkedin.com", "www.reddit.com"})
_LEADS = ("www.", "m.", "mobile.", "amp.")
_WIKIS = (".wikipedia.org", ".wiktionary.org", ".wikimedia.org", ".wikibooks.org", ".wikiversity.org")


@lru_cache(maxsize=1024)
def full_host(host: str) -> str:
    """The host of the full page: no `www.`, `m.` or `amp.` before it or, as at Wikipedia, within it."""
    if host in _OWN_HOST:
        return host
    if ".m." in host and host.endswith(_WIKIS):
        host = host.replace(".m.", ".", 1)
    if host.startswith(_LEADS) and host.count(".") > 1:
        return full_host(host.partition(".")[2])
    return host
