/* The counter works without this. With it: a number pad for the PIN, ids made at the tap, a second tap that counts once. */
(function () {
  "use strict";
  const pad = document.querySelector("[data-pad]"), pin = document.getElementById("pin");
  if (pad && pin) {
    pad.hidden = false;
    pin.setAttribute("inputmode", "none"); // the pad is the keyboard; a real one types as well
    pad.addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (!key) return;
      if ("clear" in key.dataset) pin.value = "";
      else if ("back" in key.dataset) pin.value = pin.value.slice(0, -1);
      else if (pin.value.length < 6) pin.value += key.textContent;
    });
  }

  // The same content sent again keeps its id, so a retry after a lost answer is the same visit.
  const content = (form) => Array.from(form.elements).filter((e) => e.name && e.name !== "id").map((e) => (e.type === "checkbox" ? e.checked : e.value)).join("\n");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-door")) return;
    if (Date.now() - (form.sentAt || 0) < 4000) { event.preventDefault(); return; }
    form.sentAt = Date.now();
    form.classList.add("sending");
    const same = content(form);
    if (form.madeFor !== same || Date.now() - form.madeAt > 480000) {
      form.elements.namedItem("id").value = window.door.uuid7();
      form.madeFor = same;
      form.madeAt = Date.now();
    }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-door]").forEach((form) => { form.sentAt = 0; form.classList.remove("sending"); }));

  // A confirmation leaves the screen, so that the next visitor does not read it.
  const next = document.querySelector("[data-next]");
  if (next) setTimeout(() => location.assign(next.href), 30000);
})();
