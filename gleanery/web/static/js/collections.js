// What forms cannot do alone in the builder: steps dragged by their handle, and moved by Alt with an arrow.
"use strict";

(() => {
  const list = () => document.querySelector("#steps");
  const steps = () => [...document.querySelectorAll("#steps > li")];
  document.documentElement.classList.add("scripts");
  let dragged = null;

  function moveTo(step, place) {
    const form = step.querySelector("form[data-move]");
    form.elements.to.value = String(place);
    form.requestSubmit();
  }

  // ---------------------------------------------------------------- by keyboard

  document.addEventListener("keydown", (event) => {
    const step = event.target.closest?.("#steps > li");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !by || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step.querySelector(by < 0 ? "[data-up]" : "[data-down]")?.click();
  });

  // ---------------------------------------------------------------- by pointer

  function placeAt(y) {
    const others = steps().filter((step) => step !== dragged.step);
    const below = others.findIndex((step) => {
      const box = step.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return { others, place: below < 0 ? others.length : below };
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("#steps .handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const step = handle.closest("li");
    dragged = { step, handle, from: steps().indexOf(step) };
    step.classList.add("dragged");
  });

  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const { others, place } = placeAt(event.clientY);
    if (place < others.length) others[place].before(dragged.step);
    else list().append(dragged.step);
  });

  function drop(keeps) {
    if (!dragged) return;
    const { step, from } = dragged;
    step.classList.remove("dragged");
    const place = steps().indexOf(step);
    dragged = null;
    if (place === from) return;
    if (keeps) moveTo(step, place + 1);
    else steps()[from].before(step);
  }

  document.addEventListener("pointerup", () => drop(true));
  document.addEventListener("pointercancel", () => drop(false));
})();
