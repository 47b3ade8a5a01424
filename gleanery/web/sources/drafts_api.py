"""The API of drafts: setting up a source step by step, as the wizard does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException

from gleanery.errors import BadInput
from gleanery.flow import configuring, drafts, forms
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.drafts import Draft, NoDraft
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.routes import Routes, Visiting
from gleanery.web.sources import drafts_shapes as shapes
from gleanery.web.sources.shapes import Done, SignInBegun
from gleanery.web.sources.shared import RESERVED, redirect_address

ONE = "/source-drafts/{draft}"


class DraftsApi:
    """Drafts, for programs."""

    def __init__(self, house: House) -> None:
        self._house = house

    def add_to(self, routes: Routes) -> None:
        """The addresses of drafts."""
        deeds: tuple[tuple[str, str, Any, str, Any], ...] = (
            ("GET", "/source-drafts", self.drafts, "", shapes.DraftList),
            ("POST", "/source-drafts", self.begin, "source.draft", shapes.DraftTold),
            ("GET", ONE, self.draft, "", shapes.DraftTold),
            ("PATCH", ONE, self.fill, "source.draft", shapes.DraftTold),
            ("GET", f"{ONE}/choices", self.choices, "", shapes.ChoiceList),
            ("POST", f"{ONE}/sign-in", self.sign_in, "source.draft-sign-in", SignInBegun),
            ("POST", f"{ONE}/try", self.try_out, "source.draft-try", shapes.DraftTold),
            ("POST", f"{ONE}/save", self.save, "source.add", Done),
            ("DELETE", ONE, self.discard, "source.draft-discard", Done),
        )
        for method, path, endpoint, does, model in deeds:
            routes.api(
                method, path, Right.MANAGE_SOURCES, endpoint, does=does, response_model=model,
                errors=(404, 409, 410, 503),
            )  # fmt: skip

    def drafts(self, visitor: Visiting) -> shapes.DraftList:
        """What you are setting up."""
        found = [_told(one) for one in drafts.drafts_of(self._house, visitor.person_id) if not one.is_sign_in]
        return shapes.DraftList(items=found, total=len(found))

    def begin(self, visitor: Visiting, new: shapes.NewDraft) -> shapes.DraftTold:
        """Begin to set up a source."""
        return _told(drafts.begin(self._house, new.connector, visitor.person_id))

    def draft(self, visitor: Visiting, draft: UUID) -> shapes.DraftTold:
        """One draft, with what its last trial said."""
        return _told(self._known(visitor, draft))

    def fill(self, visitor: Visiting, draft: UUID, edit: shapes.DraftEdit) -> shapes.DraftTold:
        """Enter settings, what to read of what there is, and how often."""
        found = self._known(visitor, draft)
        if edit.name in RESERVED:
            raise BadInput("A page of the desk has this name.", remedy="Choose another one.")
        if edit.settings is not None:
            fields = configuring.settings_fields(found.connector)
            found = drafts.fill(self._house, found, edit.name or "", forms.taken_apart(fields, edit.settings))
        if edit.chosen is not None:
            found = drafts.choose(self._house, found, edit.chosen)
        every = edit.every_minutes or found.every_minutes
        first = edit.first_items if "first_items" in edit.model_fields_set else found.first_items
        return _told(drafts.plan(self._house, found, every, first))

    def choices(self, visitor: Visiting, draft: UUID) -> shapes.ChoiceList:
        """What there is to choose from, where the platform lists it."""
        found = drafts.choices(self._house, self._whole(visitor, draft))
        items = [shapes.ChoiceTold(value=one.value, label=one.label) for one in found]
        return shapes.ChoiceList(items=items, total=len(items))

    def sign_in(self, visitor: Visiting, draft: UUID) -> SignInBegun:
        """Begin a sign-in at the platform; a person opens the address."""
        redirect = redirect_address(self._house)
        found = drafts.ask_platform(self._house, self._whole(visitor, draft), redirect, visitor.account)
        return SignInBegun(address=found.opens, until=found.opens_until)

    def try_out(self, visitor: Visiting, draft: UUID) -> shapes.DraftTold:
        """Check it, and begin to find out what would come; the outlook stands in the draft once that has ended."""
        found, _ = drafts.try_out(self._house, self._whole(visitor, draft))
        return _told(found)

    def save(self, visitor: Visiting, draft: UUID) -> Done:
        """Make it a source; its first reading begins."""
        drafts.save(self._house, self._whole(visitor, draft), visitor.account)
        return Done(changed=True)

    def discard(self, visitor: Visiting, draft: UUID) -> Done:
        """Forget it, with its secrets and its sign-in."""
        drafts.discard(self._house, self._known(visitor, draft))
        return Done(changed=True)

    def _known(self, visitor: Visitor, draft_id: UUID) -> Draft:
        """A draft of this visitor's. Raises: HTTPException 404."""
        try:
            found = drafts.find(self._house, draft_id, visitor.person_id)
        except NoDraft as error:
            raise HTTPException(404, error.message) from error
        if found.is_sign_in:
            raise HTTPException(404, "There is no such draft.")
        return found

    def _whole(self, visitor: Visitor, draft_id: UUID) -> Draft:
        """One whose settings were entered. Raises: HTTPException 404, BadInput."""
        found = self._known(visitor, draft_id)
        if not found.name:
            raise BadInput("The draft has no settings yet.", remedy="Send them first.")
        return found


def _told(draft: Draft) -> shapes.DraftTold:
    return shapes.DraftTold(
        id=draft.id,
        connector=draft.connector,
        name=draft.name,
        every_minutes=draft.every_minutes,
        first_items=draft.first_items,
        is_signed_in=draft.allowed is not None,
        lacking=list(draft.lacking),
        checks=[dict(one) for one in draft.checks],
        outlook=[dict(one) for one in draft.outlook],
    )
