"""Who is in a course: Names and Role Provisioning Services 2.0 (https://www.imsglobal.org/spec/lti-nrps/v2p0).

Of everybody only the LMS's own id and the roles are taken; names and mail addresses are not even looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gleanery.errors import BadInput, Gone
from gleanery.ports import Context
from gleanery.ports.registering import Course, Member
from lms_adapters.lti.access import Access
from lms_adapters.lti.claims import Launch, roles_of
from lms_adapters.lti.paging import pages_of

_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_SLOT = "courses"
_MOST = 1_000


class Rosters:
    """The courses that launches came from, by the LMS's own ids."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._noting = ctx, threading.Lock()

    def note(self, launch: Launch) -> None:
        """Remember where the roster of a launch's course is."""
        if launch.roster is None or not launch.course:
            return
        with self._noting:
            known = self._known()
            if known.get(launch.course) != launch.roster and len(known) < _MOST:
                self._ctx.store.put(_SLOT, known | {launch.course: launch.roster})

    def courses(self) -> Sequence[Course]:
        """By their ids."""
        return [Course(one) for one in sorted(self._known())]

    def members(self, course: str, access: Access) -> Iterator[Member]:
        """Everybody in a course. Raises: Gone, and as `pages_of`."""
        url = self._known().get(course)
        if url is None:
            raise Gone(
                "lti: no launch came from a course of this id that offers its roster.",
                remedy="Open a link in the course once; in the LMS the tool must be allowed to read names and roles.",
            )
        for page in pages_of(access, url, (_SCOPE,), _TYPE):
            members = page.get("members") if isinstance(page, Mapping) else None
            if not isinstance(members, list):
                raise BadInput("lti: the LMS answered no roster.", remedy="Tell the LMS's makers.")
            yield from (_member(row) for row in members if _is_member(row))

    def _known(self) -> dict[str, str]:
        return dict(self._ctx.store.get(_SLOT) or {})


def _is_member(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("user_id"), str)


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        row["user_id"], tuple(sorted(roles_of(row.get("roles")))), row.get("status", "Active") == "Active"
    )
