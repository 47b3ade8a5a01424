// Tells the LMS through the API of its SCORM version (run-time environment 1.2 or 2004) what happened on the page,
// and tells gleanery too where the page has an address for it. What could not be told is told at the next opening.
"use strict";

(() => {
  const BOUND = 100;
  const OPENERS = 10;
  const { page, say, start, hex } = lesson;
  const names = {
    1.2: {
      api: "API", initialize: "LMSInitialize", terminate: "LMSFinish", get: "LMSGetValue", set: "LMSSetValue",
      commit: "LMSCommit", learner: "cmi.core.student_id", status: "cmi.core.lesson_status", mode: "cmi.core.lesson_mode",
      time: "cmi.core.session_time", exit: "cmi.core.exit", duration: clock,
    },
    2004: {
      api: "API_1484_11", initialize: "Initialize", terminate: "Terminate", get: "GetValue", set: "SetValue",
      commit: "Commit", learner: "cmi.learner_id", status: "cmi.completion_status", mode: "cmi.mode",
      time: "cmi.session_time", exit: "cmi.exit", duration: (seconds) => `PT${seconds.toFixed(2)}S`,
    },
  }[page.dataset.version];

  function clock(seconds) {
    const part = (value) => String(Math.floor(value)).padStart(2, "0");
    const hours = Math.min(seconds / 3600, 9999);
    return `${part(hours).padStart(4, "0")}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
  }

  // The API in this window or one that holds it. A window of another origin has none that we may use.
  function within(first) {
    let here = first;
    for (let steps = 0; steps < BOUND; steps += 1) {
      try {
        const found = here[names.api];
        if (found && found[names.initialize]) return found; // a frame may have the name of the API
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
      if (here.parent === here) return null;
      here = here.parent;
    }
    return null;
  }

  function find() {
    let here = window;
    for (let steps = 0; here && steps < OPENERS; steps += 1) {
      const found = within(here);
      if (found !== null) return found;
      here = here.opener || here.top.opener;
    }
    return null;
  }

  const api = find();
  if (api === null) return;
  if (String(api[names.initialize]("")) !== "true") {
    say("refused");
    return;
  }

  const began = Date.now();
  const get = (name) => String(api[names.get](name) ?? "");
  const set = (name, value) => String(api[names.set](name, value)) === "true";
  const commit = () => String(api[names.commit]("")) === "true";
  const mode = get(names.mode);
  let running = true;

  if (mode === "browse" || mode === "review") {
    say("looking");
    addEventListener("pagehide", () => api[names.terminate](""), { once: true });
    return;
  }

  const kept = remembered(get("cmi.suspend_data"));
  const status = get(names.status);
  const before = { opened: "opened" in kept.acts, done: status === "completed" || status === "passed" };
  if (!before.done && status !== "incomplete") set(names.status, "incomplete");
  start(before, happened);
  keep();
  for (const [did, act] of Object.entries(kept.acts)) if (!act.told) inform(did, act);

  // What an earlier visit left: an id of this learner's way through the item, and what was done when.
  function remembered(text) {
    try {
      const found = JSON.parse(text);
      if (/^[0-9a-f]{32}$/.test(found.id) && typeof found.acts === "object" && Object.keys(found.acts).length < 3) return found;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    }
    return { id: hex(16), acts: {} };
  }

  function keep() {
    if (!running) return true;
    const noted = set("cmi.suspend_data", JSON.stringify(kept));
    set(names.time, names.duration((Date.now() - began) / 1000));
    return commit() && noted;
  }

  function happened(did, evidence) {
    if (!running) return false;
    kept.acts[did] = { evidence, at: new Date().toISOString(), told: false };
    let taken = true;
    if (did === "completed") taken = set(names.status, "completed");
    if (page.dataset.version === "2004") {
      set("cmi.progress_measure", did === "completed" ? "1" : "0.5");
      if (did === "completed") set("cmi.success_status", "passed"); // sequencing rules look at this one
    }
    taken = keep() && taken;
    inform(did, kept.acts[did]);
    return taken;
  }

  async function inform(did, act) {
    if (!page.dataset.report) return;
    const { item, tag } = page.dataset;
    const body = { item, tag, did, learner: get(names.learner), event: kept.id, evidence: act.evidence, at: act.at };
    try {
      const answer = await fetch(page.dataset.report, {
        method: "POST", mode: "cors", credentials: "omit", keepalive: true, referrerPolicy: "no-referrer",
        headers: { "Content-Type": "text/plain;charset=UTF-8" }, body: JSON.stringify(body),
      });
      if (!answer.ok) return;
    } catch (error) {
      if (error instanceof TypeError) return; // offline: it stays untold
      throw error;
    }
    act.told = true;
    keep();
  }

  function leave() {
    if (!running) return;
    set(names.time, names.duration((Date.now() - began) / 1000));
    set(names.exit, "suspend"); // also when completed: another exit would begin anew, and uncompleted, the next time
    running = false;
    api[names.terminate]("");
  }

  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
