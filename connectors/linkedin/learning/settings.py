"""The settings of the `linkedin_learning` connector."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from connectors._web import Site
from gleanery.ports import Settings


class LinkedInLearningSettings(Settings):
    """Which part of the catalogue is read, and whether it is read what people did there."""

    client_id: str = Field(
        min_length=1,
        max_length=200,
        description="Client ID of the application made in LinkedIn Learning's administration, under Access content"
        " and reports via API.",
    )
    client_secret: SecretStr = Field(description="The application's client secret.")
    asset_types: tuple[Literal["COURSE", "VIDEO"], ...] = Field(
        default=("COURSE",), min_length=1, description="What is read of the catalogue: COURSE, VIDEO."
    )
    locales: tuple[str, ...] = Field(
        default=("en_US",), min_length=1, description="Languages of the catalogue, such as en_US or de_DE."
    )
    activity: bool = Field(
        default=False,
        description="Whether the reports of who completed and watched what are read, too. Statements are written"
        " only of people who have a legal basis for it; of all others nothing is kept.",
    )
    learner: Literal["user_id", "profile"] = Field(
        default="user_id",
        description="By what a learner's account is known here: the id that your sign-on gave LinkedIn (user_id;"
        " where it is an e-mail address, the profile), or LinkedIn's own number of the profile.",
    )
    account: str = Field(
        default="",
        pattern=r"^\d{0,20}$",
        description="Number of your LinkedIn Learning account; only where you have several.",
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether descriptions may be passed on to an LMS; off, only titles and addresses are. Your"
        " contract with LinkedIn Learning says whether they may.",
    )
    first_days: int = Field(
        default=90,
        ge=0,
        le=3_650,
        description="Days that the first reading goes back: assets changed since, deeds done since; 0 reads the"
        " whole catalogue, and no earlier deeds than a year's.",
    )
    window_days: int = Field(
        default=7,
        ge=1,
        le=14,
        description="Days of one report. Completions are told at once, what was watched when the report's days are"
        " over.",
    )
    sweep_days: float = Field(
        default=30,
        gt=0,
        le=365,
        description="Days between two readings of the whole catalogue, which find what was retired unseen.",
    )
    page_size: int = Field(default=100, ge=1, le=100, description="Records asked for in one request.")
    base_url: Site = Field(default="https://api.linkedin.com", description="Address of the API.")
    login_url: Site = Field(default="https://www.linkedin.com", description="Address that gives tokens.")

    @field_validator("locales")
    @classmethod
    def _codes(cls, locales: tuple[str, ...]) -> tuple[str, ...]:
        for one in locales:
            language, _, country = one.partition("_")
            if not (len(language) == len(country) == 2 and language.islower() and country.isupper()):
                raise ValueError("a locale is a language and a country, such as en_US")
        return tuple(dict.fromkeys(locales))

    @property
    def realm(self) -> str:
        """Where ids of learners are unique: the account."""
        return f"urn:li:enterpriseAccount:{self.account}" if self.account else "linkedin.com"
