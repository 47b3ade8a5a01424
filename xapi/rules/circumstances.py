"""The rules of results, contexts and attachments."""

from __future__ import annotations

from msgspec import UNSET

from xapi.errors import InvalidStatement
from xapi.forms import is_duration, is_iri, is_language, is_media_type, is_sha2
from xapi.model import Attachment, Context, Result, Score
from xapi.rules.activities import check_related
from xapi.rules.actors import check_actor, check_team
from xapi.rules.faults import below, broken, must, under
from xapi.rules.texts import check_extensions, check_languages


def check_result(result: Result) -> None:
    """Scores lie in their ranges, durations have their form."""
    score = result.score
    if score is not UNSET:
        scaled = score.scaled
        if scaled is not UNSET and not -1 <= scaled <= 1:
            raise broken("$.score.scaled", "score-range", "is not between -1 and 1")
        if not (score.raw is score.min is score.max is UNSET):
            _check_raw_score(score)
    if result.duration is not UNSET and not is_duration(result.duration):
        raise broken("$.duration", "duration", "is no ISO 8601 duration")
    if result.extensions is not UNSET:
        check_extensions(result.extensions)


def _check_raw_score(score: Score) -> None:
    raw, low, high = score.raw, score.min, score.max
    if low is not UNSET and high is not UNSET and low >= high:
        raise broken("$.score.min", "score-range", "is not below max")
    if raw is not UNSET and ((low is not UNSET and raw < low) or (high is not UNSET and raw > high)):
        raise broken("$.score.raw", "score-range", "is not between min and max")


def check_context(context: Context, *, about_activity: bool) -> None:
    """Some properties only make sense about an activity."""
    if not about_activity:
        must(context.revision is UNSET, "$.revision", "activity-only", "needs an Activity as object")
        must(context.platform is UNSET, "$.platform", "activity-only", "needs an Activity as object")
    if context.instructor is not UNSET:
        below("instructor", check_actor, context.instructor)
    if context.team is not UNSET:
        below("team", check_team, context.team)
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
    must(attachment.length >= 0, "$.length", "length", "is negative")
    must(is_sha2(attachment.sha2), "$.sha2", "sha2", "is no hex SHA-2")
    if attachment.file_url is not UNSET:
        must(is_iri(attachment.file_url), "$.fileUrl", "iri", "is no absolute IRI")
