// What every desk needs besides forms and links: where the focus goes after a swap, the word that no one answers.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  let pressed = null;

  document.addEventListener("htmx:before:request", (event) => {
    pressed = event.detail.ctx.sourceElement?.querySelector("[id]:focus")?.id ?? document.activeElement?.id ?? null;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const problem = find("#problem");
    if (problem) problem.hidden = !ctx.hx?.retarget;
    if (ctx.request.method !== "POST" || ctx.hx?.retarget) return;
    const said = find("#said");
    if (said) said.focus();
    else if (pressed) document.getElementById(pressed)?.focus();
  });

  document.addEventListener("htmx:error", () => {
    const problem = find("#problem");
    problem.hidden = false;
    problem.textContent = document.body.dataset.silence;
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest?.("[data-copy]");
    if (!copy) return;
    navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      copy.textContent = copy.dataset.copied;
    });
  });
})();
