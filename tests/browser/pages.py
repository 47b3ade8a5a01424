"""Pages of a served house in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.web.houses import Site


@contextmanager
def opened(
    chromium: Browser,
    site: Site,
    account: str = "curator",
    *,
    goes_offline: bool = False,
    visits: str = "",
    **options: Any,
) -> Iterator[Page]:
    """The queue, signed in through a one-time link.

    A fault in the console (a breach of the content policy is one) or a request to another host fails the test;
    an answer of ours that refuses is no fault, nor is a failed request where the test `goes_offline`, nor one to the
    platform that it `visits`.
    """
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 860}} | options))
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda told: faults.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    known = (site.url, visits or site.url)
    context.on("request", lambda asked: None if asked.url.startswith(known) else faults.append(asked.url))
    page.goto(site.link(account))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/signin" not in url, wait_until="load")
    yield page
    context.close()
    forgiven = ["responded with a status of 4"] + [
        "ERR_INTERNET_DISCONNECTED",
        "Failed to fetch",
    ] * goes_offline
    assert not [fault for fault in faults if not any(sign in fault for sign in forgiven)], faults


def until(page: Page, claim: str, arg: object = None, milliseconds: int = 30_000) -> None:
    """Wait until `claim` holds, a JavaScript function of `arg`.

    `page.wait_for_function` evaluates its text anew at every look, and the content policy of our pages refuses all
    looks but the first.
    """
    looked = page.evaluate(
        f"""([arg, patience]) => new Promise((settle) => {{
            const claim = {claim}, last = performance.now() + patience;
            const look = () => claim(arg) ? settle(true)
                : performance.now() > last ? settle(false) : requestAnimationFrame(look);
            look();
        }})""",
        [arg, milliseconds],
    )
    assert looked, f"{page.url}: within {milliseconds} ms not: {claim}"
