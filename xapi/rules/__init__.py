"""The rules of a statement that its types cannot say. Each has a name, which the error carries."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from xapi.errors import InvalidStatement
from xapi.forms import good_iris, good_languages, is_iri, is_new_iri
from xapi.model import Activity, Actor, Statement, StatementRef, SubStatement, Version
from xapi.rules.activities import check_definition
from xapi.rules.actors import check_actor, check_authority
from xapi.rules.circumstances import check_attachment, check_context, check_result
from xapi.rules.faults import below, broken, each, under
from xapi.rules.texts import check_languages
from xapi.vocabulary import adl


def check_statement(statement: Statement[Any], version: Version) -> None:
    """Raises InvalidStatement at the first broken rule of a family."""
    _check_common(statement, version)
    if statement.verb.id == adl.VOIDED.id and not isinstance(statement.object, StatementRef):
        raise broken("$.object", "voided-reference", "a voiding statement's object is a StatementRef")
    if statement.version is not UNSET:
        _check_version(statement.version, version)
    if statement.authority is not UNSET:
        below("authority", check_authority, statement.authority)


def _check_common(statement: Statement[Any] | SubStatement[Any], version: Version) -> None:
    """What statements and sub-statements have in common."""
    step = "actor"
    try:
        check_actor(statement.actor)
        step = "verb"
        verb = statement.verb
        if verb.id not in good_iris and not is_iri(verb.id):
            raise broken("$.id", "iri", "is no absolute IRI")
        if verb.display is not UNSET and not verb.display.keys() <= good_languages:
            check_languages(verb.display, "$.display")
        step = "object"
        thing = statement.object
        if type(thing) is Activity:
            if not is_new_iri(thing.id):
                raise broken("$.id", "iri", "is no absolute IRI")
            if thing.definition is not UNSET:
                check_definition(thing.definition)
        else:
            _check_object(thing, version)
        if statement.result is not UNSET:
            step = "result"
            check_result(statement.result)
        if statement.context is not UNSET:
            step = "context"
            check_context(statement.context, version, about_activity=type(thing) is Activity)
        if statement.attachments is not UNSET:
            step = "attachments"
            each(statement.attachments, check_attachment)
    except InvalidStatement as error:
        raise under(step, error) from None


def _check_object(thing: Actor | StatementRef | SubStatement[Any], version: Version) -> None:
    if isinstance(thing, Actor):
        check_actor(thing)
    elif isinstance(thing, SubStatement):
        _check_common(thing, version)


def _check_version(stated: str, version: Version) -> None:
    """A statement may say that it is of its family or of the one before; 1.0 is the data model of all 1.0.x."""
    known = ("1.0",) if version == "1.0.3" else ("1.0", "2.0")
    if not any(stated == family or stated.startswith(f"{family}.") for family in known):
        raise broken("$.version", "version", f"is not {'.x or '.join(known)}.x")
