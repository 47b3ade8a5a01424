"""/api/rules: writing, trying, switching and ordering rules, for programs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.exceptions import HTTPException

from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.flow.rules import keeping, showing
from gleanery.flow.rules.keeping import NoRule
from gleanery.flow.rules.what_if import LAST, what_if, what_if_written
from gleanery.flow.rules.writing import checked
from gleanery.web.curation.rules.shapes import (
    ActShape,
    PlaceWanted,
    RuleLine,
    RuleList,
    RuleShape,
    RuleWanted,
    SwitchWanted,
    WhatIfShape,
)
from gleanery.web.routes import Routes, Visiting

_SEE, _WRITE, _SWITCH = Right.SEE_QUEUE, Right.EDIT_ITEMS, Right.MANAGE_CURATION
Last = Annotated[int, Query(ge=1, le=5_000)]


class RulesApi:
    """The addresses about rules."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """Every address with its policy."""
        one = "/rules/{rule}"
        rule: dict[str, Any] = {"response_model": RuleShape}
        every: dict[str, Any] = {"response_model": RuleList}
        routes.api("GET", "/rules", _SEE, self.list, **every)
        routes.api(
            "POST", "/rules", _WRITE, self.add, does="rule.add", status_code=201, errors=(409,), **rule
        )
        routes.api("POST", "/rules/what-if", _SEE, self.try_written, response_model=WhatIfShape)
        routes.api("POST", "/rules/undo", _SWITCH, self.undo, does="rule.undo", errors=(409,), **every)
        routes.api("GET", one, _SEE, self.show, errors=(404,), **rule)
        routes.api("GET", f"{one}/what-if", _SEE, self.what_if, errors=(404,), response_model=WhatIfShape)
        for method, path, right, does, endpoint in (
            ("PUT", "", _WRITE, "rule.change", self.change),
            ("POST", "/on", _SWITCH, "rule.switch-on", self.switch_on),
            ("POST", "/off", _SWITCH, "rule.switch-off", self.switch_off),
            ("POST", "/move", _SWITCH, "rule.move", self.move),
        ):
            routes.api(method, one + path, right, endpoint, does=does, errors=(404, 409), **rule)
        routes.api("DELETE", one, _SWITCH, self.remove, does="rule.remove", errors=(404, 409), **every)

    def list(self) -> RuleList:
        """The rules in their order: of those that say keep, ask or drop the first that holds decides."""
        lines, acts = showing.listed(self._house), showing.history(self._house)
        return RuleList(rules=[RuleLine.of(one) for one in lines], acts=[ActShape.of(one) for one in acts])

    def show(self, rule: UUID) -> RuleShape:
        """One rule with its versions."""
        try:
            return RuleShape.of(showing.show(self._house, rule))
        except NoRule:
            raise HTTPException(404) from None

    def what_if(self, rule: UUID, on: bool = True, last: Last = LAST) -> WhatIfShape:
        """What a rule in its newest version would have done to the last items; `on` false: what without it."""
        try:
            return WhatIfShape.of(what_if(self._house, rule, on=on, last=last))
        except NoRule:
            raise HTTPException(404) from None

    def try_written(self, wanted: RuleWanted, last: Last = LAST) -> WhatIfShape:
        """What a rule would have done that nobody kept yet."""
        return WhatIfShape.of(what_if_written(self._house, checked(wanted.rule), last=last))

    def add(self, visitor: Visiting, wanted: RuleWanted) -> RuleShape:
        """Keep a rule, switched off."""
        return self.show(keeping.add(self._house, visitor.account, checked(wanted.rule), wanted.why))

    def change(self, visitor: Visiting, rule: UUID, wanted: RuleWanted) -> RuleShape:
        """Keep a new version; the one in force judges on until this one is switched on."""
        return self._after(keeping.change_rule, visitor.account, rule, checked(wanted.rule), wanted.why)

    def switch_on(self, visitor: Visiting, rule: UUID, wanted: SwitchWanted) -> RuleShape:
        """Have it judge in its newest version; 409 where it matches everything and that is not confirmed."""
        return self._after(
            keeping.switch_on, visitor.account, rule, confirmed=wanted.confirmed, note=wanted.why
        )

    def switch_off(self, visitor: Visiting, rule: UUID) -> RuleShape:
        """Have it judge no more."""
        return self._after(keeping.switch_off, visitor.account, rule)

    def move(self, visitor: Visiting, rule: UUID, wanted: PlaceWanted) -> RuleShape:
        """Put it in another place."""
        return self._after(keeping.move, visitor.account, rule, wanted.to)

    def remove(self, visitor: Visiting, rule: UUID) -> RuleList:
        """Take it off the list."""
        self._act(keeping.remove, visitor.account, rule)
        return self.list()

    def undo(self, visitor: Visiting) -> RuleList:
        """Take back the last change of which rules hold, and in what order."""
        self._act(keeping.undo, visitor.account)
        return self.list()

    def _after(self, act: Any, account: str, rule: UUID, *values: Any, **named: Any) -> RuleShape:
        self._act(act, account, rule, *values, **named)
        return self.show(rule)

    def _act(self, act: Any, *values: Any, **named: Any) -> None:
        """Do it, and have the clock tick. Raises: HTTPException 404 where there is no such rule."""
        try:
            act(self._house, *values, **named)
        except NoRule:
            raise HTTPException(404) from None
        self._house.wake()
