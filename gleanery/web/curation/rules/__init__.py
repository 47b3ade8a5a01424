"""Rules on the web: the list, one rule with what it would do, the form, and the addresses of the API for the same.

desk.py     the pages and their forms
forms.py    what the form of a rule brings, and what it shows
wording.py  fields, operators and effects in words
api.py      the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.curation.rules.api import RulesApi
from gleanery.web.curation.rules.desk import RulesDesk
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of rules."""
    routes = Routes("rules")
    RulesDesk(house, pages).declare(routes)
    RulesApi(house).declare(routes)
    return routes.router
