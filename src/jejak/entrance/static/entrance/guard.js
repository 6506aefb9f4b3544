/* The guard's page renews itself; when it cannot and the hour is over, it shows no mark rather than an old one. */
(function () {
  "use strict";
  const EVERY = 20000;
  const door = window.door;
  const shown = () => document.querySelector("[data-guard]");
  function over() {
    const late = door.now() >= Number(shown().dataset.until);
    shown().hidden = late;
    document.querySelector("[data-stale]").hidden = !late;
  }
  function renew() {
    door.ask(location.pathname).then((answer) => {
      if (answer.status === 403 || answer.status === 404) { location.reload(); throw new Error("not paired"); }
      if (!answer.ok) throw new Error("not now");
      return answer.text();
    }).then((text) => {
      const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-guard]");
      if (fresh && fresh.dataset.until !== shown().dataset.until) shown().replaceWith(fresh);
      over();
    }).catch(over);
  }
  setInterval(renew, EVERY);
  setInterval(() => { if (!shown().hidden && door.now() >= Number(shown().dataset.until)) renew(); }, 1000);
  window.addEventListener("online", renew);
  door.stayAwake();
})();
