"""A curator's keys in a real Chromium: milliseconds from a key to what it shows, with 100,000 items in the queue.

    python benchmarks/keys.py [--json] [--items 100000] [--rounds 30]

`seen`: the row is gone and the next one is marked; `answered`: the next item can be read, or what was undone is back.
Both end after the frame that shows them was painted. There is no peer: the goal is 100 ms to the first visible result.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from desks import fill, main, told  # noqa: E402
from playwright.sync_api import Page  # noqa: E402

from tests.chromium import launched  # noqa: E402
from tests.house import make_house  # noqa: E402
from tests.web.houses import served  # noqa: E402

GOAL_MS = 100
SOURCE = {
    "name": "big",
    "connector": "file",
    "settings": {"path": "big.jsonl", "realm": "r", "kind": "article", "fields": {"external_id": "id"}},
}
WATCH = """() => {
  const state = () => document.querySelector("#reader [data-item]")?.dataset.item;
  const isBusy = () => document.querySelector("#reader")?.getAttribute("aria-busy") === "true";
  const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  window.took = new Promise((resolve) => {
    document.addEventListener("keydown", (event) => {
      const found = {}, before = state();
      const note = (name) => painted((at) => {
        found[name] ??= at - event.timeStamp;
        if (found.answered) { watcher.disconnect(); resolve(found); }
      });
      const watcher = new MutationObserver(() => {
        if (document.querySelector("#rows .row.gone") || isBusy()) note("seen");
        if (state() !== before && !isBusy()) note("answered");
      });
      watcher.observe(document.body, { subtree: true, childList: true, attributes: true });
    }, { capture: true, once: true });
  });
}"""
KEYS = {"approve (a)": "a", "read the next (j)": "j", "read the one before (k)": "k", "undo (u)": "u"}


def press(page: Page, key: str) -> dict[str, float]:
    """Milliseconds until something was seen, and until the answer was."""
    page.evaluate(WATCH)
    page.keyboard.press(key)
    taken: dict[str, float] = page.evaluate("() => window.took")
    return taken


def measure(items: int, rounds: int) -> dict[str, Any]:
    """By key: both times, as median and 95th percentile; and the bytes of the first load of the queue."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [SOURCE, SOURCE | {"name": "rare"}]
        house = make_house(Path(folder), sources=sources, curation={"steps": [{"step": "language"}]})
        fill(house, items)
        with served(house) as site, launched() as chromium:
            page = chromium.new_page(viewport={"width": 1280, "height": 860})
            page.goto(site.link())
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_selector("#reader-title")
            page.wait_for_load_state("networkidle")
            found = {name: _of_key(page, key, rounds) for name, key in KEYS.items()}
        house.close()
    return {"items": items, "goal_ms": GOAL_MS, **found}


def _of_key(page: Page, key: str, rounds: int) -> dict[str, Any]:
    press(page, key)  # the first warms
    taken = [press(page, key) for _ in range(rounds)]
    return {
        name: told([one[name] for one in taken if name in one])
        for name in ("seen", "answered")
        if sum(name in one for one in taken) > 1
    }


if __name__ == "__main__":
    main(measure, __doc__, 30)
