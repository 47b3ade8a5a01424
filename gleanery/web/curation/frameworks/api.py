"""/api/frameworks: the list, the tree, versions and what they changed, and the answer to one that waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.exceptions import HTTPException

from gleanery.flow.frameworks import importing, looking
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.frameworks import ChangeKind
from gleanery.model.posts import storable
from gleanery.web.curation.frameworks.desk import Iri, Name, Number
from gleanery.web.curation.frameworks.shapes import (
    Changes,
    ChangeTold,
    CompetencyTold,
    Frameworks,
    FrameworkTold,
    LeafTold,
    Level,
    Orphans,
    OrphanTold,
    Versions,
    VersionTold,
)
from gleanery.web.pages import language_of
from gleanery.web.routes import Routes, Visiting

_SEE, _MANAGE = Right.SEE_QUEUE, Right.MANAGE_CURATION

Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[int, Query(ge=0, le=10**6)]


class FrameworksApi:
    """The addresses about frameworks."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """Every address with its policy."""
        one, version = "/frameworks/{name}", "/frameworks/{name}/versions/{number}"
        routes.api("GET", "/frameworks", _SEE, self.list, response_model=Frameworks)
        routes.api("GET", f"{one}/level", _SEE, self.level, errors=(404,), response_model=Level)
        routes.api(
            "GET", f"{one}/competency", _SEE, self.competency, errors=(404,), response_model=CompetencyTold
        )
        routes.api("GET", f"{one}/retired", _SEE, self.retired, errors=(404,), response_model=Orphans)
        routes.api("GET", f"{one}/versions", _SEE, self.versions, errors=(404,), response_model=Versions)
        routes.api("GET", version, _SEE, self.version, errors=(404,), response_model=VersionTold)
        routes.api("GET", f"{version}/changes", _SEE, self.changes, errors=(404,), response_model=Changes)
        for path, does, endpoint in (
            ("bring-in", "framework.bring-in", self.bring_in),
            ("refuse", "framework.refuse", self.refuse),
        ):
            routes.api(
                "POST", f"{version}/{path}", _MANAGE, endpoint, does=does, errors=(404, 409),
                response_model=VersionTold,
            )  # fmt: skip

    def list(self) -> Frameworks:
        """Every framework that is configured or was once brought in."""
        return Frameworks(items=[FrameworkTold.of(one) for one in looking.listed(self._house)])

    def level(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        below: Annotated[str, Query(max_length=2_000)] = "",
        after: After = 0,
        limit: Limit = 100,
    ) -> Level:
        """The competencies in use right below one, or at the top."""
        self._require(name)
        rows = looking.level(
            self._house, name, storable(below) or None, language_of(request, visitor), after=after,
            limit=limit + 1,
        )  # fmt: skip
        items = [LeafTold.model_validate(one) for one in rows[:limit]]
        return Level(items=items, next=after + limit if len(rows) > limit else None)

    def competency(self, request: Request, visitor: Visiting, name: Name, iri: Iri) -> CompetencyTold:
        """Everything about one competency, retired ones too."""
        told = looking.told(self._house, name, storable(iri), language_of(request, visitor))
        if told is None:
            raise HTTPException(404)
        return CompetencyTold.model_validate(told)

    def retired(self, request: Request, visitor: Visiting, name: Name) -> Orphans:
        """Retired competencies that items are still tagged with."""
        self._require(name)
        rows = looking.orphans(self._house, name, language_of(request, visitor))
        return Orphans(items=[OrphanTold.model_validate(one) for one in rows])

    def versions(self, name: Name) -> Versions:
        """The versions of a framework, the newest first."""
        self._require(name)
        return Versions(items=[VersionTold.of(one) for one in looking.versions(self._house, name)])

    def version(self, name: Name, number: Number) -> VersionTold:
        """One version."""
        found = looking.version(self._house, name, number)
        if found is None:
            raise HTTPException(404)
        return VersionTold.of(found)

    def changes(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        number: Number,
        kind: ChangeKind | None = None,
        after: After = 0,
        limit: Limit = 100,
    ) -> Changes:
        """What a version changed; of the first version nothing is listed, for all of it was new."""
        self.version(name, number)
        rows = looking.changes(
            self._house, name, number, language_of(request, visitor), kind=kind, after=after, limit=limit + 1
        )
        items = [ChangeTold.model_validate(one) for one in rows[:limit]]
        return Changes(items=items, next=after + limit if len(rows) > limit else None)

    def bring_in(self, visitor: Visiting, name: Name, number: Number) -> VersionTold:
        """Have a version that waits brought in."""
        self.version(name, number)
        importing.answer(self._house, name, number, visitor.account, bring_in=True)
        return self.version(name, number)

    def refuse(self, visitor: Visiting, name: Name, number: Number) -> VersionTold:
        """Refuse a version that waits."""
        self.version(name, number)
        importing.answer(self._house, name, number, visitor.account, bring_in=False)
        return self.version(name, number)

    def _require(self, name: str) -> None:
        if not looking.exists(self._house, name):
            raise HTTPException(404)
