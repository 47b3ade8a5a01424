"""The adapter `table`: all approved items as one CSV file, for the catalogues of systems that import one.

Every cell is made safe against spreadsheets that would run it. A file cannot be recalled once somebody has it, so it
takes only text whose policy allows that (the house leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, Field

from gleanery import ports
from gleanery.ports import Check, Context, LearningCollection, LearningItem, Receipt
from gleanery.ports.cells import safe
from lms_adapters._changes import changes
from lms_adapters._entries import count, left_out_note, unique
from lms_adapters._packing import checks
from lms_adapters._text import language_tag, plain, web_address, words_of
from lms_adapters._writing import write_whole

COLUMNS = (
    "id",
    "title",
    "url",
    "description",
    "language",
    "minutes",
    "kind",
    "competencies",
    "collections",
    "attribution",
    "licence",
    "changed",
)
"""What each row holds, in this order; see the how-to."""

DESCRIPTION = 2_000
"""Characters of a description."""

_FOR_GOOD = "A file that was handed out cannot be recalled."


def _csv_file(path: Path) -> Path:
    if path.suffix != ".csv":
        raise ValueError("the file must end in .csv")
    return path.expanduser()


class Settings(ports.Settings):
    """Where the file goes and how it is written. A relative `path` lies in the adapter's own folder."""

    path: Annotated[Path, AfterValidator(_csv_file)] = Field(Path("catalogue.csv"), title="File")
    include_text: bool = Field(
        True, title="Include texts", description="fill the description where the text's policy allows it"
    )
    semicolons: bool = Field(
        False,
        description="separate cells by semicolons and say that it is UTF-8, as Excel in German wants it",
    )


class Table:
    """Writes a catalogue as CSV (RFC 4180) in UTF-8."""

    name: ClassVar[str] = "table"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = True

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self.path = Path(ctx.folder).absolute() / self._settings.path

    def preflight(self) -> Sequence[Check]:
        """That the folder can be written and has some room; nothing is made."""
        return checks(self.path)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the file anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self.bind(items, ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew, each row with the collections that hold its item. Raises as `publish`."""
        every = unique([*items, *(step.item for one in collections for step in one.steps)], self.name)
        shown = [item for item in every if web_address(item.url)]
        body = self._written(list(self._rows(shown, collections)))
        digest = write_whole(self.path, body, self.name)
        self._ctx.log.info("table.written", items=len(shown), left_out=len(every) - len(shown), sha256=digest)
        left_out = left_out_note([item.id for item in every if not web_address(item.url)], "no web address")
        note = f"{self.path}: {count(len(shown), 'row')}. {_FOR_GOOD} {left_out}".strip()
        return Receipt(digest, self.path.as_uri(), note, recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next file leaves the item out, copies stay where they are."""
        note = f"The next file leaves this item out. {_FOR_GOOD}"
        return Receipt(remote_id or "", self.path.as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the file of all."""
        raise NotImplementedError("table is a batch adapter: call publish with all approved items")

    def _rows(
        self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]
    ) -> Iterator[Sequence[str]]:
        changed = changes(self._ctx, items)
        held: dict[UUID, list[str]] = {}
        for one in collections:
            for item_id in {step.item.id for step in one.steps}:
                held.setdefault(item_id, []).append(one.title)
        for item in sorted(items, key=lambda one: (plain(one.title).casefold(), str(one.id))):
            cells = self._cells(item, held.get(item.id, []), changed[item.id])
            yield [safe(cells[name]) for name in COLUMNS]

    def _cells(self, item: LearningItem, collections: Sequence[str], changed: datetime) -> Mapping[str, str]:
        address = web_address(item.url) or ""
        return {
            "id": str(item.id),
            "title": plain(item.title) or plain(address),
            "url": address,
            "description": words_of(item.html, DESCRIPTION) if self._settings.include_text else "",
            "language": language_tag(item.language, ""),
            "minutes": str(item.minutes) if item.minutes else "",
            "kind": plain(item.kind),
            "competencies": _listed([label for _, _, label in item.competencies]),
            "collections": _listed(collections),
            "attribution": plain(item.attribution, DESCRIPTION),
            "licence": plain(item.licence or ""),
            "changed": changed.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _written(self, rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";" if self._settings.semicolons else ",", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        return text.getvalue().encode("utf-8-sig" if self._settings.semicolons else "utf-8")


def _listed(labels: Sequence[str]) -> str:
    """The labels with semicolons between them, none within."""
    return "; ".join(label for name in labels if (label := plain(name).replace(";", ",")))
