// The desk of connectors: a returned sign-in goes on by itself, and long lists of choices can be searched.
"use strict";

(() => {
  document.documentElement.dataset.scripts = "on";

  document.querySelector("form[data-at-once]")?.requestSubmit();

  const form = document.querySelector("form[data-choices]");
  if (!form) return;
  const all = form.querySelector("#choose-all");
  const boxes = () => [...form.querySelectorAll("[name=chosen]")];
  const row = (box) => box.closest("li");

  form.addEventListener("change", (event) => {
    if (event.target.name === "chosen" && event.target.checked && all) all.checked = false;
  });

  form.querySelector("#find-choice")?.addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const box of boxes()) row(box).hidden = !row(box).textContent.toLowerCase().includes(wanted);
    const shown = boxes().filter((box) => !row(box).hidden).length;
    form.querySelector("#choices-shown").textContent = `${shown} / ${boxes().length}`;
  });

  form.addEventListener("click", (event) => {
    const tick = event.target.dataset?.tick;
    if (!tick) return;
    for (const box of boxes()) if (!row(box).hidden) box.checked = tick === "yes";
    if (all && tick === "yes") all.checked = false;
  });
})();
