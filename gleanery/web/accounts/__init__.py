"""Accounts on the web: the desk of administrators, everybody's own page, and the addresses of the API for both.

desk.py    /accounts: who may come in, in which roles
me.py      /me: one's own settings, password, sessions, tokens and data
api.py     the same for programs; shapes.py has its shapes
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from gleanery.flow.house import House
from gleanery.web.accounts.api import AccountsApi
from gleanery.web.accounts.desk import AccountsDesk
from gleanery.web.accounts.me import OwnPage
from gleanery.web.accounts.me_api import OwnApi
from gleanery.web.pages import Pages
from gleanery.web.signin import Entrance


def routers(house: House, pages: Pages, entrance: Entrance) -> Sequence[APIRouter]:
    """The routes of accounts."""
    return (
        AccountsDesk(house, pages).router(),
        OwnPage(house, pages, entrance).router(),
        AccountsApi(house).router(),
        OwnApi(house).router(),
    )
