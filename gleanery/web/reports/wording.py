"""What each report, table and column means: the definitions that stand beside every figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gleanery.web.words import N_


class Words(NamedTuple):
    """A title and the definition of what is counted."""

    title: str
    meaning: str


REPORTS: Mapping[str, Words] = {
    "funnel": Words(
        N_("How far items come"),
        N_(
            "Every item that came in within the period, and how far it has come until now. Each stage is a part of the "
            "one before: kept by the rules, approved and still so, standing at a destination, opened by at least "
            "five different learners, completed by at least five."
        ),
    ),
    "intake": Words(
        N_("Day by day"),
        N_(
            "Items by the day they came in, and verdicts by the day they were given; what was taken back does not "
            "count."
        ),
    ),
    "yield": Words(
        N_("What sources yield"),
        N_(
            "Items by the source that brought them first. Accepted is approved out of approved and rejected; the range "
            "says where the true share lies, right 95 times in 100 (Wilson), and is wide where little was decided."
        ),
    ),
    "speed": Words(
        N_("Time to a decision"),
        N_(
            "From the moment an item came in to a person's verdict on it, by the day of the verdict. Half were decided "
            "within the median, nine of ten within the longer time. Lengths are rounded up by a sixteenth at most."
        ),
    ),
    "overload": Words(
        N_("Offered to learners"),
        N_(
            "Deliveries in each week, one for each item and destination. New to each: what one who learns at one "
            "destination finds new, deliveries divided by destinations. Per learner: deliveries divided by the people "
            "of the HR list who are here today. More than a few new items a week are hardly looked at."
        ),
    ),
    "coverage": Words(
        N_("Competencies covered"),
        N_(
            "Approved items by competency, as they stand now. A competency is covered when it or one below it in its "
            "framework has an approved item; an item that serves several of them counts once. Retired competencies "
            "do not count themselves. A gap is a competency that a goal names and no approved item serves itself."
        ),
    ),
    "learners": Words(
        N_("Learners"),
        N_(
            "Different people who opened or completed something within the period. A number below five is not told, "
            "and neither is one from which such a number could be reckoned. Nobody is listed or compared."
        ),
    ),
    "statements": Words(
        N_("Statements"),
        N_("Statements by the day on which the record stored them; voided and erased ones do not count."),
    ),
    "outbox": Words(
        N_("Deliveries owed"),
        N_(
            "What is owed to each destination now, for how long the oldest has been due, and what waits for a person."
        ),
    ),
    "quota": Words(
        N_("Requests and cost"),
        N_(
            "What was asked of the platforms, in units of their quotas where they count such, and what they charge "
            "for it."
        ),
    ),
}

FIGURES: Mapping[str, str] = {
    "funnel": N_("items approved"),
    "intake": N_("items came in"),
    "yield": N_("of what was decided was approved"),
    "speed": N_("is what half of the items wait at most"),
    "overload": N_("deliveries"),
    "coverage": N_("of all competencies are covered"),
    "learners": N_("learners opened something"),
    "statements": N_("statements stored"),
    "outbox": N_("deliveries owed"),
    "quota": N_("requests to platforms"),
}

TABLES: Mapping[str, str] = {
    "stages": N_("Stages"),
    "by-source": N_("By source"),
    "days": N_("By day"),
    "sources": N_("By source"),
    "weeks": N_("By week"),
    "waiting": N_("Waiting now"),
    "frameworks": N_("By framework"),
    "tree": N_("Down the framework"),
    "goals": N_("By goal"),
    "competencies": N_("By competency"),
    "verbs": N_("By verb"),
    "all": N_("All learners"),
    "units": N_("By unit"),
    "destinations": N_("By destination"),
}

COLUMNS: Mapping[str, str] = {
    "stage": N_("Stage"),
    "items": N_("Items"),
    "of_stage_before": N_("Of the stage before"),
    "of_imported": N_("Of what came in"),
    "source": N_("Source"),
    "imported": N_("Came in"),
    "kept": N_("Kept"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "delivered": N_("Delivered"),
    "opened": N_("Opened"),
    "completed": N_("Completed"),
    "day": N_("Day"),
    "approvals": N_("Approvals"),
    "rejections": N_("Rejections"),
    "retractions": N_("Retractions"),
    "acceptance": N_("Accepted"),
    "acceptance_low": N_("At least"),
    "acceptance_high": N_("At most"),
    "requests": N_("Requests"),
    "cost": N_("Cost (US$)"),
    "cost_per_approved": N_("Cost per approved item (US$)"),
    "verdicts": N_("Verdicts"),
    "median": N_("Median"),
    "nine_of_ten": N_("Nine of ten within"),
    "week": N_("Week from"),
    "waiting": N_("Items waiting"),
    "oldest": N_("The oldest since"),
    "deliveries": N_("Deliveries"),
    "new_to_each": N_("New to each"),
    "learners": N_("Learners known"),
    "per_learner": N_("Per learner"),
    "framework": N_("Framework"),
    "competencies": N_("Competencies"),
    "covered": N_("Covered"),
    "with_below": N_("With all below it"),
    "share": N_("Share"),
    "goal": N_("Goal"),
    "competency": N_("Competency"),
    "gap": N_("Gap"),
    "verb": N_("Verb"),
    "statements": N_("Statements"),
    "others": N_("Others"),
    "unit": N_("Unit"),
    "destination": N_("Destination"),
    "owed": N_("Owed"),
    "oldest_owed": N_("The oldest for"),
    "dead": N_("Wait for a person"),
    "units": N_("Units of quotas"),
}
"""Column codes in words; a verb's own name where the column is one."""

GRADES: Mapping[str, str] = {
    "self-declared": N_("The learner says so"),
    "opened": N_("Opened"),
    "video-threshold": N_("Recording played"),
    "question-passed": N_("Question answered"),
    "lms-reported": N_("Reported by the learning platform"),
}
"""The grades of evidence, from weak to strong."""

HOLDS: Mapping[str, str] = {"valid": N_("valid"), "lapsed": N_("lapsed")}
"""Whether evidence holds today."""
