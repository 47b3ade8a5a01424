// The page of one item: what counts as opening and as completing it, and what the learner is told.
// A script that reports (sco.js, au.js) takes part with `lesson.start`; without one nothing is recorded.
"use strict";

const lesson = (() => {
  const page = document.querySelector("main");
  const source = document.getElementById("source");
  const button = document.getElementById("done");
  const byOpening = page.dataset.completes === "opened" && source !== null;
  let known = null;
  let tell = null;

  function say(name) {
    for (const line of document.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== name;
  }

  function show() {
    if (button !== null) button.hidden = byOpening || known.done;
    say(known.done ? "done" : byOpening ? "open" : "declare");
  }

  // Only what the LMS has taken is said to be recorded.
  async function complete() {
    if (known.done) return;
    known.done = true;
    if (button !== null) button.hidden = true;
    say((await tell("completed", known.opened ? "opened" : "self-declared")) ? "done" : "refused");
  }

  function open() {
    if (known === null) return;
    if (!known.opened) {
      known.opened = true;
      tell("opened", "opened");
    }
    if (byOpening) complete();
  }

  if (source !== null) {
    source.addEventListener("click", open);
    source.addEventListener("auxclick", (event) => { if (event.button === 1) open(); });
  }
  if (button !== null) button.addEventListener("click", complete);

  return {
    page,
    say,
    // `before`: what the LMS knows already, {opened, done}. `report(did, evidence)`: whether it was taken, or a promise.
    start(before, report) {
      known = { opened: before.opened, done: before.done };
      tell = report;
      show();
    },
    hex(bytes) {
      return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, "0")).join("");
    },
  };
})();
