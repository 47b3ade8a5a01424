"""Slack's markup into plain text and links: https://docs.slack.dev/messaging/formatting-message-text/"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors._values import web_address

_TOKEN = re.compile(r"<([^<>\n]+)>")
_SLACK_HOSTS = re.compile(r"(^|\.)slack(-files|-edge)?\.com$")
_MESSAGE_PATHS = ("/archives/", "/services/", "/team/", "/app_redirect")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for: display names of people, names of channels."""

    people: Mapping[str, str]
    channels: Mapping[str, str]


def plain_words(text: str, names: Names) -> str:
    """The text as a person sees it: names for mentions, labels for links, no escapes."""
    return _unescaped(_TOKEN.sub(lambda found: _shown(found[1], names), text)).strip()


def shared_addresses(text: str) -> Iterator[str]:
    """The web addresses in a text, in its order; links to other messages of Slack are left out."""
    for token in _TOKEN.findall(text):
        address = without_token(_unescaped(token.partition("|")[0]))
        if address and not leads_into_slack(address):
            yield address


def without_token(address: str) -> str | None:
    """The web address without keys to private files (`?t=xoxe-…`); None if it is no web address."""
    found = web_address(address)
    if found is None:
        return None
    parts = urlsplit(found)
    if not parts.query:
        return found
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    of_slack = _SLACK_HOSTS.search(parts.hostname or "")
    kept = [
        (k, v) for k, v in pairs if not v.startswith("xox") and not (of_slack and k in ("t", "pub_secret"))
    ]
    return found if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def leads_into_slack(address: str) -> bool:
    """True for addresses of messages, members and settings of a workspace: nothing to learn from outside."""
    parts = urlsplit(address)
    return bool(_SLACK_HOSTS.search(parts.hostname or "")) and parts.path.startswith(_MESSAGE_PATHS)


def words_of_blocks(blocks: object) -> str:
    """The text of Block Kit blocks as Slack's markup, for messages that have no `text` of their own."""
    return "\n".join(filter(None, map(_block, blocks if isinstance(blocks, list) else [])))


def _shown(token: str, names: Names) -> str:
    body, _, label = token.partition("|")
    if body.startswith("@"):
        return "@" + (names.people.get(body[1:]) or label or body[1:])
    if body.startswith("#"):
        return "#" + (label or names.channels.get(body[1:]) or body[1:])
    if body.startswith("!"):
        return label or "@" + body[1:].partition("^")[0]
    return label or without_token(_unescaped(body)) or body.removeprefix("mailto:").removeprefix("tel:")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _block(block: object) -> str:
    if not isinstance(block, dict):
        return ""
    if block.get("type") == "rich_text":
        return _rich(block.get("elements"), 0).strip("\n")
    texts = [block.get("text"), *(block.get("fields") or []), *(block.get("elements") or [])]
    found = (part.get("text") for part in texts if isinstance(part, dict))
    return "\n".join(text for text in found if isinstance(text, str))


def _rich(elements: object, depth: int) -> str:
    if not isinstance(elements, list) or depth > _DEEPEST:
        return ""
    return "".join(_rich_element(part, depth) for part in elements if isinstance(part, dict))


def _rich_element(part: dict[str, Any], depth: int) -> str:
    write = _RICH.get(str(part.get("type")))
    if write:
        return write(part)
    inner = _rich(part.get("elements"), depth + 1)
    return inner + "\n" if str(part.get("type")).startswith("rich_text_") and inner else inner


_RICH: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "text": lambda part: _escaped(part.get("text")),
    "link": lambda part: f"<{_escaped(part.get('url'))}|{_escaped(part.get('text') or part.get('url'))}>",
    "user": lambda part: f"<@{part.get('user_id')}>",
    "channel": lambda part: f"<#{part.get('channel_id')}>",
    "usergroup": lambda part: "@group",
    "broadcast": lambda part: f"<!{part.get('range')}>",
    "emoji": lambda part: f":{part.get('name')}:",
}


def _escaped(text: object) -> str:
    """As Slack escapes it, so that both kinds of text take one way from here on."""
    return str(text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def joined(parts: Sequence[object]) -> str:
    """The non-empty strings among `parts`, a line each."""
    return "\n".join(part for part in parts if isinstance(part, str) and part.strip())
