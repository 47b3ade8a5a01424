"""The Activity Streams vocabulary as an xAPI profile: http://activitystrea.ms/schema/

Two spellings are in use: the profile's `http://activitystrea.ms/approve` and, in the older registry,
`http://activitystrea.ms/schema/1.0/approve`. We write the first; `profile.jsonld` says that they are equal.
"""

from xapi.model import Verb

TAGGED = Verb(id="http://activitystrea.ms/tag", display={"en-US": "tagged"})
APPROVED = Verb(id="http://activitystrea.ms/approve", display={"en-US": "approved"})
REJECTED = Verb(id="http://activitystrea.ms/reject", display={"en-US": "rejected"})
ARCHIVED = Verb(id="http://activitystrea.ms/archive", display={"en-US": "archived"})

ARTICLE = "http://activitystrea.ms/article"
AUDIO = "http://activitystrea.ms/audio"
COMMENT = "http://activitystrea.ms/comment"
PERSON = "http://activitystrea.ms/person"
_SHORT = "http://activitystrea.ms/"
_LONG = "http://activitystrea.ms/schema/1.0/"


def same_as(iri: str) -> str:
    """The spelling we write, for either spelling of an Activity Streams IRI; other IRIs unchanged.

    For reading only: a stored statement is never rewritten.
    """
    return _SHORT + iri[len(_LONG) :] if iri.startswith(_LONG) else iri
