"""What Moodle's web services take and refuse, as it was recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from tests.moodle_server import learning
from tests.moodle_server.activity import Form

ENDPOINT = "/webservice/rest/server.php"
Reply = tuple[int, str, bytes]

FAILURES = {
    "maintenance": ("core_webservice_get_site_info", "maintenance_mode"),
    "off": ("core_webservice_get_site_info", "webservices_disabled"),
    "invalidtoken": ("core_webservice_get_site_info", "bad_token"),
    "accessexception": ("core_webservice_get_site_info", "user_not_authorised_for_service"),
    "unknown_function": ("core_nope_nope", "unknown_function"),
    "no_function": ("_no_function", "no_function"),
    "invalidparameter": ("mod_data_add_entry", "empty_data"),
    "no_database": ("mod_data_add_entry", "nonexistent_db"),
    "no_entry": ("mod_data_get_entry", "get_deleted"),
    "not_saved": ("mod_data_add_entry", "value_not_json"),
    "nopermissions": ("mod_data_approve_entry", "approve_nocap"),
    "noaccess": ("mod_data_update_entry", "update_other_users_entry"),
    "requireloginerror": ("mod_data_add_entry", "nocap"),
    "errorcoursecontextnotvalid": ("core_course_get_contents", "missing_capability"),
}
"""What `fail_next` can answer, as (function, case) of the recording."""

_NOT_UPDATED = {
    "updated": False,
    "generalnotifications": [],
    "fieldnotifications": [{"fieldname": "Reviewer", "notification": "You must supply a value here."}],
    "warnings": [],
}
MADE_UP: Mapping[str, Reply] = {
    "html": (200, "text/html; charset=utf-8", b"<!DOCTYPE html><title>Sign in</title>"),
    "busy": (429, "text/plain", b"slow down"),
    "blocked": (403, "text/html; charset=utf-8", b"<!DOCTYPE html><title>Blocked</title>"),
    "elsewhere": (404, "text/html; charset=utf-8", b"<!DOCTYPE html><title>Not here</title>"),
    "not_updated": (200, "application/json", json.dumps(_NOT_UPDATED).encode()),
}
"""What no recording shows: mostly what stands in front of a site rather than in it."""

_DATA = r"data\[\d+\]\[(fieldid|subfield|value)\]"
_COMMON = frozenset({"wstoken", "wsfunction", "moodlewsrestformat"})
PARAMETERS = {
    "core_webservice_get_site_info": ("", ""),
    "mod_data_get_databases_by_courses": (r"courseids\[\d+\]", ""),
    "mod_data_get_fields": ("databaseid", "databaseid"),
    "mod_data_get_entry": ("entryid|returncontents", "entryid"),
    "mod_data_search_entries": ("databaseid|groupid|returncontents|search|page|perpage", "databaseid"),
    "mod_data_add_entry": (f"databaseid|groupid|{_DATA}", "databaseid data[0][fieldid]"),
    "mod_data_update_entry": (f"entryid|{_DATA}", "entryid data[0][fieldid]"),
    "mod_data_delete_entry": ("entryid", "entryid"),
    "mod_data_get_entries": ("databaseid|groupid|returncontents|sort|order|page|perpage", "databaseid"),
    learning.USERS: (r"courseid|options\[\d+\]\[(name|value)\]", "courseid"),
    learning.COMPLETION: ("courseid|userid", "courseid userid"),
    learning.GRADES: ("courseid|userid|groupid", "courseid"),
    learning.COMPETENCIES: ("id", "id"),
    learning.RATINGS: ("courseid|userid|moduleid", "courseid userid moduleid"),
    learning.BADGES: ("userid|courseid|page|perpage|search|onlypublic", ""),
    learning.BATCH: (r"requests\[\d+\]\[(function|arguments)\]", "requests[0][function]"),
}
"""The functions served: which parameters each takes (a pattern), and which it must have."""


def accepted(function: str, form: Form) -> bool:
    """Whether Moodle takes these parameters: none unknown, none missing, numbers where it wants them."""
    allowed, needed = PARAMETERS[function]
    own = {name: value for name, value in form.items() if name not in _COMMON}
    known = all(re.fullmatch(allowed, name) for name in own)
    numbers = all(value.isdigit() for name, value in own.items() if re.search(r"id\]?$|ids\[", name))
    return known and numbers and all(name in own for name in needed.split())
