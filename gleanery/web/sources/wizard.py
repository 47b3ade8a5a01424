"""Setting up a source, step by step: each step is kept, so that a reload, Back or a break loses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import drafts, forms, runs
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.catalogue import Offered, manifest_of, offered
from gleanery.flow.configuring import settings_fields
from gleanery.flow.drafts import Draft, NoDraft
from gleanery.flow.rights import Right
from gleanery.model.runs import Run
from gleanery.ports import Choice
from gleanery.web.routes import Routes, Visiting
from gleanery.web.sources.shared import RESERVED, Desk, Typed, is_encrypted, redirect_address, texts
from gleanery.web.sources.wording import STEPS
from gleanery.web.words import N_

DRAFT = "/sources/new/{draft}"
TAKEN_BY_PAGES = N_("This name is taken by a page of the desk; choose another one.")


@dataclass(frozen=True)
class Step:
    """A step as the head of the wizard shows it; it can be opened once those before it are done."""

    slug: str
    label: str
    is_open: bool


class Wizard(Desk):
    """The steps from the catalogue to the first reading."""

    def add_to(self, routes: Routes) -> None:
        """The routes of the wizard."""
        manage = Right.MANAGE_SOURCES
        routes.act("/sources/new", manage, self.begin, does="source.draft")
        routes.page(DRAFT, manage, self.go_on)
        routes.page(f"{DRAFT}/manifest.yaml", manage, self.manifest)
        routes.page(f"{DRAFT}/{{step}}", manage, self.step)
        routes.act(f"{DRAFT}/settings", manage, self.fill, does="source.draft")
        routes.act(f"{DRAFT}/sign-in", manage, self.sign_in, does="source.draft-sign-in")
        routes.act(f"{DRAFT}/choose", manage, self.choose, does="source.draft")
        routes.act(f"{DRAFT}/test", manage, self.test, does="source.draft-try")
        routes.act(f"{DRAFT}/schedule", manage, self.save, does="source.add")
        routes.act(f"{DRAFT}/discard", manage, self.discard, does="source.draft-discard")

    # ------------------------------------------------------------------ looking

    def go_on(self, visitor: Visiting, draft: UUID) -> Response:
        """The step that comes next."""
        return self._to(self._draft(visitor, draft))

    def manifest(self, visitor: Visiting, draft: UUID) -> Response:
        """The manifest of the app, as a file."""
        text = manifest_of(self._draft(visitor, draft).connector, redirect_address(self.house))
        if not text:
            raise HTTPException(404, "This connector's platform takes no manifest.")
        disposition = {"content-disposition": 'attachment; filename="gleanery-app.yaml"'}
        return PlainTextResponse(text, headers=disposition, media_type="application/yaml")

    def step(self, request: Request, visitor: Visiting, draft: UUID, step: str) -> Response:
        """One step, as far as it can be opened."""
        found = self._draft(visitor, draft)
        if step not in {one.slug for one in self._steps(found) if one.is_open}:
            return self._to(found)
        return self._page(request, found, step)

    def _page(
        self, request: Request, draft: Draft, step: str, *, status: int = 200, **values: Any
    ) -> Response:
        steps = {
            "settings": self._settings,
            "sign-in": self._sign_in,
            "choose": self._choices,
            "test": self._trial,
        }
        more = steps.get(step, _nothing)
        offer = self._offer(draft)
        redirect = redirect_address(self.house)
        return self.page(
            request, step.replace("-", "_"), status=status, draft=draft, step=step, about=offer.about,
            steps=self._steps(draft), redirect=redirect, encrypted=is_encrypted(redirect),
            **({"fault": None} | dict(more(draft)) | values),
        )  # fmt: skip

    def _settings(self, draft: Draft) -> Mapping[str, Any]:
        fields = settings_fields(draft.connector)
        offer = self._offer(draft)
        return {
            "fields": fields,
            "values": forms.shown(fields, draft.settings),
            "essential": offer.about.essential or tuple(one.name for one in fields),
            "left_out": (offer.about.chooses,) if offer.lists_choices else (),
            "name": draft.name,
            "manifest": manifest_of(draft.connector, redirect_address(self.house)),
        }

    def _choices(self, draft: Draft) -> Mapping[str, Any]:
        """What there is to choose from; why not, where the platform does not say."""
        setting = self._offer(draft).about.chooses
        chosen = set(draft.settings.get(setting, ()))
        try:
            found: Sequence[Choice] = drafts.choices(self.house, draft)
        except GleaneryError as error:
            return {"choices": (), "chosen": chosen, "fault": error}
        return {"choices": found, "chosen": chosen}

    def _sign_in(self, draft: Draft) -> Mapping[str, Any]:
        return {"waits": draft.waits_for_platform(self.house.now())}

    def _trial(self, draft: Draft) -> Mapping[str, Any]:
        """What the last trial said, and whether it still goes on."""
        under_way: Sequence[Run] = [
            run for run in runs.under_way(self.house, drafts.TRY) if run.subject == str(draft.id)
        ]
        return {"trial": under_way[0] if under_way else None}

    # ------------------------------------------------------------------ acting

    def begin(self, visitor: Visiting, connector: Annotated[str, Form(max_length=100)]) -> Response:
        """Begin with a connector of the catalogue."""
        return self._to(drafts.begin(self.house, connector, visitor.person_id))

    def fill(self, request: Request, visitor: Visiting, draft: UUID, typed: Typed) -> Response:
        """Keep the settings; refused ones come back with everything that was typed but the secrets."""
        found, given = self._draft(visitor, draft), texts(typed)
        fields, name = settings_fields(found.connector), given.get("source-name", "")
        try:
            if name in RESERVED:
                raise BadInput(TAKEN_BY_PAGES)
            filled = drafts.fill(self.house, found, name, forms.entered(fields, given))
            if drafts.signs_in(self.house, filled) and filled.allowed is None:
                filled = self._asked(visitor, filled)
        except GleaneryError as error:
            kept = forms.shown(fields, found.settings)
            values = {
                one.name: kept[one.name] if one.kind is forms.Kind.SECRET else given.get(one.name, "")
                for one in fields
            }
            return self._page(
                request, found, "settings", status=422, fault=error, values=values, name=found.name or name
            )
        return self._to(filled)

    def sign_in(self, visitor: Visiting, draft: UUID) -> Response:
        """Begin the sign-in anew."""
        found = self._asked(visitor, self._draft(visitor, draft))
        return RedirectResponse(f"/sources/new/{found.id}/sign-in", 303)

    def _asked(self, visitor: Visitor, draft: Draft) -> Draft:
        return drafts.ask_platform(self.house, draft, redirect_address(self.house), visitor.account)

    def choose(self, visitor: Visiting, draft: UUID, typed: Typed) -> Response:
        """Keep what is to be read."""
        values = [value for value in typed.getlist("chosen") if isinstance(value, str)]
        everything = typed.get("all") == "on"
        found = drafts.choose(self.house, self._draft(visitor, draft), () if everything else values)
        return RedirectResponse(f"/sources/new/{found.id}/test", 303)

    def test(self, visitor: Visiting, draft: UUID) -> Response:
        """Check it, and begin to find out what would come."""
        found, _ = drafts.try_out(self.house, self._draft(visitor, draft))
        return RedirectResponse(f"/sources/new/{found.id}/test", 303)

    def save(
        self,
        request: Request,
        visitor: Visiting,
        draft: UUID,
        every_minutes: Annotated[int, Form(ge=1, le=525_600)] = 60,
        first_items: Annotated[int, Form(ge=0, le=1_000_000)] = 200,
    ) -> Response:
        """Make it a source; its first reading begins."""
        found = self._draft(visitor, draft)
        found = drafts.plan(self.house, found, every_minutes, first_items)
        try:
            name = drafts.save(self.house, found, visitor.account)
        except GleaneryError as error:
            return self._page(request, found, "schedule", status=422, fault=error)
        return RedirectResponse(f"/sources/{name}?said=added", 303)

    def discard(self, visitor: Visiting, draft: UUID) -> Response:
        """Forget the draft."""
        drafts.discard(self.house, self._draft(visitor, draft))
        return RedirectResponse("/sources?said=discarded", 303)

    # ------------------------------------------------------------------ where one is

    def _draft(self, visitor: Visitor, draft_id: UUID) -> Draft:
        try:
            found = drafts.find(self.house, draft_id, visitor.person_id)
        except NoDraft as error:
            raise HTTPException(404, error.message) from error
        if found.is_sign_in:
            raise HTTPException(404, "There is no such draft.")
        return found

    def _offer(self, draft: Draft) -> Offered:
        offer = offered(draft.connector)
        if offer is None:
            raise HTTPException(404, f"The connector {draft.connector} is not installed any more.")
        return offer

    def _steps(self, draft: Draft) -> Sequence[Step]:
        is_whole, signs_in = bool(draft.name), False
        if is_whole:
            try:
                signs_in = drafts.signs_in(self.house, draft)
            except GleaneryError:
                is_whole = False  # a setting is no longer right: a file was moved, say
        has_access = is_whole and (draft.allowed is not None or not signs_in)
        offers = self._offer(draft).lists_choices and not draft.settings.get("export")
        shown = {
            "settings": True,
            **({"sign-in": is_whole} if signs_in or (offers and not is_whole) else {}),
            **({"choose": has_access} if offers else {}),
            "test": has_access,
            "schedule": has_access,
        }
        return [Step(slug, STEPS[slug], is_open) for slug, is_open in shown.items()]

    def _to(self, draft: Draft) -> Response:
        """Lead on to the first step that is not done."""
        steps = [one.slug for one in self._steps(draft) if one.is_open]
        done = {"settings": bool(draft.name) and len(steps) > 1, "sign-in": draft.allowed is not None}
        following = next((slug for slug in steps if not done.get(slug, False)), steps[-1])
        return RedirectResponse(f"/sources/new/{draft.id}/{following}", 303)


def _nothing(_: Draft) -> Mapping[str, Any]:
    return {}
