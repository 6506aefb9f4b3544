/* The sliders of a window say in words where they stand; without scripts the page says it after "Update". */
(function () {
  "use strict";
  const zone = "Asia/Kuala_Lumpur";
  const parts = [[19, "malam"], [14, "petang"], [12, "tengah hari"], [1, "pagi"], [0, "tengah malam"]];

  function written(moment, language) {
    const english = language.startsWith("en");
    const day = new Intl.DateTimeFormat(english ? "en-GB" : "ms-MY", { timeZone: zone, day: "numeric", month: "long", year: "numeric" }).format(moment);
    const [hour, minute] = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment).split(":");
    const twelve = Number(hour) % 12 || 12;
    if (english) return day + ", " + twelve + ":" + minute + (Number(hour) < 12 ? " am" : " pm");
    return day + ", " + twelve + "." + minute + " " + parts.find((part) => Number(hour) >= part[0])[1];
  }

  document.addEventListener("input", (event) => {
    const frame = event.target.closest("[data-window]");
    if (!frame) return;
    const [start, end] = frame.querySelectorAll("[data-mark]");
    if (Number(start.value) >= Number(end.value)) {
      if (event.target === start) end.value = Number(start.value) + 1;
      else start.value = Number(end.value) - 1;
    }
    const midnight = new Date(frame.dataset.midnight), first = new Date(frame.dataset.first), last = new Date(frame.dataset.last);
    for (const slider of [start, end]) {
      const moment = new Date(midnight.getTime() + Number(slider.value) * 3600000);
      const inside = new Date(Math.min(Math.max(moment, first), last));
      slider.parentElement.querySelector("output").textContent = written(inside, frame.dataset.language);
    }
  });

  // Whoever asked for the names goes on where they begin; what the button was in is gone.
  document.addEventListener("htmx:afterSwap", (event) => {
    const sender = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!sender || !sender.matches("[data-names]")) return;
    const heading = document.querySelector("#contacts, #visitors");
    if (heading) heading.focus();
  });
})();
