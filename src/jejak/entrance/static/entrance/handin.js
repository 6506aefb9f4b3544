/* A tablet that is not paired, or about to be paired anew, first hands in what it kept as the tablet that it was.
   Nothing kept is thrown away here: what cannot be sent stays, and the staff are asked before another pairing. */
(function () {
  "use strict";
  const QUEUES = "jejak-door-queue-", AT_ONCE = 20, EVERY = 15000;
  const door = window.door, box = document.querySelector("[data-handing-in]");
  const form = document.querySelector("form"), anyway = document.querySelector("[data-anyway]");
  const own = QUEUES + (box.dataset.tablet || "");
  const held = (key) => JSON.parse(localStorage.getItem(key) || "[]");
  const count = () => Object.keys(localStorage).filter((key) => key.startsWith(QUEUES)).reduce((sum, key) => sum + held(key).length, 0);
  let refused = 0, sending = false, sent = false;

  function say(name, number) {
    const line = box.querySelector("[data-" + name + "]"), told = line.querySelector("b");
    line.hidden = !number;
    if (told) told.textContent = number;
  }
  function tell(stuck) {
    const left = count();
    say("sending", stuck ? 0 : left);
    say("kept", stuck ? left : 0);
    say("refused", refused);
    say("sent", sent && !left ? 1 : 0);
    if (anyway) anyway.hidden = !(stuck && left);
  }
  function flush() {
    const batch = held(own).slice(0, AT_ONCE);
    if (sending) return Promise.resolve();
    if (!batch.length) { tell(true); return Promise.resolve(); }
    sending = true;
    tell(false);
    const body = JSON.stringify({ items: batch.map((item) => ({ ...item, queued: true })) });
    return door.ask(box.dataset.send, { method: "POST", headers: { "Content-Type": "application/json" }, body }).then((answer) => {
      if (!answer.ok) throw new Error("not now");
      return answer.json();
    }).then((given) => {
      const settled = given.items.filter((answer) => answer.status !== 503);
      const ids = new Set(settled.map((answer) => answer.id));
      const left = held(own).filter((item) => !ids.has(item.id));
      refused += settled.filter((answer) => answer.status >= 400).length;
      sent = true;
      if (left.length) localStorage.setItem(own, JSON.stringify(left));
      else localStorage.removeItem(own);
      sending = false;
      if (!settled.length) throw new Error("later");
      return flush();
    }).catch(() => { sending = false; tell(true); });
  }

  if (anyway) form.addEventListener("submit", (event) => {
    if (!count() || anyway.querySelector("[data-sure]").checked) return;
    event.preventDefault();
    flush().then(() => { if (!count()) form.submit(); else anyway.querySelector("[data-sure]").focus(); });
  });
  if (count()) {
    flush();
    setInterval(flush, EVERY);
    window.addEventListener("online", flush);
  }
})();
