"""Everybody's own privacy for programs."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from gleanery.flow.inquiries import kept
from gleanery.flow.people import own
from gleanery.flow.people.own import Choice
from gleanery.flow.rights import Right
from gleanery.model.bases import Purpose
from gleanery.web.privacy.api.shapes import own as shapes
from gleanery.web.privacy.api.shapes.common import Done
from gleanery.web.privacy.api.shapes.ledger import TextKept
from gleanery.web.privacy.api.shapes.people import Objected, ObjectionKept
from gleanery.web.privacy.office import Language, Office, known
from gleanery.web.privacy.own import begin_own_export, own_file
from gleanery.web.routes import Routes, Visiting


class OwnApi:
    """What is held about whoever asks."""

    def __init__(self, office: Office) -> None:
        self._office, self._house = office, office.house

    def add_to(self, routes: Routes) -> None:
        """The addresses of one's own privacy."""
        mine, here = Right.OWN, "/me/privacy"
        routes.api("GET", here, mine, self.read)
        routes.api(
            "POST",
            f"{here}/consents",
            mine,
            self.consent,
            does="own-consent.give",
            errors=(409,),
            status_code=201,
        )
        routes.api(
            "DELETE", f"{here}/consents/{{purpose}}", mine, self.withdraw, does="own-consent.withdraw",
            errors=(409,),
        )  # fmt: skip
        routes.api(
            "POST", f"{here}/objections", mine, self.object_to, does="own-objection.enter", status_code=201
        )
        routes.api(
            "DELETE", f"{here}/objections/{{objection}}", mine, self.object_no_more, does="own-objection.end",
            errors=(404, 409), status_code=204,
        )  # fmt: skip
        routes.api("POST", f"{here}/file", mine, self.export, does="own.export", status_code=202)
        routes.api("GET", f"{here}/file/{{key}}", mine, self.file, errors=(404,), response_class=Response)

    def read(self, visitor: Visiting, language: Language = "en") -> shapes.Own:
        """What is known of me, and what I decided."""
        mine = own.own(self._house, visitor.person_id, language)
        return shapes.Own(
            id=mine.id,
            known_since=mine.known_since,
            unit=mine.unit,
            last_day=mine.last_day,
            accounts=[str(account) for account, _ in mine.accounts],
            choices=[_choice(one) for one in mine.choices],
        )

    def consent(self, visitor: Visiting, given: shapes.OwnConsent) -> Done:
        """Consent in the words of a text; 409 where there are newer ones."""
        return Done(id=own.consent(self._house, visitor.person_id, given.purpose, given.text).id)

    def withdraw(self, visitor: Visiting, purpose: Purpose) -> Done:
        """Withdraw my consent: what rested on it is voided."""
        done = own.withdraw(self._house, visitor.person_id, purpose, visitor.account)
        return Done(voided=done.voided)

    def object_to(self, visitor: Visiting, objected: Objected) -> ObjectionKept:
        """Object to a purpose."""
        made = own.object_to(self._house, visitor.person_id, objected.purpose)
        return ObjectionKept.model_validate(made)

    def object_no_more(self, visitor: Visiting, objection: UUID) -> None:
        """Take my objection back."""
        with known():
            own.take_objection_back(self._house, visitor.person_id, objection)

    def export(self, visitor: Visiting) -> shapes.OwnFile:
        """Have the file of everything held about me made."""
        key = begin_own_export(self._office, visitor)
        return shapes.OwnFile(id=key, is_ready="export" in kept.read(self._house, key).found)

    def file(self, visitor: Visiting, key: UUID) -> Response:
        """The file: a zip, for nobody but me; 404 until it is made."""
        return own_file(self._office, visitor, key)


def _choice(choice: Choice) -> shapes.OwnChoice:
    return shapes.OwnChoice(
        purpose=choice.purpose,
        is_off=choice.is_off,
        bases=[one.kind.value for one in choice.others],
        consented_since=choice.consent.since if choice.consent else None,
        text=TextKept.model_validate(choice.text) if choice.text else None,
        objection=choice.objection.id if choice.objection else None,
    )
