"""How people sign in besides by password: the identity providers of the organisation (OpenID Connect)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from gleanery.config.section import Name, SecretReference, Section, WebAddress, distinct

RoleName = Literal["curator", "lead", "administrator", "auditor", "privacy-officer", "learner"]


class ProviderSettings(Section):
    """An identity provider. `issuer` is its address exactly as it names itself.

    `roles_claim` names a claim with groups, `roles_from` says which role each gives. Whoever has none of the values
    in `allowed` (claim: values) is not let in. `admit`: an unknown person gets an account with `roles`; else an
    administrator is asked.
    """

    name: Name
    label: str = ""
    issuer: WebAddress
    client_id: str = Field(min_length=1)
    client_secret: SecretReference | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    name_claim: str = "preferred_username"
    roles_claim: str = ""
    roles_from: dict[str, RoleName] = Field(default_factory=dict)
    allowed: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    admit: bool = False
    roles: tuple[RoleName, ...] = ("learner",)

    @field_validator("scopes")
    @classmethod
    def _asks_who(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in scopes:
            raise ValueError("must hold openid")
        return scopes


class SigningInSettings(Section):
    """Who vouches for people. `passwords` False: by provider and by one-time link only."""

    passwords: bool = True
    providers: tuple[ProviderSettings, ...] = ()

    _one_of_each_name = field_validator("providers")(distinct)
