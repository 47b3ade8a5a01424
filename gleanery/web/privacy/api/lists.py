"""HR lists for programs."""

from __future__ import annotations

from uuid import UUID

from gleanery.flow.inquiries import kept, lists, work
from gleanery.flow.inquiries.kept import Opened
from gleanery.flow.people.directory_undo import undo_import
from gleanery.flow.rights import Right
from gleanery.web.privacy.api.inquiries import looks
from gleanery.web.privacy.api.shapes import lists as shapes
from gleanery.web.privacy.lists import bring_in, list_of
from gleanery.web.privacy.office import Office
from gleanery.web.routes import Routes, Visiting


class ListApi:
    """HR lists: looked at first, then brought in."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of HR lists."""
        change, here = Right.MANAGE_PEOPLE, "/privacy/hr-lists/{key}"
        routes.api("GET", "/privacy/hr-lists", Right.SEE_PRIVACY, self.imports)
        routes.api("POST", "/privacy/hr-lists", change, self.take, does="hr-list.plan", status_code=201)
        routes.api("POST", "/privacy/hr-lists/undo", change, self.undo, does="hr-list.undo", errors=(409,))
        routes.api("GET", here, change, self.read, errors=(404,))
        routes.api(
            "POST", f"{here}/import", change, self.bring_in, does="hr-list.import", errors=(404, 409),
            status_code=202,
        )  # fmt: skip

    def imports(self) -> shapes.Imports:
        """The lists that were brought in, the newest first."""
        rows = [shapes.Import.model_validate(one) for one in lists.imports(self._house)]
        return shapes.Imports(items=rows, total=len(rows))

    def take(self, visitor: Visiting, sent: shapes.HrList) -> shapes.HrListSeen:
        """Look at what a list would change; nothing is brought in."""
        raw = sent.text.encode("utf-8", "replace")
        key = lists.take(self._house, raw, visitor.account, complete=sent.complete, many=sent.many)
        self._office.begin(work.LOOK, key, visitor)
        return self._told(kept.read(self._house, key))

    def read(self, key: UUID) -> shapes.HrListSeen:
        """A list as it stands."""
        return self._told(list_of(self._office, key))

    def bring_in(self, visitor: Visiting, key: UUID) -> shapes.HrListSeen:
        """Bring the list in."""
        bring_in(self._office, visitor, list_of(self._office, key))
        return self._told(list_of(self._office, key))

    def undo(self, visitor: Visiting) -> shapes.Undone:
        """Take the last list back."""
        return shapes.Undone.model_validate(undo_import(self._house, visitor.account))

    def _told(self, opened: Opened) -> shapes.HrListSeen:
        return shapes.HrListSeen(
            id=opened.id,
            until=opened.until,
            looks=looks(self._office, opened.id),
            plan=opened.found.get("plan"),
            done=opened.found.get("done"),
        )
