"""The privacy sheet: what is kept about persons, why, how long and who sees it, from the live configuration.

Fields come from model/personal_fields.py, legal bases and keys from the database, all else from the configuration.
The sheet is plain data; printing.py puts it into a form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session, col, select

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.flow.keys import HouseKeys
from gleanery.flow.people.asking import in_force
from gleanery.flow.people.notice import NOTICE, PASSING
from gleanery.flow.people.wording import (
    KEEPING,
    KINDS,
    PHRASES,
    PURPOSES,
    ROLES,
    SHOWN,
    USES,
    WHOSE,
    Language,
)
from gleanery.model.bases import NEEDS_AGREEMENT, Basis, BasisKind, Purpose
from gleanery.model.personal import Personal, Use
from gleanery.model.personal_fields import PERSONAL
from gleanery.ports import Policy


class Described(NamedTuple):
    """A field that is kept, in words: what, of whom, for what, on which basis, who gets and sees it, how long."""

    what: str
    field: str
    whose: str
    use: str
    basis: str
    receivers: str
    kept: str
    seen_by: str
    shown: str


@dataclass(frozen=True)
class Grid:
    """A table: its title, its headings and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Notice:
    """The notice for those who post on one platform: headings with their paragraphs."""

    connector: str
    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """The whole sheet in one language. `gaps` are settings that a notice needs and that are empty."""

    language: Language
    title: str
    made: str
    gaps: tuple[str, ...]
    grids: tuple[Grid, ...]
    notices_title: str
    notices: tuple[Notice, ...]


def privacy_sheet(house: House, language: Language = "en") -> Sheet:
    """The sheet as things stand."""
    return _Writer(house, language).sheet()


def fields(house: House, language: Language = "en") -> tuple[Described, ...]:
    """Every field that is kept about persons, in words."""
    writer = _Writer(house, language)
    return tuple(map(writer.field_row, PERSONAL))


def recipients(house: House, language: Language = "en") -> tuple[tuple[str, str, str], ...]:
    """Who else receives something: name, kind, what."""
    return _Writer(house, language).recipients


def gaps(house: House, language: Language = "en") -> tuple[str, ...]:
    """The settings that a notice needs and that are empty."""
    return tuple(_Writer(house, language).gaps())


