"""O*NET, the occupational information network of the United States, in its database's text files.

Tables parted by tabs, known by their columns, whatever they are called: the content model (Element ID, Element Name,
Description), whose tree is in the numbers (`2.A.1` stands below `2.A`); intermediate and detailed work activities (IWA
ID, IWA Title, DWA ID, DWA Title); technologies and tools (Commodity Code, Commodity Title, Example); and the ratings
(Skills, Knowledge, Abilities: Element ID, Element Name), of which only the elements are taken. Occupations and tasks
are no competencies and are passed over.
Source: https://www.onetcenter.org/dictionary/29.2/text/ (one page a file)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from curation.taxonomy.files import Table, tables
from curation.taxonomy.gathering import Gathered, competencies
from curation.taxonomy.plain import iri_of
from curation.taxonomy.tables import Row, header, rows
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import Competency, Fault

_ENDINGS = (".txt", ".csv", ".tsv")
_ELEMENT = ("Element ID", "Element Name")
_IWA = ("IWA ID", "IWA Title")
_DWA = ("DWA ID", "DWA Title")
_TECHNOLOGY = ("Commodity Code", "Commodity Title", "Example")
_SCALES = ("Scale ID",)
_LANGUAGE = "en"


class Onet:
    """Reads O*NET's text files: one, a folder of them or a zip."""

    name: ClassVar[str] = "onet"
    api_version: ClassVar[int] = 1

    def recognises(self, path: Path) -> bool:
        """A table with the columns of a file of O*NET."""
        try:
            return any(_takers(header(table)[0]) for table in tables(path, _ENDINGS))
        except GleaneryError:
            return False

    def read(self, path: Path, framework: str, language: str) -> Iterator[Competency | Fault]:
        """Elements, work activities and technologies; `language` is not asked: O*NET is in English.

        Raises: BadInput: no table of O*NET, or one that breaks off.
        """
        found = [(table, _takers(header(table)[0])) for table in tables(path, _ENDINGS)]
        if not any(takers for _, takers in found):
            raise BadInput(f"{path.name} holds no table of O*NET.", remedy="Give its folder of text files.")
        gathered: dict[str, Gathered] = {}
        for table, takers in found:
            if takers:
                yield from _take(table, takers, framework, gathered)
        _place(framework, gathered)
        yield from competencies(gathered)


_Taker = Callable[[Row, str, str, dict[str, Gathered]], str]
"""Takes what a row tells; says what is wrong with it."""


def _takers(columns: Sequence[str]) -> list[_Taker]:
    """What a table with these columns tells."""

    def has(names: Sequence[str]) -> bool:
        return all(name in columns for name in names)

    found: list[_Taker] = []
    if has(_ELEMENT) and (has(_SCALES) or "Description" in columns or has(_DWA) or has(_IWA)):
        found.append(_element)
    if has(_IWA):
        found.append(_intermediate)
    if has(_DWA):
        found.append(_detailed)
    if has(_TECHNOLOGY):
        found.append(_technology)
    return found


def _take(
    table: Table, takers: Sequence[_Taker], framework: str, gathered: dict[str, Gathered]
) -> Iterator[Fault]:
    for line, row in rows(table, ()):
        where = f"{table.name}, line {line}"
        if row is None:
            yield Fault(where, "more fields than columns")
            continue
        for problem in [problem for take in takers if (problem := take(row, where, framework, gathered))][:1]:
            yield Fault(where, problem)


def _add(
    gathered: dict[str, Gathered], framework: str, where: str, code: str, title: str, above: str = ""
) -> Gathered | None:
    """A competency by its code, with its name; None where one of them is empty. Of two names the first counts."""
    code, title = code.strip(), title.strip()
    if not code or not title:
        return None
    one = gathered.setdefault(iri_of(code, framework), Gathered(where))
    if not one.code:
        one.code = code
        one.add(_LANGUAGE, "preferred", title)
    if above.strip():
        one.parent = one.parent or iri_of(above, framework)
    return one


def _element(row: Row, where: str, framework: str, gathered: dict[str, Gathered]) -> str:
    one = _add(gathered, framework, where, row["Element ID"], row["Element Name"])
    if one is None:
        return "Element ID or Element Name is empty"
    one.describe(_LANGUAGE, row.get("Description", ""))
    if _is_list_of_elements(row) and _is_again(one, where):
        return f"Element ID {row['Element ID']} was there before; the first row counts"
    return ""


def _is_list_of_elements(row: Row) -> bool:
    """Whether an element has one row only: in the other tables it comes again with every rating or activity."""
    return not any(name in row for name in (*_SCALES, *_IWA, *_DWA))


def _is_again(one: Gathered, where: str) -> bool:
    """Whether another row of the same table told of it first."""
    return one.where != where and one.where.rpartition(",")[0] == where.rpartition(",")[0]


def _intermediate(row: Row, where: str, framework: str, gathered: dict[str, Gathered]) -> str:
    one = _add(gathered, framework, where, row["IWA ID"], row["IWA Title"], row.get("Element ID", ""))
    return "" if one is not None else "IWA ID or IWA Title is empty"


def _detailed(row: Row, where: str, framework: str, gathered: dict[str, Gathered]) -> str:
    above = row.get("IWA ID", "") or row.get("Element ID", "")
    one = _add(gathered, framework, where, row["DWA ID"], row["DWA Title"], above)
    if one is None:
        return "DWA ID or DWA Title is empty"
    return (
        "" if not _is_again(one, where) else f"DWA ID {row['DWA ID']} was there before; the first row counts"
    )


def _technology(row: Row, where: str, framework: str, gathered: dict[str, Gathered]) -> str:
    """A class of technology, and the product below it; both come again with every occupation that uses them."""
    code, example = row["Commodity Code"].strip(), row["Example"].strip()
    if _add(gathered, framework, where, code, row["Commodity Title"]) is None or not example:
        return "Commodity Code, Commodity Title or Example is empty"
    one = _add(gathered, framework, where, f"{code}:{example.casefold()}", example, code)
    if one is not None:
        one.code = code
    return ""


def _place(framework: str, gathered: dict[str, Gathered]) -> None:
    """Put every element below the nearest one whose number its own begins with."""
    for one in gathered.values():
        above, dot, _ = one.code.rpartition(".")
        while dot and one.parent is None:
            if iri_of(above, framework) in gathered:
                one.parent = iri_of(above, framework)
            above, dot, _ = above.rpartition(".")
