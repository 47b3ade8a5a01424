"""What a receipt says of a package."""

from __future__ import annotations

from pathlib import Path

from lms_adapters._entries import count, left_out_note
from lms_adapters._lesson.course import Course

FOR_GOOD = "A package that was handed out cannot be recalled."


def note_of(path: Path, course: Course) -> str:
    """What is in the package, what is not, and that it cannot be recalled."""
    parts = [f"{path}: {count(len(course.lessons), 'page')}, {count(len(course.parts), 'collection')}."]
    if not course.lessons:
        parts.append("It holds one page that says that there is nothing at present.")
    if course.empty:
        parts.append(f"Left out, having no step that may leave: {', '.join(course.empty)}.")
    if course.missing:
        parts.append(f"Not published here: {', '.join(course.missing)}.")
    return " ".join([*parts, FOR_GOOD, left_out_note(course.left_out)]).strip()
