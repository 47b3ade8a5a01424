"""What axe does not see: headings, landmarks, targets, the focus, sideways scroll, text cut off, movement."""

from __future__ import annotations

from playwright.sync_api import Page

_SHAPE = """() => {
  const found = [];
  const shown = (one) => one.checkVisibility({visibilityProperty: true});
  const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
  const levels = heads.map((one) => Number(one.tagName[1]));
  if (levels.filter((one) => one === 1).length !== 1) found.push(`h1: ${levels}`);
  levels.forEach((one, at) => {
    if (at && one > levels[at - 1] + 1) found.push(`heading skips a level: ${heads[at].innerText}`);
  });
  if ([...document.querySelectorAll("main")].filter(shown).length !== 1) found.push("not one main");
  if (!document.title.replace(/·.*/, "").trim()) found.push("no title");
  if (!document.documentElement.lang) found.push("no lang");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((one, at) => ids.indexOf(one) !== at).forEach((one) => found.push(`id twice: ${one}`));
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    const moves = (name) => style[name].split(",").some((time) => parseFloat(time) > 0.01);
    if (moves("transitionDuration") || moves("animationDuration")) found.push(`moves: ${one.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""

_REACHED = (
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], [role=button]"
)

_TARGETS = """(reached) => {
  const found = [];
  for (const one of document.querySelectorAll(reached)) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest(".skip, .visually-hidden")) continue;
    const boxes = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
    const least = Math.min(Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height)));
    if (least === 0 || least >= 23.5) continue;
    const own = one.textContent.trim(), around = one.parentElement.textContent.trim();
    const isInText = getComputedStyle(one).display.startsWith("inline") && one.tagName === "A" && around !== own;
    if (!isInText) found.push(`target of ${least.toFixed(1)} px: ${one.outerHTML.slice(0, 140)}`);
  }
  return found;
}"""

_FOCUS = """(reached) => {
  const found = [];
  for (const one of document.querySelectorAll(reached)) {
    if (one.disabled || !one.checkVisibility({visibilityProperty: true})) continue;
    one.focus({preventScroll: true});
    if (document.activeElement !== one) continue;
    const drawn = [null, "::after", "::before"].map((part) => getComputedStyle(one, part));
    const isSeen = drawn.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    if (!isSeen) found.push(`focus is not seen: ${one.outerHTML.slice(0, 140)}`);
  }
  document.activeElement.blur();
  return found;
}"""

_CUT = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const right = document.documentElement.clientWidth + 1;
    const out = [...document.querySelectorAll("body *")].filter(
      (one) => one.getBoundingClientRect().right > right && !one.closest(".wide, pre, .visually-hidden"));
    found.push(`${wide} px too wide: ${(out.at(-1) ?? document.body).outerHTML.slice(0, 140)}`);
  }
  for (const one of document.querySelectorAll("a, button, .badge, .chip, th, label, legend, h1, h2, h3, dt, summary")) {
    const style = getComputedStyle(one);
    if (style.overflowX === "visible" || style.textOverflow === "ellipsis" || one.closest(".visually-hidden")) continue;
    if (one.scrollWidth > one.clientWidth + 1) found.push(`cut off: ${one.outerHTML.slice(0, 140)}`);
  }
  for (const one of document.querySelectorAll(".badge")) {
    const lines = one.clientHeight / parseFloat(getComputedStyle(one).lineHeight);
    if (lines > 1.8 && one.offsetWidth < one.parentElement.clientWidth - 24) found.push(`broken: ${one.outerHTML}`);
  }
  return found;
}"""


_SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it is, at 1280, 640, 390 and 320 px."""
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = page.evaluate(_SHAPE)
    found += page.evaluate(_TARGETS, _REACHED)
    page.keyboard.press("Tab")
    found += page.evaluate(_FOCUS, _REACHED)
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate(_SETTLED)
        found += [f"at {width} px: {one}" for one in page.evaluate(_CUT)]
    found += [f"at 320 px: {one}" for one in page.evaluate(_TARGETS, _REACHED)]
    page.set_viewport_size({"width": 1280, "height": 860})
    return found
