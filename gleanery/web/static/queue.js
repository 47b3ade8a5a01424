// What forms and links cannot do alone on the queue page: single keys, where the focus goes, the word that no one answers.
"use strict";

(() => {
  const OFF = "gleanery.keys.off";
  const wide = window.matchMedia("(min-width: 60rem) and (min-height: 30rem)");
  const find = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll("#rows .open")];
  const current = () => find("#rows .open[aria-current]");
  let stepping = false;

  // ---------------------------------------------------------------- the reader follows the list

  function mark() {
    const shown = find("#reader [data-item]")?.dataset.item;
    for (const row of rows()) {
      if (row.dataset.item === shown) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  function step(by) {
    const all = rows();
    const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + by))];
    if (!next || next === current()) return;
    next.focus();
    stepping = true;
    next.click();
    stepping = false;
  }

  function toReader() {
    find("#reader").scrollIntoView({ block: wide.matches ? "nearest" : "start" });
    find("#reader-title")?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("#rows .open");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    find("#reader").setAttribute("aria-busy", "true");
    // by Enter, or where the reader lies below, the person wants to go and read
    row.dataset.go = !stepping && (event.detail === 0 || !wide.matches) ? "yes" : "";
  });

  function afterVerdict() {
    const refusal = find("#refusal");
    if (refusal) refusal.focus();
    else if (wide.matches && current()) current().focus();
    else if (find("#reader-title")) toReader();
    else find(".empty a, .tabs [aria-current]")?.focus();
    if (wide.matches) {
      current()?.scrollIntoView({ block: "nearest" });
      if (find("#reader")) find("#reader").scrollTop = 0;
    }
  }

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    find("#problem").hidden = !ctx.hx?.retarget;
    if (ctx.hx?.retarget) return;
    if (ctx.request.method === "POST") {
      afterVerdict();
      return;
    }
    mark();
    if (ctx.sourceElement.dataset?.go) toReader();
  });

  document.addEventListener("htmx:finally:request", () => find("#reader")?.removeAttribute("aria-busy"));

  document.addEventListener("htmx:error", () => {
    const problem = find("#problem");
    problem.hidden = false;
    problem.textContent = "gleanery does not answer. Check that `gleanery serve` is running, then try again.";
  });

  // ---------------------------------------------------------------- single keys

  const help = find("#help");
  const box = find("#keys");
  const isOn = () => localStorage.getItem(OFF) === null;

  function press(verdict) {
    if (find("#reader")?.hasAttribute("aria-busy")) return; // never judge what is not on the page yet
    (find(`#notice [data-act="${verdict}"]`) ?? find(`#reader [data-act="${verdict}"]`))?.click();
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => press("approve"),
    r: () => press("reject"),
    u: () => press("undo"),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || writes || help.open || !isOn()) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  box.checked = isOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  const button = find("#help-button");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
})();
