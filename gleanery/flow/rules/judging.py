"""Where screening asks the rules: after the steps, on what these found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.judging import Judged
from gleanery.flow.rules.cases import Tagged, Told, cases_of
from gleanery.flow.subjects import ItemWords
from gleanery.model.curated import RefusedTag
from gleanery.model.items import Tag
from gleanery.ports import Finding, Subject


def ruled_on(
    house: House, change: Change, words: ItemWords, subject: Subject, found: Sequence[Judged]
) -> list[Judged]:
    """The rules' finding on an item after the steps' findings; none where no rule is on."""
    if house.ruling is None:
        return []
    told = [_told(one.judge.plugin.name, one.finding) for one in found]
    item_id = words.item.id
    tags = {item_id: _tags(change.session, words, found)}
    case = cases_of(house, change.session, {item_id: (words, subject, told)}, tags, change.at)[item_id]
    return [Judged(house.ruling, house.ruling.plugin.judge(case))]


def _told(step: str, finding: Finding) -> Told:
    spans = [(one.field, one.start, one.end, one.kind) for one in finding.spans]
    return Told(step, finding.verdict, finding.reason, finding.flags, finding.scores, spans)


def _tags(session: Session, words: ItemWords, found: Sequence[Judged]) -> list[Tagged]:
    """What steps propose and persons said, without what a person refused."""
    item_id = words.item.id
    by_persons = select(Tag.framework, Tag.concept).where(
        Tag.item_id == item_id, col(Tag.said_by).not_like("rule:%")
    )
    refused = select(RefusedTag.framework, RefusedTag.concept).where(RefusedTag.item_id == item_id)
    said = [(label.framework, label.concept) for one in found for label in one.finding.labels]
    tagged = dict.fromkeys([*said, *((row[0], row[1]) for row in session.exec(by_persons))])
    for row in session.exec(refused):
        tagged.pop((row[0], row[1]), None)
    return list(tagged)
