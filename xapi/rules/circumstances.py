"""The rules of results, contexts and attachments."""

from __future__ import annotations

from msgspec import UNSET

from xapi.errors import InvalidStatement
from xapi.forms import is_duration, is_iri, is_language, is_media_type, is_sha2
from xapi.model import Attachment, Context, Result, Version
from xapi.rules.activities import check_related
from xapi.rules.actors import check_actor, check_group
from xapi.rules.faults import below, broken, must, under
from xapi.rules.participants import check_participants
from xapi.rules.scores import check_score
from xapi.rules.texts import check_extensions, check_languages

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
"""The usage of an attachment that signs its statement."""

_SIGNED_TYPE = "application/octet-stream"


def check_result(result: Result) -> None:
    """Scores lie in their ranges, durations have their form."""
    if result.score is not UNSET:
        check_score(result.score)
    if result.duration is not UNSET and not is_duration(result.duration):
        raise broken("$.duration", "duration", "is no ISO 8601 duration")
    if result.extensions is not UNSET:
        check_extensions(result.extensions)


def check_context(context: Context, version: Version, *, about_activity: bool) -> None:
    """Some properties only make sense about an activity."""
    if not about_activity:
        must(context.revision is UNSET, "$.revision", "activity-only", "needs an Activity as object")
        must(context.platform is UNSET, "$.platform", "activity-only", "needs an Activity as object")
    if context.instructor is not UNSET:
        below("instructor", check_actor, context.instructor)
    if context.team is not UNSET:
        below("team", check_group, context.team)
    if not (context.context_agents is context.context_groups is UNSET):
        check_participants(context, version)
    if context.context_activities is not UNSET:
        try:
            check_related(context.context_activities)
        except InvalidStatement as error:
            raise under("contextActivities", error) from None
    language = context.language
    if language is not UNSET and not is_language(language):
        raise broken("$.language", "language", "is no language tag")
    if context.extensions is not UNSET:
        check_extensions(context.extensions)


def check_attachment(attachment: Attachment) -> None:
    """A file is described by type, length and hash."""
    must(is_iri(attachment.usage_type), "$.usageType", "iri", "is no absolute IRI")
    check_languages(attachment.display, "$.display")
    if attachment.description is not UNSET:
        check_languages(attachment.description, "$.description")
    must(is_media_type(attachment.content_type), "$.contentType", "media-type", "is no media type")
    if attachment.usage_type == SIGNATURE and attachment.content_type.lower() != _SIGNED_TYPE:
        raise broken("$.contentType", "signature", f"a signature is {_SIGNED_TYPE}")
    must(attachment.length >= 0, "$.length", "length", "is negative")
    must(is_sha2(attachment.sha2), "$.sha2", "sha2", "is no hex SHA-2")
    if attachment.file_url is not UNSET:
        must(is_iri(attachment.file_url), "$.fileUrl", "iri", "is no absolute IRI")
