"""X's two vocabularies: of tweets, and of posts as the contract has had it since August 2026.

tweepy asks in tweet words; `in_post_words` turns a request into the other ones. Answers of either kind are
read in post words, which `normal` gives them. https://docs.x.com/x-api/fundamentals/data-dictionary
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

Words = Literal["tweet", "post"]
Record = Mapping[str, Any]

_NEW = {
    "tweet.fields": "post.fields",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "total_tweet_count": "total_post_count",
}
_OLD_WORD = re.compile(r"tweet\.fields|edit_history_tweet_ids|referenced_tweets|note_tweet")
_NEW_WORD = re.compile(r"post\.fields|edit_history_post_ids|referenced_posts|note_post")


def other(words: Words) -> Words:
    """The vocabulary that is not this one."""
    return "post" if words == "tweet" else "tweet"


def in_post_words(url: str) -> str:
    """The address with the fields and expansions it asks for in post words; a search query stays as it is."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    turned = [(_NEW.get(name, name), _turned(value) if _is_list(name) else value) for name, value in asked]
    return parts._replace(query=urlencode(turned)).geturl()


def speaks_of(words: Words, complaint: str) -> bool:
    """Whether a complaint about parameters is about words of this vocabulary."""
    return bool((_OLD_WORD if words == "tweet" else _NEW_WORD).search(complaint))


def _is_list(name: str) -> bool:
    return name == "expansions" or name.endswith(".fields")


def _turned(value: str) -> str:
    return _OLD_WORD.sub(lambda found: _NEW[found[0]], value)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in post words: `posts` as data, `users` by id from the expansions, problems, `meta`.

    Absent data means that there is none. `errors` beside data is a partial success.
    """

    posts: Sequence[Record] = ()
    users: Mapping[str, Record] = field(default_factory=dict)
    errors: Sequence[Record] = ()
    meta: Record = field(default_factory=dict)

    @property
    def next_token(self) -> str | None:
        """Where the next page begins, None at the end."""
        token = self.meta.get("next_token")
        return str(token) if token else None


def normal(body: Record) -> Answer:
    """The answer, whichever words it came in. Raises: ValueError where it has another shape."""
    try:
        data, includes = body.get("data"), body.get("includes") or {}
        listed = data if isinstance(data, list) else [data] if data else []
        return Answer(
            posts=[_renamed(one) for one in listed],
            users={str(one["id"]): one for one in includes.get("users") or ()},
            errors=[one for one in body.get("errors") or () if isinstance(one, dict)],
            meta=_renamed(body.get("meta") or {}),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("the answer has another shape than the contract's") from error


def _renamed(record: Record) -> Record:
    return {_NEW.get(name, name): value for name, value in record.items()}
