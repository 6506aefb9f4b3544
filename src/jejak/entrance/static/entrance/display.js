/* The display: fresh numbers every ten seconds; without a network the last ones, and since when. */
(function () {
  "use strict";
  const EVERY = 10000;
  const door = window.door, board = document.querySelector("[data-board]"), KEPT = "jejak-door-numbers-" + board.dataset.tablet;
  const text = (selector, value) => { const found = document.querySelector(selector); if (found) found.textContent = value; };
  const counted = (value) => value.toLocaleString("en");
  let at = Number(board.dataset.at || 0);

  function show(numbers) {
    at = numbers.at;
    text("[data-inside]", counted(numbers.inside));
    document.querySelector(".count").classList.toggle("many", numbers.inside > 999);
    text("[data-today]", counted(numbers.today));
    if (numbers.capacity) text("[data-capacity]", counted(numbers.capacity));
    if (board.dataset.light === numbers.light) return;
    board.dataset.light = numbers.light;
    document.querySelectorAll("[data-sign]").forEach((sign) => { sign.hidden = sign.dataset.sign !== numbers.light; });
  }
  function stale(is) {
    text("[data-since]", door.clock(at));
    document.querySelector("[data-stale]").hidden = !is;
  }
  function renew() {
    door.ask(board.dataset.numbers).then((answer) => {
      if (answer.status === 403) { location.reload(); throw new Error("not paired"); }
      if (!answer.ok) throw new Error("not now");
      return answer.json();
    }).then((numbers) => {
      localStorage.setItem(KEPT, JSON.stringify(numbers));
      show(numbers);
      stale(false);
    }).catch(() => stale(true));
  }
  function tick() {
    text("[data-clock]", door.clock(door.now()));
    setTimeout(tick, 1000 - (door.now() % 1000));
  }

  const last = JSON.parse(localStorage.getItem(KEPT) || "null");
  if (last && last.at > at) show(last); // the page came out of the cache
  tick();
  renew();
  setInterval(renew, EVERY);
  window.addEventListener("online", renew);
  window.addEventListener("offline", renew);
  door.keepOffline();
  door.stayAwake();
})();
