"""What must hold before anything is delivered: the token, the course, each right by name, the tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gleanery.errors import Gone
from gleanery.ports import Check
from lms_adapters._text import plain
from lms_adapters.canvas.client import Client, Form
from lms_adapters.canvas.course import gone
from lms_adapters.canvas.refusals import RIGHTS
from lms_adapters.canvas.settings import Settings

RIGHTS_NEEDED: Mapping[str, tuple[str, ...]] = {
    "Course Content - add": ("manage_course_content_add", "manage_content"),
    "Course Content - edit": ("manage_course_content_edit", "manage_content"),
    "Course Content - delete": ("manage_course_content_delete", "manage_content"),
    "Pages - create": ("manage_wiki_create", "manage_wiki"),
    "Pages - update": ("manage_wiki_update", "manage_wiki"),
    "Pages - delete": ("manage_wiki_delete", "manage_wiki"),
}
"""Each right as Canvas's pages name it, and its names in the API: the newer one, and that of before it was split."""


def checks(client: Client, settings: Settings) -> Iterator[Check]:
    """One line for each thing looked at. Raises as Client.get."""
    client.get("users/self", "read its own account")
    yield Check("site", True, "Canvas answers and takes the token.")
    root = f"courses/{settings.course}"
    try:
        course = client.get(root, "open the course")
    except Gone as error:
        raise gone(root) from error
    if not isinstance(course, dict) or course.get("workflow_state") == "deleted":
        raise gone(root)
    yield Check(
        "course", True, f"Course {settings.course} ({plain(str(course.get('name', '')), 60)}) can be read."
    )
    yield from _rights(client, root)
    yield _modules(client, root, settings)
    if settings.tool is not None:
        yield _tool(client, root, settings.tool)


def _rights(client: Client, root: str) -> Iterator[Check]:
    wanted = sorted({name for names in RIGHTS_NEEDED.values() for name in names})
    query: Form = [("permissions[]", name) for name in wanted]
    held = client.get(f"{root}/permissions", "read its rights in the course", query)
    for name, names in RIGHTS_NEEDED.items():
        if not any(isinstance(held, dict) and held.get(one) for one in names):
            yield Check(f"right {name}", False, f"the token's account lacks the right {name!r}.", RIGHTS)


def _modules(client: Client, root: str, settings: Settings) -> Check:
    """Two modules of our name would be taken for one another."""
    query: Form = [("search_term", settings.module)] if len(settings.module) > 1 else []
    listed = client.every(f"{root}/modules", "list the modules", query)
    found = [one for one in listed if one.get("name") == settings.module]
    if len(found) > 1:
        message = f"the course has {len(found)} modules named {settings.module!r}."
        return Check("module", False, message, "Rename all but one, or set `module` to another name.")
    message = f"The module {settings.module!r} {'is there' if found else 'is made with the first item'}."
    return Check("module", True, message)


def _tool(client: Client, root: str, tool: int) -> Check:
    """It may be installed in the course or in an account above it."""
    listed = client.every(f"{root}/external_tools", "list the external tools", [("include_parents", True)])
    if any(str(one.get("id")) == str(tool) for one in listed):
        return Check("tool", True, f"The external tool {tool} is there.")
    remedy = "Install it (Settings > Apps), and set `tool` to its number: GET /api/v1/courses/COURSE/external_tools."
    return Check("tool", False, f"the course has no external tool {tool}.", remedy)
