"""How good an item looks, by signals that each say what they are.

The score is the weighted mean of the signals that are known; nothing is dropped or asked about by it unless an
administrator says so. Signs of advertising, bait and rude words are flags for a curator's eye and never a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from curation.language import language_of
from curation.quality.signals import signals_of, weighted
from curation.quality.signs import Signs, signs_in
from curation.text.measures import of_text
from gleanery import ports
from gleanery.ports import Concept, Finding, Subject, Verdict


class Weights(BaseModel):
    """How much each signal weighs; 0 leaves it out of the score and shows it all the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    substance: float = Field(default=3.0, ge=0, description="Weight of: how much its author says.")
    structure: float = Field(
        default=1.0, ge=0, description="Weight of: sentences, paragraphs, lists, code, headings."
    )
    reputation: float = Field(
        default=2.0, ge=0, description="Weight of: what became of earlier items of its source."
    )
    engagement: float = Field(
        default=1.0, ge=0, description="Weight of: reactions and answers, as a rank within its source."
    )
    freshness: float = Field(default=1.0, ge=0, description="Weight of: how new it is, for its kind.")
    readability: float = Field(default=1.0, ge=0, description="Weight of: how easily it reads.")
    link_health: float = Field(
        default=2.0, ge=0, description="Weight of: what the last look at its address said."
    )
    rights: float = Field(
        default=0.5, ge=0, description="Weight of: licence, and whether it may be shown in a player."
    )
    sober: float = Field(
        default=2.0, ge=0, description="Weight of: bait in title and tone, where there is any."
    )
    plain: float = Field(default=3.0, ge=0, description="Weight of: advertising, where there is any.")


class QualitySettings(ports.Settings):
    """What weighs how much, and whether a low score has a consequence."""

    weights: Weights = Field(default=Weights(), description="How much each signal weighs.")
    ask_below: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="A person is asked about items that score less (0 to 1); none: never.",
    )
    drop_below: float | None = Field(
        default=None, ge=0, le=1, description="Items that score less (0 to 1) are dropped; none: never."
    )


class Quality:
    """Scores what is known of an item and shows the parts; flags advertising, bait and rude words."""

    name: ClassVar[str] = "quality"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    wants_standing: ClassVar[bool] = True
    Settings: ClassVar[type[ports.Settings]] = QualitySettings
    reasons: ClassVar[Mapping[str, str]] = {
        "quality.scored": "Scores {percent} of 100, from {known} signals.",
        "quality.ask": "Scores {percent} of 100, less than the {least} from which nobody is asked.",
        "quality.low": "Scores {percent} of 100, less than the {least} that your organisation wants.",
        "quality.unscored": "The terms of its source forbid scores; signs of advertising were looked for.",
        "quality.unknown": "Nothing is known to score it by.",
    }

    def __init__(self, settings: QualitySettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings
        self._weights = settings.weights.model_dump()

    def judge(self, subject: Subject) -> Finding:
        """Keep with the score and its parts, unless it is below what an administrator set."""
        measures = of_text(subject.text, language_of(subject))
        signs = signs_in(subject, measures)
        if not subject.standing.may_score:
            return _found("keep", "quality.unscored", signs)
        parts = signals_of(subject, measures, signs)
        total = weighted(parts, self._weights)
        if total is None:
            return _found("keep", "quality.unknown", signs, scores=parts)
        verdict, reason, least = self._verdict(total)
        params = {"percent": round(100 * total), "known": len(parts), "least": round(100 * least)}
        return _found(verdict, reason, signs, params, {"quality": total, **parts})

    def _verdict(self, total: float) -> tuple[Verdict, str, float]:
        """What an administrator wants of such a score, and the bound that it missed."""
        drop, ask = self._settings.drop_below, self._settings.ask_below
        if drop is not None and total < drop:
            return "drop", "quality.low", drop
        if ask is not None and total < ask:
            return "ask", "quality.ask", ask
        return "keep", "quality.scored", 0.0


def _found(
    verdict: Verdict,
    reason: str,
    signs: Signs,
    params: Mapping[str, int] | None = None,
    scores: Mapping[str, float] | None = None,
) -> Finding:
    return Finding(
        verdict, reason, dict(params or {}), signs.flags, scores=dict(scores or {}), spans=tuple(signs.spans)
    )
