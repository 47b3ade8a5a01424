// The tree of a framework by arrows: up and down along a level, right into it, left back out of it.
"use strict";

(() => {
  const branches = () => [...document.querySelectorAll(".branches .branch")];

  const KEPT = "gleanery.in-the-tree";

  // The page that opens begins in the tree, as the one that is left ended there.
  function go(link) {
    if (!link) return;
    sessionStorage.setItem(KEPT, "yes");
    link.click();
  }

  function along(here, by) {
    const all = branches();
    all[all.indexOf(here) + by]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.(".branch");
    if (!here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rtl = document.documentElement.dir === "rtl";
    const deeper = rtl ? "ArrowLeft" : "ArrowRight";
    const out = rtl ? "ArrowRight" : "ArrowLeft";
    const above = [...document.querySelectorAll(".way a")].at(-1);
    const acts = {
      ArrowUp: () => along(here, -1),
      ArrowDown: () => along(here, 1),
      [deeper]: () => go(here.hasAttribute("data-deeper") && here),
      [out]: () => go(above),
      Home: () => branches()[0].focus(),
      End: () => branches().at(-1).focus(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  if (sessionStorage.getItem(KEPT)) branches()[0]?.focus();
  sessionStorage.removeItem(KEPT);
})();
