"""How well it is known that somebody completed something: the grades of evidence, from weak to strong.

Who reports completions must be able to leave out what nobody but the learner vouches for; so every
`completed` says on what it rests. Grades compare: `grade >= Grade.VIDEO_THRESHOLD`.
"""

from __future__ import annotations

from enum import IntEnum

from xapi.errors import XapiError


class Grade(IntEnum):
    """On what a completion rests. `text` is how statements spell it."""

    SELF_DECLARED = 1
    OPENED = 2
    VIDEO_THRESHOLD = 3
    QUESTION_PASSED = 4
    LMS_REPORTED = 5

    @property
    def text(self) -> str:
        """The spelling in a statement: `self-declared`."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def of(cls, text: str) -> Grade:
        """The grade of this spelling.

        Raises:
            XapiError: there is none.
        """
        for grade in cls:
            if grade.text == text:
                return grade
        raise XapiError(f"no grade of evidence: choose one of {', '.join(grade.text for grade in cls)}")
