// What the reader's forms and links cannot do alone: competencies found while somebody types, and where the focus goes.
"use strict";

(() => {
  const WAIT = 90; // milliseconds after the last key
  const find = (selector) => document.querySelector(selector);

  // ---------------------------------------------------------------- the focus after a form of the reader

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    // a form that is gone after the swap is told of by the reader itself
    if (ctx.request.method !== "POST" || !ctx.sourceElement?.matches?.('form[hx-target="#reader"], #reader')) return;
    if (ctx.hx?.retarget) return;
    find("#said")?.focus({ preventScroll: true });
    find("#said")?.scrollIntoView({ block: "center" });
    if (!find("#said.bad")) for (const open of document.querySelectorAll("#edit[open]")) open.open = false;
    enhance();
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.id === "edit" && event.target.open && !find("#said.bad")) event.target.querySelector("input[name=title]").focus();
  }, true);

  // ---------------------------------------------------------------- a list of competencies below the field (ARIA combobox)

  class Combo {
    constructor(field) {
      this.field = field;
      this.list = document.createElement("ul");
      this.list.id = `${this.field.id}-list`;
      this.list.className = "options";
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", this.form.querySelector("label").firstChild.textContent.trim());
      this.said = document.createElement("span");
      this.said.className = "visually-hidden";
      this.said.setAttribute("role", "status");
      this.attach();
      this.field.addEventListener("input", () => this.soon());
      this.field.addEventListener("keydown", (event) => this.key(event));
      this.field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
      this.list.addEventListener("pointerdown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    }

    get form() {
      return this.field.form;
    }

    attach() {
      this.form.querySelector(".typed").append(this.list, this.said);
      for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", this.list.id]]) {
        this.field.setAttribute(name, value);
      }
      this.close();
    }

    get options() {
      return [...this.list.children];
    }

    soon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    }

    async ask() {
      const typed = this.field.value.trim();
      this.asked?.abort();
      if (!typed) {
        this.close();
        return;
      }
      this.asked = new AbortController();
      try {
        const answer = await fetch(`${this.form.dataset.concepts}?${new URLSearchParams({ q: typed, limit: "12" })}`, { signal: this.asked.signal });
        if (answer.ok) this.show((await answer.json()).items);
      } catch (error) {
        if (error.name !== "AbortError") this.close(); // the search page works in its place
      }
    }

    show(found) {
      this.list.replaceChildren(...found.map((one, place) => this.option(one, place)));
      this.list.hidden = found.length === 0;
      this.field.setAttribute("aria-expanded", String(found.length > 0));
      this.field.removeAttribute("aria-activedescendant");
      const { none, found: words } = this.form.dataset;
      this.said.textContent = found.length ? words.replace("{count}", found.length) : none;
    }

    option(one, place) {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      Object.assign(option.dataset, { framework: one.framework, concept: one.iri });
      const parts = [["b", one.label], ["span", one.matched], ["span", [...one.above, one.framework].join(" › ")]];
      for (const [tag, text] of parts) {
        if (!text) continue;
        const part = document.createElement(tag);
        part.textContent = text;
        option.append(part, " ");
      }
      return option;
    }

    close() {
      this.list.hidden = true;
      this.field.setAttribute("aria-expanded", "false");
      this.field.removeAttribute("aria-activedescendant");
    }

    mark(option) {
      for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
      if (!option) return;
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    key(event) {
      const open = !this.list.hidden;
      const all = this.options;
      const here = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) this.ask();
        else this.mark(all[(here + (event.key === "ArrowDown" ? 1 : here < 0 ? 0 : -1) + all.length) % all.length]);
      } else if (event.key === "Escape" && (open || this.field.value)) {
        event.preventDefault();
        if (!open) this.field.value = "";
        this.close();
      } else if (event.key === "Enter" && open) {
        event.preventDefault();
        this.choose(all[here] ?? all[0]);
      }
    }

    choose(option) {
      if (!option) return;
      const chosen = this.form.parentElement.querySelector("form.chosen");
      chosen.elements.framework.value = option.dataset.framework;
      chosen.elements.concept.value = option.dataset.concept;
      this.field.value = "";
      this.close();
      chosen.requestSubmit();
    }
  }

  const combos = new WeakMap();

  // a swap keeps the field and takes away what stood beside it
  function enhance() {
    for (const field of document.querySelectorAll("form.combo input[name=q]")) {
      const known = combos.get(field);
      if (!known) combos.set(field, new Combo(field));
      else if (!known.list.isConnected) known.attach();
    }
  }

  document.addEventListener("htmx:after:swap", enhance);
  enhance();
})();
