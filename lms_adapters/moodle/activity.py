"""The Database activity: finding it, and checking that it has the fields we fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gleanery.errors import ConfigError, Denied
from gleanery.ports import Check
from lms_adapters.moodle.client import Client
from lms_adapters.moodle.form import ROLES, DataField, Form
from lms_adapters.moodle.settings import FieldNames, Settings

FUNCTIONS = (
    "mod_data_get_fields",
    "mod_data_get_entry",
    "mod_data_search_entries",
    "mod_data_add_entry",
    "mod_data_update_entry",
    "mod_data_delete_entry",
)
"""What the token's service must hold, beside core_webservice_get_site_info."""

FIND_BY_NAME = "mod_data_get_databases_by_courses"
_OPTIONAL = frozenset({"text", "source", "tags"})


@dataclass(frozen=True, slots=True)
class Activity:
    """The activity's instance id and its fields."""

    id: int
    form: Form


def functions_needed(settings: Settings) -> tuple[str, ...]:
    """The functions these settings make use of."""
    return (*FUNCTIONS, FIND_BY_NAME) if settings.name else FUNCTIONS


def open_activity(client: Client, settings: Settings) -> Activity:
    """The activity, ready to be written to. Raises: ConfigError if a field is missing; as Client.call."""
    database = locate(client, settings)
    fields = fields_of(client, database)
    for check in field_checks(settings.fields, fields):
        if not check.ok:
            raise ConfigError(f"moodle: {check.message}", remedy=check.remedy)
    return Activity(database, form_of(settings.fields, fields))


def locate(client: Client, settings: Settings) -> int:
    """The activity's instance id. Raises: ConfigError (none or several of that name), Denied (no access)."""
    if settings.database is not None:
        return settings.database
    course = settings.course or 0
    answer = client.call(FIND_BY_NAME, courseids=[course])
    if answer.get("warnings"):
        raise Denied(
            f"moodle: the token's account cannot see course {course}.",
            remedy="Check `course`, and give the account a role there with moodle/course:view.",
        )
    found = [database["id"] for database in answer["databases"] if database["name"] == settings.name]
    if len(found) == 1:
        return int(found[0])
    raise ConfigError(
        f"moodle: course {course} has {len(found) or 'no'} Database activities named {settings.name!r}.",
        remedy="Set `name` to its exact name, or `database` to the number after `d=` in its address.",
    )


def fields_of(client: Client, database: int) -> list[DataField]:
    """All fields of the activity."""
    answer: dict[str, Any] = client.call("mod_data_get_fields", databaseid=database)
    return [DataField.read(body) for body in answer["fields"]]


def form_of(names: FieldNames, fields: Sequence[DataField]) -> Form:
    """The fields of ours that are there."""
    by_name = {field.name: field for field in fields}
    wanted = {role: getattr(names, role) for role in ROLES}
    return Form({role: by_name[name] for role, name in wanted.items() if name in by_name})


def field_checks(names: FieldNames, fields: Sequence[DataField]) -> Iterator[Check]:
    """One line for each field of ours, and one on where the source is shown."""
    by_name = {field.name: field for field in fields}
    for role in ROLES:
        name = getattr(names, role)
        if name is not None:
            yield _field_check(role, name, by_name.get(name), asked_for=role in names.model_fields_set)
    form = form_of(names, fields)
    if not {"source", "text"} & set(form.fields):
        yield Check(
            "source",
            False,
            "no field is left to show where an item comes from.",
            f"Add a text field named {names.source or names.text or 'Source'} to the activity.",
        )


def _field_check(role: str, name: str, field: DataField | None, *, asked_for: bool) -> Check:
    kinds = ROLES[role][0]
    line = f"field {name}"
    if field is None and role in _OPTIONAL and not asked_for:
        return Check(line, True, f"the activity has no field {name}; it is left out.")
    if field is None:
        return Check(line, False, f"the activity has no field {name}.", _how_to_add(role, name))
    if field.type not in kinds:
        message = f"the field {name} is of type {field.type}; needed is {' or '.join(sorted(kinds))}."
        return Check(line, False, message, f"Change its type, or set fields.{role} to another field's name.")
    return Check(line, True, f"the field {name} is there.")


def _how_to_add(role: str, name: str) -> str:
    kind = {"link": "URL", "text": "Text area"}.get(role, "Short text")
    return (
        f"In Moodle open the activity, then Fields > Create a field > {kind}, and name it {name}; "
        f"or set fields.{role} to the name of a field that is there."
    )
