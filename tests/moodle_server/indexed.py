"""The activity with its entries found by their place: for very many of them."""

from __future__ import annotations

from tests.moodle_server.activity import Activity, Entry, Form


class Indexed(Activity):
    """An activity, its entries by their number and by each text they hold."""

    def __init__(self, plain: Activity) -> None:
        self.__dict__.update(plain.__dict__)
        self._by_id: dict[str, Entry] = {}
        self._by_text: dict[str, list[Entry]] = {}

    def entry(self, entry_id: int | str) -> Entry | None:
        """The entry of this id."""
        return self._by_id.get(str(entry_id))

    def search(self, text: str) -> list[Entry]:
        """Entries that hold the text as the whole of a field."""
        return self._by_text.get(text.casefold(), [])

    def add(self, form: Form) -> Entry | None:
        """The new entry."""
        made = super().add(form)
        if made is not None:
            self._by_id[str(made["id"])] = made
            for row in made["contents"]:
                self._by_text.setdefault(str(row["content"] or "").casefold(), []).append(made)
        return made
