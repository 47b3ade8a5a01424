"""Secrets as their makers publish them, inside what people write, and ordinary posts that only look like them.

Written from the public descriptions of the formats and from nothing else, before and apart from the rules of
`curation.patterns`, so that it can tell how good those are. Everything is made at run time from a seed: no token
stands in this folder, and none of those made opens anything.
"""

from tests.secret_generator.ordinary import ordinary_posts
from tests.secret_generator.wrapping import Leak, leaks

__all__ = ["Leak", "leaks", "ordinary_posts"]