class _Writer:
    """Writes one sheet; what it looks up once, it keeps."""

    def __init__(self, house: House, language: Language) -> None:
        self._house, self._language = house, language
        self._say = PHRASES[language]
        self._people = house.config.people
        self.recipients = tuple(self._recipient_rows())
        self._limits = {source.name: self._kept_at(source) for source in house.config.sources}

    def sheet(self) -> Sheet:
        say, house = self._say, self._house
        with house.store.read() as session:
            purposes = tuple(self._purpose_row(session, purpose) for purpose in Purpose)
        grids = (
            Grid(say["fields"], _split(say["columns"]), tuple(map(self.field_row, PERSONAL))),
            Grid(say["purposes"], _split(say["purpose_columns"]), purposes),
            Grid(say["readers"], _split(say["recipient_columns"]), self.recipients),
        )
        made = say["made"].format(
            organisation=house.organisation.name, at=house.now().strftime("%Y-%m-%d %H:%M UTC")
        )
        return Sheet(
            self._language,
            say["title"],
            made,
            tuple(self.gaps()),
            grids,
            say["notices"],
            tuple(self._notices()),
        )

    # ------------------------------------------------------------------ fields

    def field_row(self, field: Personal) -> Described:
        """A field in words."""
        language = self._language
        return Described(
            field.english if language == "en" else field.german,
            f"{field.table}.{field.column}" if field.column != "*" else field.table,
            WHOSE[language][field.whose],
            USES[language][field.use],
            self._basis_of(field.use),
            self._receivers_of(field),
            self._kept(field),
            ", ".join(ROLES[language][role] for role in field.seen_by),
            SHOWN[language][field.shown],
        )

    def _basis_of(self, use: Use) -> str:
        match use:
            case Use.READING:
                return self._setting("authors_basis")
            case Use.DECISIONS | Use.SIGN_IN | Use.CONNECTION:
                return self._setting("staff_basis")
            case Use.PROOF:
                return self._say["proof"]
            case _:
                return self._say["bases_of_statements"]

    def _receivers_of(self, field: Personal) -> str:
        kinds = {
            Use.READING: {self._say["destination"]} if field.column == "body" else set(),
            Use.STATEMENTS: {self._say["forward"], self._say["key"]},
        }.get(field.use, set())
        names = [name for name, kind, _ in self.recipients if kind in kinds]
        return ", ".join(names) or self._say["nobody"]

    def _kept(self, field: Personal) -> str:
        rules = [
            self._say["rule"].format(name=rule.name, days=rule.days)
            for rule in self._house.config.retention.statements
        ]
        return KEEPING[self._language][field.kept].format(
            sources="; ".join(f"{name} {limit}" for name, limit in self._limits.items())
            or self._say["no_limit"],
            undecided=self._days(self._house.config.retention.undecided_days),
            rejected=self._days(self._house.config.retention.rejected_days),
            leavers=self._say[self._people.leavers],
            learning=self._days(self._house.config.learning.keep_days),
            record="; ".join(rules) or self._say["unlimited"],
        )

    def _days(self, days: int | None) -> str:
        return self._say["unlimited"] if days is None else self._say["days"].format(days=days)

    def _policy(self, source: SourceSettings) -> Policy | None:
        try:
            with blaming("connector", source.connector):
                return self._house.connector(source).policy
        except GleaneryError:
            return None

    def _kept_at(self, source: SourceSettings) -> str:
        policy = self._policy(source)
        if policy is None:
            return self._say["untold"]
        return self._say["no_limit"] if policy.max_age is None else self._days(policy.max_age.days)

    # ------------------------------------------------------------------ purposes

    def _purpose_row(self, session: Session, purpose: Purpose) -> tuple[str, ...]:
        bases = session.exec(
            select(Basis)
            .where(Basis.purpose == purpose, in_force(self._house.now()))
            .order_by(col(Basis.since))
        ).all()
        opened = any(one.kind is BasisKind.WORKS_AGREEMENT and one.reference for one in bases)
        if purpose in NEEDS_AGREEMENT and not opened:
            state = "off"
        else:
            state = "on" if any(not one.needs_consent for one in bases) else "unstated"
        return (
            PURPOSES[self._language][purpose],
            self._say[state],
            "; ".join(self._basis_words(bases)) or "-",
        )

    def _basis_words(self, bases: Sequence[Basis]) -> Iterator[str]:
        """Each agreement and law by its reference; what is one person's only by how many persons it covers."""
        kinds = KINDS[self._language]
        general = [basis for basis in bases if basis.person_id is None]
        counted = Counter((one.kind, one.reference, self._scope(one), one.needs_consent) for one in general)
        for (kind, reference, scope, needs_consent), _ in counted.items():
            besides = f", {self._say['with_consent']}" if needs_consent else ""
            yield f"{kinds[kind]}: {reference} ({scope}{besides})"
        for kind in BasisKind:
            covered = {
                basis.person_id for basis in bases if basis.kind is kind and basis.person_id is not None
            }
            if covered:
                yield f"{kinds[kind]}: {self._say['persons'].format(count=len(covered))}"

    def _scope(self, basis: Basis) -> str:
        return self._say["unit"].format(unit=basis.unit) if basis.unit else self._say["everyone"]

    # ------------------------------------------------------------------ recipients

    def _recipient_rows(self) -> Iterator[tuple[str, str, str]]:
        say, config = self._say, self._house.config
        for place in config.destinations:
            yield (f"{place.name} ({place.adapter})", say["destination"], say["gets_items"])
        for target in config.lrs.forward:
            kind = say["paused"] if target.paused else say["forward"]
            gets = say["gets_own" if target.filter.only_own else "gets_all"]
            yield (f"{target.name} ({target.endpoint})", kind, gets)
        for key in HouseKeys(self._house, "").listed():
            if key.revoked is None:
                scopes = ", ".join(sorted(key.scopes))
                yield (key.name, say["key"], say["gets_scopes"].format(scopes=scopes))

    # ------------------------------------------------------------------ notices

    def _setting(self, name: str) -> str:
        value: str = getattr(self._people, name)
        return value or self._say["gap"].format(setting=f"people.{name}")

    def gaps(self) -> Iterator[str]:
        """The settings that are empty and should not be."""
        for name in ("contact", "authors_basis", "staff_basis", "supervisory_authority", "transfers"):
            if not getattr(self._people, name):
                yield self._setting(name)

    def _notices(self) -> Iterator[Notice]:
        """One for each connector that a source is configured for: what Art. 14 asks to be told."""
        by_connector: dict[str, list[SourceSettings]] = {}
        for source in self._house.config.sources:
            by_connector.setdefault(source.connector, []).append(source)
        for connector, sources in by_connector.items():
            values = self._notice_values(connector, sources)
            parts = tuple((head, text.format(**values)) for head, text in NOTICE[self._language])
            yield Notice(connector, self._say["notice"].format(connector=connector), parts)

    def _notice_values(self, connector: str, sources: Sequence[SourceSettings]) -> dict[str, str]:
        passing = any(self._house.passing_on[source.name] for source in sources)
        receivers = [name for name, kind, _ in self.recipients if kind == self._say["destination"]]
        retention = self._house.config.retention
        by_person = self._house.config.curation.auto_approve == "off"
        return {
            "organisation": self._house.organisation.name,
            "connector": connector,
            "contact": self._setting("contact"),
            "officer": self._people.data_protection_officer or "-",
            "authority": self._setting("supervisory_authority"),
            "basis": self._setting("authors_basis"),
            "sources": ", ".join(source.name for source in sources),
            "recipients": ", ".join(receivers) or self._say["nobody"],
            "passing": PASSING[self._language][passing],
            "retention": "; ".join(f"{source.name}: {self._limits[source.name]}" for source in sources),
            "undecided": self._goes("undecided", retention.undecided_days),
            "rejected": self._goes("rejected", retention.rejected_days),
            "transfers": self._setting("transfers"),
            "deciding": self._say["by_person" if by_person else "by_policy"],
        }

    def _goes(self, what: str, days: int | None) -> str:
        return self._say[f"{what}_stay"] if days is None else self._say[what].format(days=days)


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))
