"""/curation/rules: the list, one rule with what it would do before the button that switches it on, and the form."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.flow.rules import keeping, showing
from gleanery.flow.rules.fields import FIELDS, OPS
from gleanery.flow.rules.keeping import NoRule
from gleanery.flow.rules.what_if import WhatIf, what_if, what_if_written
from gleanery.flow.rules.writing import Written, checked
from gleanery.web.curation.rules import wording
from gleanery.web.curation.rules.forms import RuleForm, Short, form_of
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_, gettext

_SEE, _WRITE, _SWITCH = Right.SEE_QUEUE, Right.EDIT_ITEMS, Right.MANAGE_CURATION
PER_PAGE = 50

SAID = {
    "added": N_("Kept, switched off. Look at what it would do, then switch it on."),
    "changed": N_("Kept. The version in force judges on until this one is switched on."),
    "switched-on": N_("Switched on. What is there is judged anew by the next screening."),
    "switched-off": N_("Switched off. What is there is judged anew by the next screening."),
    "moved": N_("Moved."),
    "removed": N_("Removed. What it said of items can still be explained."),
    "undone": N_("The last change is undone."),
}

Page = Annotated[int, Query(ge=1, le=1_000)]
SaidNow = Annotated[str, Query(max_length=20)]


class Confirmed(BaseModel):
    """Switching on: `confirmed` is the second word for a rule that matches everything."""

    confirmed: bool = False
    note: Short = ""


class Moved(BaseModel):
    """Where a rule goes: one place up or down."""

    way: Literal["up", "down"]


class RulesDesk:
    """The pages of rules."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The pages and forms with their policies."""
        one = "/curation/rules/{rule:uuid}"
        routes.page("/curation/rules", _SEE, self.list)
        routes.page("/curation/rules/new", _WRITE, self.new)
        routes.act("/curation/rules", _WRITE, self.add, does="rule.add")
        routes.act("/curation/rules/undo", _SWITCH, self.undo, does="rule.undo")
        routes.page(one, _SEE, self.show)
        routes.page(f"{one}/edit", _WRITE, self.edit)
        routes.act(one, _WRITE, self.change, does="rule.change")
        routes.act(f"{one}/on", _SWITCH, self.switch_on, does="rule.switch-on")
        routes.act(f"{one}/off", _SWITCH, self.switch_off, does="rule.switch-off")
        routes.act(f"{one}/move", _SWITCH, self.move, does="rule.move")
        routes.act(f"{one}/remove", _SWITCH, self.remove, does="rule.remove")

    # ------------------------------------------------------------------ pages

    def list(self, request: Request, said: SaidNow = "") -> Response:
        """The rules in their order, and what was done with them last."""
        return self._list(request, said)

    def _list(self, request: Request, said: str = "", problem: GleaneryError | None = None) -> Response:
        return self._pages.page(
            request, "curation/rules/list.html", status=409 if problem else 200, rules=showing.listed(self._house),
            acts=showing.history(self._house), can_undo=showing.can_undo(self._house), said=_said(said),
            problem=problem, wording=wording, told=_effect,
        )  # fmt: skip

    def show(self, request: Request, rule: UUID, said: SaidNow = "", page: Page = 1) -> Response:
        """One rule, what it would do now, and its history."""
        return self._show(request, rule, said, page)

    def _show(
        self,
        request: Request,
        rule: UUID,
        said: str = "",
        page: int = 1,
        problem: GleaneryError | None = None,
    ) -> Response:
        try:
            found = showing.show(self._house, rule)
        except NoRule:
            raise HTTPException(404) from None
        written = found.newest if not found.line.fault else None
        return self._pages.page(
            request, "curation/rules/rule.html", status=409 if problem else 200, found=found, written=written,
            what=what_if(self._house, rule) if written is not None else None, said=_said(said), problem=problem,
            wording=wording, page=page, per_page=PER_PAGE, told=_effect, outline_of=_outline,
            address=lambda number: f"/curation/rules/{rule}?{urlencode({'page': number})}",
        )  # fmt: skip

    def new(self, request: Request, as_text: bool = False) -> Response:
        """The form of a new rule."""
        return self._form(request, RuleForm(as_text=as_text, source=_EXAMPLE if as_text else ""), None)

    def edit(self, request: Request, rule: UUID, as_text: bool = False) -> Response:
        """The form of a rule's next version."""
        try:
            found = showing.show(self._house, rule)
            form = form_of(found.newest, as_source=as_text)
        except NoRule:
            raise HTTPException(404) from None
        except BadInput as error:
            return self._form(request, RuleForm(name=found.line.name), rule, problem=error)
        return self._form(request, form, rule)

    def _form(
        self,
        request: Request,
        form: RuleForm,
        rule: UUID | None,
        what: WhatIf | None = None,
        problem: GleaneryError | None = None,
    ) -> Response:
        return self._pages.page(
            request, "curation/rules/form.html", status=422 if problem else 200, form=form, rule=rule, what=what,
            problem=problem, wording=wording, fields=FIELDS, ops=OPS, goals=self._house.config.goals,
            frameworks=showing.frameworks(self._house), per_page=PER_PAGE,
        )  # fmt: skip

    # ------------------------------------------------------------------ forms

    def add(self, request: Request, visitor: Visiting, form: Annotated[RuleForm, Form()]) -> Response:
        """Try it, or keep it, switched off."""

        def kept(written: Written) -> str:
            made = keeping.add(self._house, visitor.account, written, form.note)
            return f"/curation/rules/{made}?said=added"

        return self._written(request, form, None, kept)

    def change(
        self, request: Request, visitor: Visiting, rule: UUID, form: Annotated[RuleForm, Form()]
    ) -> Response:
        """Try what was changed, or keep it as the next version."""

        def kept(written: Written) -> str:
            keeping.change_rule(self._house, visitor.account, rule, written, form.note)
            return f"/curation/rules/{rule}?said=changed"

        return self._written(request, form, rule, kept)

    def _written(self, request: Request, form: RuleForm, rule: UUID | None, kept: Any) -> Response:
        if form.do_next == "row":
            return self._form(request, form, rule)
        try:
            written = form.written()
            if form.do_next == "try":
                return self._form(request, form, rule, what_if_written(self._house, written, instead_of=rule))
            return RedirectResponse(kept(written), 303)
        except NoRule:
            raise HTTPException(404) from None
        except GleaneryError as error:
            return self._form(request, form, rule, problem=error)

    def switch_on(
        self, request: Request, visitor: Visiting, rule: UUID, form: Annotated[Confirmed, Form()]
    ) -> Response:
        """Have it judge; where it matches everything, only with a second word."""
        try:
            keeping.switch_on(self._house, visitor.account, rule, confirmed=form.confirmed, note=form.note)
        except NoRule:
            raise HTTPException(404) from None
        except GleaneryError as error:
            return self._show(request, rule, problem=error)
        self._house.wake()
        return RedirectResponse(f"/curation/rules/{rule}?said=switched-on", 303)

    def switch_off(self, request: Request, visitor: Visiting, rule: UUID) -> Response:
        """Have it judge no more."""
        return self._turned(request, "switched-off", keeping.switch_off, visitor.account, rule)

    def move(
        self, request: Request, visitor: Visiting, rule: UUID, form: Annotated[Moved, Form()]
    ) -> Response:
        """One place up or down."""
        places = {one.id: one.place for one in showing.listed(self._house)}
        place = max(places.get(rule, 1) + (1 if form.way == "down" else -1), 1)
        return self._turned(request, "moved", keeping.move, visitor.account, rule, place)

    def remove(self, request: Request, visitor: Visiting, rule: UUID) -> Response:
        """Take it off the list."""
        return self._turned(request, "removed", keeping.remove, visitor.account, rule)

    def undo(self, request: Request, visitor: Visiting) -> Response:
        """Take the last change back."""
        return self._turned(request, "undone", keeping.undo, visitor.account)

    def _turned(self, request: Request, said: str, act: Any, account: str, *values: Any) -> Response:
        """The list after an act."""
        try:
            act(self._house, account, *values)
        except NoRule:
            raise HTTPException(404) from None
        except GleaneryError as error:
            return self._list(request, problem=error)
        self._house.wake()
        return RedirectResponse(f"/curation/rules?said={said}", 303)


_EXAMPLE = """name: Ask about sales decks
when:
  any:
    - {field: words, op: has word, value: sales deck}
    - all:
        - {field: platform, op: is, value: slack}
        - not: {field: author_is_outside, op: is, value: true}
effect: {do: ask, why: It may be for customers only.}
"""


def _said(code: str) -> str:
    return gettext(SAID[code]) if code in SAID else ""


def _effect(body: dict[str, Any]) -> str:
    """What the rule of a kept body does; nothing where it can no longer be read."""
    try:
        return wording.effect_told(checked(body).effect)
    except BadInput:
        return ""


def _outline(body: dict[str, Any]) -> wording.Outline | None:
    try:
        return wording.outline(checked(body).when)
    except BadInput:
        return None
