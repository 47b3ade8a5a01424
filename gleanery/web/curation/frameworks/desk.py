"""/curation/frameworks: which there are, the tree of one, what its versions changed, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.flow.collections.showing import titles
from gleanery.flow.frameworks import importing, looking
from gleanery.flow.house import House
from gleanery.flow.items.concepts import find_concepts
from gleanery.flow.rights import Right
from gleanery.model.frameworks import ChangeKind
from gleanery.model.posts import storable
from gleanery.web.curation.frameworks import wording
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting

_SEE, _MANAGE = Right.SEE_QUEUE, Right.MANAGE_CURATION
PATH = "/curation/frameworks"

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Iri = Annotated[str, Query(min_length=1, max_length=2_000)]


class Look(BaseModel):
    """Where in the tree, from where on, what was searched for, and what was just done."""

    below: str = Field(default="", max_length=2_000)
    q: str = Field(default="", max_length=400)
    after: int = Field(default=0, ge=0, le=10**6)
    said: str = Field(default="", max_length=20)


class FrameworksDesk:
    """The pages of frameworks."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The pages with their policies, and the forms for what waits."""
        one, version = f"{PATH}/{{name}}", f"{PATH}/{{name}}/versions/{{number}}"
        routes.page(PATH, _SEE, self.list)
        routes.page(one, _SEE, self.show)
        routes.page(f"{one}/competency", _SEE, self.competency)
        routes.page(version, _SEE, self.version)
        routes.act(f"{version}/bring-in", _MANAGE, self.bring_in, does="framework.bring-in")
        routes.act(f"{version}/refuse", _MANAGE, self.refuse, does="framework.refuse")

    def list(self, request: Request) -> Response:
        """Every framework."""
        return self._page(request, "list", rows=looking.listed(self._house))

    def show(
        self, request: Request, visitor: Visiting, name: Name, look: Annotated[Look, Query()]
    ) -> Response:
        """One framework: what waits, its tree or what was searched for, its versions, what retired and is used."""
        self._require(name)
        language, below = language_of(request, visitor), storable(look.below) or None
        leaves = looking.level(
            self._house, name, below, language, after=look.after, limit=looking.PER_PAGE + 1
        )
        line = next((one for one in looking.listed(self._house) if one.name == name), None)
        if line is None:
            raise HTTPException(404)
        return self._page(
            request, "one", name=name, line=line, look=look,
            here=looking.told(self._house, name, below, language) if below else None,
            leaves=leaves[: looking.PER_PAGE], more=len(leaves) > looking.PER_PAGE,
            found=find_concepts(self._house, look.q, language, framework=name) if look.q else (),
            versions=looking.versions(self._house, name),
            orphans=looking.orphans(self._house, name, language),
            said=wording.SAID.get(look.said, ""), may_manage=visitor.may(_MANAGE),
        )  # fmt: skip

    def competency(self, request: Request, visitor: Visiting, name: Name, iri: Iri) -> Response:
        """One competency: all its labels, what it means, where it stands, and what is tagged with it."""
        told = looking.told(self._house, name, storable(iri), language_of(request, visitor))
        if told is None:
            raise HTTPException(404)
        ids = [UUID(item) for item, _ in told.items]
        return self._page(
            request,
            "competency",
            name=name,
            told=told,
            titles=titles(self._house, ids) if ids else {},
            ids=ids,
        )

    def version(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        number: Number,
        kind: ChangeKind | None = None,
        after: Annotated[int, Query(ge=0, le=10**6)] = 0,
    ) -> Response:
        """One version: what it changed, and which rows could not be read."""
        version = looking.version(self._house, name, number)
        if version is None:
            raise HTTPException(404)
        rows = looking.changes(
            self._house, name, number, language_of(request, visitor), kind=kind, after=after,
            limit=looking.PER_PAGE + 1,
        )  # fmt: skip
        return self._page(
            request, "version", name=name, version=version, rows=rows[: looking.PER_PAGE], kind=kind,
            after=after, more=len(rows) > looking.PER_PAGE, may_manage=visitor.may(_MANAGE),
        )  # fmt: skip

    def bring_in(self, visitor: Visiting, name: Name, number: Number) -> Response:
        """Have a version that waits brought in."""
        importing.answer(self._house, name, number, visitor.account, bring_in=True)
        return RedirectResponse(f"{PATH}/{name}?said=wanted", 303)

    def refuse(self, visitor: Visiting, name: Name, number: Number) -> Response:
        """Refuse a version that waits."""
        importing.answer(self._house, name, number, visitor.account, bring_in=False)
        return RedirectResponse(f"{PATH}/{name}?said=refused", 303)

    # ------------------------------------------------------------------ what pages share

    def _require(self, name: str) -> None:
        if not looking.exists(self._house, name):
            raise HTTPException(404)

    def _page(self, request: Request, page: str, **values: Any) -> Response:
        shown: Mapping[str, Any] = {
            "kinds": wording.KINDS,
            "states": wording.STATES,
            "held": wording.HELD,
            "label_kinds": wording.LABELS,
            "path": PATH,
            "page_size": looking.PER_PAGE,
            "query": lambda **parts: urlencode({key: value for key, value in parts.items() if value}),
        }
        return self._pages.page(request, f"curation/frameworks/{page}.html", **shown, **values)
