"""LinkedIn Learning: the catalogue as courses and videos, and, where switched on, what people did there.

https://learn.microsoft.com/en-us/linkedin/learning/getting-started/api-foundations
The organisation's own application asks for itself (client credentials); it is made in LinkedIn Learning's
administration and needs a site licence. Here no version is sent: this API has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from connectors import _cards
from connectors._errors import Rule
from connectors._web import encryption
from connectors.linkedin.api import Api, today
from connectors.linkedin.learning.catalogue import Catalogue
from connectors.linkedin.learning.reports import DAY, Reports
from connectors.linkedin.learning.settings import LinkedInLearningSettings
from connectors.linkedin.refusals import LEARNING
from gleanery import ports
from gleanery.errors import GleaneryError
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, OAuthApp, Page, Policy

CATALOGUE, ACTIVITY = "catalogue", "activity"


class LinkedInLearning:
    """Reads the catalogue and, where switched on, the activity reports; a partition each."""

    name: ClassVar[str] = "linkedin_learning"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = LinkedInLearningSettings
    about: ClassVar[ConnectorCard] = _cards.LINKEDIN_LEARNING
    errors: ClassVar[tuple[Rule, ...]] = LEARNING

    def __init__(self, settings: LinkedInLearningSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.words_may_leave,
            attribution="LinkedIn Learning",
            refresh_by=timedelta(days=2 * settings.sweep_days),  # so the house notes what a sweep shows
        )

    def check(self) -> Sequence[Check]:
        """Key, catalogue, reports, calls of today. Takes one request, and one more where `activity` is on."""
        secret = encryption(self._settings.base_url, self._settings.client_secret)
        return [*secret, self._try_catalogue(), self._try_reports(), self._calls()]

    def partitions(self) -> Sequence[str]:
        """`catalogue`, and `activity` where it is switched on."""
        return [CATALOGUE, ACTIVITY] if self._settings.activity else [CATALOGUE]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new, changed or retired, or was done, since `state`. Raises: see `errors`."""
        if partition == ACTIVITY:
            return Reports(self._api, self._settings).pages(state)
        return Catalogue(self._api, self._settings).pages(state)

    def oauth(self) -> OAuthApp:
        """The organisation's application, which asks for itself: nobody signs in."""
        settings = self._settings
        return OAuthApp(
            token_url=f"{settings.login_url}/oauth/v2/accessToken",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client_credentials=True,
        )

    @cached_property
    def _api(self) -> Api:
        return Api(self._ctx, self._settings.base_url, self.oauth(), LEARNING)

    def _try_catalogue(self) -> Check:
        language, _, country = self._settings.locales[0].partition("_")
        params = {
            "q": "localeAndType",
            "assetType": self._settings.asset_types[0],
            "sourceLocale.language": language,
            "sourceLocale.country": country,
            "start": "0",
            "count": "1",
        }
        try:
            self._api.page("/v2/learningAssets", params, "the catalogue")
        except GleaneryError as error:
            return Check("catalogue", False, error.message, error.remedy)
        return Check("catalogue", True, "the key is taken and the catalogue can be read.")

    def _try_reports(self) -> Check:
        if not self._settings.activity:
            off = "are not read: `activity` is off. Statements of people need a legal basis besides."
            return Check("reports", True, off)
        day = int(today(self._ctx.now()).timestamp() * 1_000) - DAY
        params = {
            "q": "criteria",
            "startedAt": str(day),
            "timeOffset.unit": "DAY",
            "timeOffset.duration": "1",
            "aggregationCriteria.primary": "ACCOUNT",
            "contentSource": "ALL_SOURCES",
            "start": "0",
            "count": "1",
        }
        try:
            self._api.page("/v2/learningActivityReports", params, "the activity reports")
        except GleaneryError as error:
            return Check("reports", False, error.message, error.remedy)
        return Check(
            "reports", True, "can be read; what is done by people without a legal basis is not kept."
        )

    def _calls(self) -> Check:
        used = self._ctx.meter.spent("requests", today(self._ctx.now())).units
        return Check("calls", True, f"{used} since 00:00 UTC. LinkedIn does not tell the limit.")
