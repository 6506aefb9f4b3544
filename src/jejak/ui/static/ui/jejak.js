/* Makes pages quicker for those whose browser runs scripts; nothing needs it. */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // Sliders: the number beside a slider follows the thumb; htmx (where the page has it) fetches the list.
  function written(slider, value) {
    const language = slider.dataset.asTime;
    if (!language) return slider.dataset.unit ? value + " " + slider.dataset.unit : value;
    const hours = Math.floor(value / 60), rest = value % 60, letter = language.startsWith("en") ? "h" : "j";
    if (!hours) return rest + " min";
    return rest ? hours + " " + letter + " " + rest + " min" : hours + " " + letter;
  }
  document.addEventListener("input", (event) => {
    const slider = event.target.closest("[data-slider]");
    if (slider) slider.querySelector("output").textContent = written(slider, event.target.value);
  });

  // Tables: j and k walk the rows, Enter opens (the row's own link has the focus), / goes to the search field.
  function walk(step) {
    const links = all("table[data-keys] tbody tr").map((row) => row.querySelector("a, button, input:not([type=hidden])")).filter(Boolean);
    if (!links.length) return;
    const row = document.activeElement.closest("table[data-keys] tbody tr");
    const now = row ? links.findIndex((link) => row.contains(link)) : step > 0 ? -1 : links.length;
    const next = links[Math.min(Math.max(now + step, 0), links.length - 1)];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea")) return;
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "/" && document.querySelector("[data-search]")) {
      event.preventDefault();
      document.querySelector("[data-search]").focus();
    }
  });

  // A form is sent once: a second tap on the same button within four seconds is the same tap.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    const button = event.submitter ? event.submitter.value : "";
    if (form.dataset.button === button && Date.now() - Number(form.dataset.sent || 0) < 4000) event.preventDefault();
    else Object.assign(form.dataset, { button, sent: String(Date.now()) });
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  // What went wrong is read out and seen first.
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
