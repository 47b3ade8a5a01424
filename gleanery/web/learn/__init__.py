"""/learn: what learners open and teachers choose from, within the pages of their LMS; no session of a desk counts."""

from __future__ import annotations

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.guards import Front
from gleanery.web.learn.api import LearnersApi
from gleanery.web.learn.desk import LearnersDesk
from gleanery.web.learn.item import ItemPages
from gleanery.web.learn.picker import PickerPages
from gleanery.web.learn.player import PlayerReports
from gleanery.web.learn.saying import SayingForms
from gleanery.web.learn.visiting import Visiting
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes


def router(house: House, pages: Pages, front: Front) -> APIRouter:
    """The routes of visits."""
    routes = Routes("learning")
    visiting = Visiting(house, pages, front)
    picker = PickerPages(house, visiting)
    items = ItemPages(house, visiting, picker)
    for part in (
        items,
        SayingForms(house, items),
        PlayerReports(house, visiting),
        picker,
        LearnersDesk(house, pages),
        LearnersApi(house),
    ):
        part.declare(routes)
    return routes.router
