"""What Moodle's refusals mean and who can put them right.

Moodle answers most refusals with status 200 and `{"exception", "errorcode", "message"}`. Only `errorcode` is
looked at: exception classes were renamed between versions and messages are translated. One code stands for
many causes (`accessexception`), so the remedy lists them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gleanery.errors import BadInput, ConfigError, Conflict, Denied, GleaneryError, Gone, Unreachable

_SERVICE = "Site administration > Server > Web services > External services"
_TOKENS = "Site administration > Server > Web services > Manage tokens"
_RIGHTS = "Give the token's account a role in that course with {rights} (and moodle/course:view if it is not enrolled)."
_LOG = "Look it up in Moodle's log (Site administration > Reports > Logs)."
_ENTRY_RIGHTS = "mod/data:viewentry and mod/data:writeentry"
_RIGHTS_FOR: Mapping[str, str] = {
    "local_gleanery_": "local/gleanery:manage, moodle/course:manageactivities, moodle/course:update, "
    "mod/url:addinstance, mod/page:addinstance and mod/label:addinstance",
    "core_enrol_": "moodle/course:viewparticipants",
    "core_completion_": "report/progress:view",
    "gradereport_": "gradereport/user:view and moodle/grade:viewall",
    "report_competency_": "moodle/competency:usercompetencyview and moodle/competency:coursecompetencyview",
    "core_competency_": "moodle/competency:coursecompetencyview",
    "core_badges_": "moodle/badges:viewotherbadges",
}
"""What the functions whose names begin so need, where it is not what entries need."""

_OURS = "local_gleanery_"

Refusal = tuple[type[GleaneryError], str, str]

REFUSALS: Mapping[str, Refusal] = {
    "invalidtoken": (
        ConfigError,
        "does not know the token",
        f"Make one for the service account under {_TOKENS}, for a service that holds the functions listed in "
        "the how-to, and set `token` to it.",
    ),
    "accessexception": (
        ConfigError,
        "refuses the token for {function}",
        f"Check under {_SERVICE} that the service is enabled, holds {{function}} and authorises the account, "
        f"and under {_TOKENS} that the token is neither expired nor bound to another IP address.",
    ),
    "servicenotavailable": (
        ConfigError,
        "says that the token's service is not available",
        f"Enable the service under {_SERVICE}.",
    ),
    "nopermissions": (Denied, "says that the token's account lacks a capability for {function}", _RIGHTS),
    "nopermission": (Denied, "says that the token's account lacks a capability for {function}", _RIGHTS),
    "noaccess": (
        Denied,
        "does not let the token's account change this entry",
        f"{_RIGHTS} Check also that the activity is open for entries and below its maximum of entries, and "
        "that approved entries may be edited (setting `Allow editing of approved entries`).",
    ),
    "requireloginerror": (Denied, "does not let the token's account into the course or activity", _RIGHTS),
    "errorcoursecontextnotvalid": (Denied, "does not let the token's account into the course", _RIGHTS),
    "usernotfullysetup": (
        Denied,
        "wants the token's account to complete its profile",
        "Sign in as that account once and fill in the required fields.",
    ),
    "sitepolicynotagreed": (
        Denied,
        "wants the token's account to agree to the site policy",
        "Sign in as that account once and agree.",
    ),
    "forcepasswordchangenotice": (
        Denied,
        "wants the token's account to change its password",
        "Sign in as that account once and change it.",
    ),
    "notopenyet": (
        Denied,
        "says that the Database activity is not open yet",
        "Change its availability dates.",
    ),
    "expired": (Denied, "says that the Database activity is closed", "Change its dates."),
    "nofieldindatabase": (
        ConfigError,
        "says that the Database activity has no fields",
        "Add the fields named in the how-to.",
    ),
    "invalidparameter": (
        BadInput,
        "does not accept the parameters of {function}",
        "Moodle 3.3 or newer is needed; turn on debugging in Moodle to see which parameter it is.",
    ),
    "sitemaintenance": (Unreachable, "is under maintenance", "It is tried again by itself."),
    "upgraderunning": (Unreachable, "is being upgraded", "It is tried again by itself."),
    "dbconnectionfailed": (Unreachable, "cannot reach its database", "It is tried again by itself."),
    "dmlreadexception": (Unreachable, "could not read its database", "It is tried again by itself."),
    "dmlwriteexception": (Unreachable, "could not write to its database", "It is tried again by itself."),
}

PLUGIN_REFUSALS: Mapping[str, Refusal] = {
    "badaddress": (BadInput, "refuses the item's address", "Give the item an http or https address."),
    "noaddress": (BadInput, "wants an address for a link", "Give the item an address, or retract it."),
    "nothingtoshow": (BadInput, "finds nothing to show in the item", "Give it an address, or retract it."),
    "badname": (BadInput, "refuses the title", "Shorten the title on the item's page."),
    "texttoolong": (BadInput, "refuses a text of that length", "Shorten the text on the item's page."),
    "badidnumber": (BadInput, "refuses the id number", "Install the plugin of this version of gleanery."),
    "badkind": (BadInput, "refuses the kind of activity", "Install the plugin of this version of gleanery."),
    "badlimit": (BadInput, "refuses so many at a time", "Install the plugin of this version of gleanery."),
    "busy": (Unreachable, "is changing the course for another call", "It is tried again by itself."),
    "idnumbertaken": (
        Conflict,
        "has an activity of another kind with the item's id number; it is left alone",
        "Take the id number off that activity (its settings > Common module settings).",
    ),
    "nosection": (ConfigError, "has no such section in the course", "Set `section` to one that is there."),
    "nosections": (ConfigError, "has a course without sections", "Choose a course format with sections."),
    "toomanysections": (
        ConfigError,
        "can add no more sections to the course",
        "Raise the limit (Site administration > Courses > Course default settings), or use another course.",
    ),
    "moduledisable": (
        ConfigError,
        "has switched off a kind of activity that is needed",
        "Switch URL, Page and Label on: Site administration > Plugins > Activity modules.",
    ),
}
"""What local_gleanery says, each code a string of its language file; and one that core says of its functions."""

# `invalidrecord` names a table in its message; the name is not translated. `data` comes last, for it may
# be a word of the sentence too.
_TABLES: Mapping[str, Refusal] = {
    "external_functions": (
        ConfigError,
        "does not know the function {function}",
        "Moodle 3.3 or newer with the Database activity is needed.",
    ),
    "data_records": (Gone, "no longer has this entry", "It was deleted there."),
    "course": (ConfigError, "has no such course", "Set `course` to the number after `id=` in its address."),
    "course_modules": (ConfigError, "no longer has the activity", "Choose another Database activity."),
    "data": (
        ConfigError,
        "has no such Database activity",
        "Set `database` to the activity's instance id (the number after `d=` in its address), "
        "or `course` and `name`.",
    ),
}


def refusal(function: str, body: Mapping[str, object]) -> GleaneryError:
    """The error for a refusing answer of this function."""
    code = str(body.get("errorcode", ""))
    if code == "invalidrecord":
        kind, what, remedy = _missing_record(str(body.get("message", "")))
    else:
        known = REFUSALS.get(code) or (PLUGIN_REFUSALS.get(code) if function.startswith(_OURS) else None)
        kind, what, remedy = known or _unknown(code)
    message, advice = (text.format(function=function, rights=_rights(function)) for text in (what, remedy))
    return kind(f"moodle: the site {message}.", remedy=advice)


def _rights(function: str) -> str:
    return next((of for start, of in _RIGHTS_FOR.items() if function.startswith(start)), _ENTRY_RIGHTS)


def _missing_record(message: str) -> Refusal:
    named = re.search(r"table (\w+)", message)
    words = [named[1]] if named else re.findall(r"\w+", message)
    table = next((table for table in _TABLES if table in words), None)
    return _TABLES[table] if table else (Gone, "no longer has a record that {function} needs", _LOG)


def _unknown(code: str) -> Refusal:
    """Some codes are whole sentences; braces in one must not be taken for a placeholder."""
    shown = code[:100].replace("{", "{{").replace("}", "}}")
    return BadInput, f"refused {{function}} ({shown})", _LOG
