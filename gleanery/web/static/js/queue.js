// What forms and links cannot do alone on the queue page: single keys, a verdict seen at once, where the focus goes,
// words that survive the end of a session.
"use strict";

(() => {
  const OFF = "gleanery.keys.off";
  const KEYS = "gleanery.keys";
  const TYPED = "gleanery.typed";
  const wide = window.matchMedia("(min-width: 60rem) and (min-height: 30rem)");
  const find = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll("#rows .row:not(.gone) .open")];
  const current = () => find("#rows .row:not(.gone) .open[aria-current]");
  let stepping = false;

  // ---------------------------------------------------------------- the reader follows the list

  function mark(item) {
    for (const row of document.querySelectorAll("#rows .open")) {
      if (row.dataset.item === item) row.setAttribute("aria-current", "true");
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
    mark(next.dataset.item);
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

  // ---------------------------------------------------------------- a verdict is seen at once

  // Before the answer comes the row is gone and the next one marked; the answer puts things right in any case.
  function foresee(form) {
    const here = current();
    if (!here || !form.closest("#reader") || !/\/(approve|reject|retract|later)$/.test(form.getAttribute("action"))) return;
    const all = rows();
    const next = all[all.indexOf(here) + 1] ?? all[all.indexOf(here) - 1];
    here.closest(".row").classList.add("gone");
    find("#reader").setAttribute("aria-busy", "true");
    if (next) mark(next.dataset.item);
    performance.mark("verdict-shown");
  }

  function comeBack() {
    for (const row of document.querySelectorAll("#rows .row.gone")) row.classList.remove("gone");
    find("#reader")?.removeAttribute("aria-busy");
    mark(find("#reader [data-item]")?.dataset.item);
  }

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

  // the reader's other forms (items.js) bring the reader alone
  // told by the address: after the swap the form that was sent is no longer there
  const isVerdict = (ctx) => /\/(approve|reject|retract|later|now|undo)$/.test(ctx.request.action) && !/\/(wording|regrouping)\//.test(ctx.request.action);

  // what the page asks by itself says nothing of the reader
  const isAside = (ctx) => /\/(claim|news)(\?|$)/.test(ctx.request.action);

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (!isVerdict(ctx)) return;
    remember(ctx.sourceElement);
    foresee(ctx.sourceElement);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const from = ctx.sourceElement;
    if (isAside(ctx)) return;
    find("#problem").hidden = !ctx.hx?.retarget;
    show();
    if (ctx.hx?.retarget) {
      comeBack();
      return;
    }
    if (isVerdict(ctx)) {
      performance.mark("verdict-answered");
      if (!find("#refusal")) forget();
      afterVerdict();
      return;
    }
    mark(find("#reader [data-item]")?.dataset.item);
    restore();
    if (from?.dataset?.go) toReader();
  });

  document.addEventListener("htmx:finally:request", (event) => {
    if (!isAside(event.detail.ctx) && !find("#rows .row.gone")) find("#reader")?.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:error", () => {
    comeBack();
    const problem = find("#problem");
    problem.hidden = false;
    problem.textContent = document.body.dataset.silence;
  });

  // ---------------------------------------------------------------- words typed survive the end of a session

  function remember(form) {
    const typed = form.querySelector("input[name=reason]")?.value;
    if (typed) sessionStorage.setItem(TYPED, JSON.stringify({ form: form.dataset.keep, typed }));
  }

  const forget = () => sessionStorage.removeItem(TYPED);

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(TYPED) ?? "null");
    const field = kept && find(`form[data-keep="${CSS.escape(kept.form ?? "")}"] input[name=reason]`);
    if (!field || field.value) return;
    field.value = kept.typed;
    forget();
  }

  // ---------------------------------------------------------------- choosing

  const boxes = () => [...document.querySelectorAll("#rows .row:not(.gone) .choose")];
  let last = null;

  function choose(box, isRange) {
    const all = boxes();
    if (isRange && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
      for (const one of all.slice(from, to + 1)) one.checked = last.checked;
    }
    last = box;
    show();
  }

  function show() {
    const count = boxes().filter((box) => box.checked).length;
    const bar = find("#several");
    if (!bar) return;
    bar.classList.toggle("used", count > 0);
    find("#chosen").textContent = count;
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".choose");
    if (box) choose(box, event.shiftKey);
  });

  // ---------------------------------------------------------------- single keys

  const help = find("#help");
  const box = find("#keys");
  const isOn = () => localStorage.getItem(OFF) === null && find("#desk").dataset.keys !== "off";
  const isRejecting = () => find("#reader .picks")?.classList.contains("asked");

  function press(act) {
    if (find("#reader")?.hasAttribute("aria-busy")) return; // never judge what is not on the page yet
    const button = find(`#notice [data-act="${act}"]`) ?? find(`#reader [data-act="${act}"]`);
    if (!button) return;
    performance.mark("verdict-pressed");
    if (button.matches("input, select, textarea")) button.focus();
    else button.click();
  }

  function reject() {
    if (find("#reader")?.hasAttribute("aria-busy")) return;
    const picks = find("#reader .picks");
    if (!picks || isRejecting()) press("reject");
    else {
      picks.classList.add("asked");
      say(picks.getAttribute("aria-label"));
    }
  }

  function pick(number) {
    if (find("#reader")?.hasAttribute("aria-busy")) return;
    performance.mark("verdict-pressed");
    find(`#reader [data-pick="${number}"]`)?.click();
  }

  const leave = () => find("#reader .picks")?.classList.remove("asked");

  function say(words) {
    find("#announcement").textContent = words;
  }

  function toggle(isRange) {
    const here = current()?.closest(".row").querySelector(".choose");
    if (!here) return;
    here.checked = isRange && last ? last.checked : !here.checked;
    choose(here, isRange);
  }

  const acts = {
    next: () => step(1),
    previous: () => step(-1),
    approve: () => press("approve"),
    reject,
    later: () => press("later"),
    undo: () => press("undo"),
    tag: () => press("tag"),
    confirm: () => press("confirm"),
    refuse: () => press("refuse"),
    edit: () => press("edit"),
    note: () => press("note"),
    choose: (event) => toggle(event.shiftKey),
    search: () => find("#words")?.focus(),
    help: () => help.showModal(),
  };

  const fields = [...document.querySelectorAll("[data-act-key]")];
  let keys = {};

  function learn() {
    const own = JSON.parse(localStorage.getItem(KEYS) ?? "{}");
    keys = {};
    for (const field of fields) {
      field.value = own[field.dataset.actKey] ?? field.dataset.default;
      keys[field.value] = field.dataset.actKey;
    }
    for (const shown of document.querySelectorAll("kbd[data-key]")) {
      shown.textContent = Object.keys(keys).find((key) => keys[key] === shown.dataset.key) ?? "";
    }
  }

  function teach(field) {
    const key = field.value.trim();
    const said = find("#key-said");
    const isTaken = fields.some((other) => other !== field && other.value === key) || /^[1-9]?$/.test(key);
    field.setAttribute("aria-invalid", String(isTaken));
    said.textContent = isTaken ? said.dataset.taken.replace("{key}", key || "–") : said.dataset.kept;
    if (isTaken) return;
    const own = JSON.parse(localStorage.getItem(KEYS) ?? "{}");
    own[field.dataset.actKey] = key;
    localStorage.setItem(KEYS, JSON.stringify(own));
    learn();
  }

  for (const field of fields) {
    field.addEventListener("focus", () => field.select());
    field.addEventListener("input", () => teach(field));
  }
  find("#keys-reset").addEventListener("click", () => {
    localStorage.removeItem(KEYS);
    learn();
  });

  function act(event) {
    if (isRejecting() && /^[1-9]$/.test(event.key)) return () => pick(event.key);
    if (isRejecting() && event.key === "Escape") return leave;
    const key = event.shiftKey && event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return acts[keys[event.key] ?? (keys[key] === "choose" ? "choose" : "")];
  }

  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || writes) return;
    if (document.querySelector("dialog[open]") || !isOn()) return;
    const wanted = act(event);
    if (!wanted) return;
    event.preventDefault();
    wanted(event);
  });

  box.checked = isOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  const button = find("#help-button");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  document.addEventListener("htmx:after:swap", learn);
  document.body.classList.add("scripted");
  learn();
  show();
  restore();
})();
