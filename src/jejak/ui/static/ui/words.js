/* What the pages kept on a device share: words out of the page, sections shown and hidden, the number of waiting check-ins. */
(function (jejak) {
  "use strict";
  const MONTHS = {
    ms: ["Januari", "Februari", "Mac", "April", "Mei", "Jun", "Julai", "Ogos", "September", "Oktober", "November", "Disember"],
    en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  };
  const language = document.documentElement.lang;

  function at(id) { return document.getElementById(id); }
  function show(id, shown = true) { at(id).hidden = !shown; }
  function write(id, text) { at(id).textContent = text || ""; }

  /* A sentence of the page with its places filled, or the one named `otherwise`. */
  function word(name, values = {}, otherwise = "") {
    const found = document.querySelector(`[data-word="${name}"]`) || (otherwise && document.querySelector(`[data-word="${otherwise}"]`));
    return found ? found.textContent.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole)) : "";
  }

  /* 21 Januari 2022, in Malaysia whatever zone the phone is set to. */
  function day(ms) {
    const when = new Date(ms + 8 * 3600000);
    return `${when.getUTCDate()} ${MONTHS[language === "en" ? "en" : "ms"][when.getUTCMonth()]} ${when.getUTCFullYear()}`;
  }

  function element(name, attributes = {}, ...content) {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...content);
    return made;
  }

  async function showWaiting() {
    const count = (await jejak.queue.waiting()).length;
    document.querySelectorAll("[data-waiting]").forEach((badge) => {
      badge.textContent = count || "";
      badge.hidden = !count;
      badge.setAttribute("role", "img");
      badge.setAttribute("aria-label", word("waiting-label", { count }));
    });
    return count;
  }

  /* Sends what waits now, whenever there is a network again, and after the pause that the node asked for. */
  function keepSending(changed) {
    let timer;
    async function round() {
      clearTimeout(timer);
      const left = await jejak.queue.send();
      await showWaiting();
      await changed(left);
      if (left && navigator.onLine) timer = setTimeout(round, Math.max(2000, jejak.queue.pauseLeft()));
    }
    window.addEventListener("online", round);
    return round();
  }

  /* The cookie that the check-in page reads too: [name, token, ticked] each, at most nine, for 180 days; as lane/together.py. */
  function keepCompanions(list) {
    const kept = list.slice(-9), value = encodeURIComponent(JSON.stringify(kept.map((one) => [one.name, one.token, one.ticked ? 1 : 0])));
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `jejak_with=${kept.length ? value : ""}; Path=/; SameSite=Lax; Max-Age=${kept.length ? 180 * 86400 : 0}${secure}`;
    return jejak.memory.put("companions", kept);
  }

  /* The token by which the check-in page knows this device; without it the name beside it is nobody's. */
  function forgetVisitor() { document.cookie = "jejak_visitor=; Path=/; SameSite=Lax; Max-Age=0"; }

  /* Those named without a network are remembered like others once the node has given them tokens. */
  async function adoptCompanions() {
    const learned = await jejak.memory.get("learned");
    if (!learned) return;
    const names = new Set(learned.map((one) => one.name.toLowerCase()));
    await keepCompanions([...jejak.companions().filter((one) => !names.has(one.name.toLowerCase())), ...learned]);
    await jejak.memory.forget("learned");
  }

  /* A form that stays on its page can be sent again at once. */
  function release(form) { setTimeout(() => { form.sentAt = 0; form.classList.remove("sending"); }); }

  async function now() { return Date.now() + ((await jejak.memory.get("offset")) || 0); }

  document.querySelectorAll("[data-language]").forEach((link) => link.addEventListener("click", () => {
    if (location.pathname.startsWith("/p/")) {
      link.href = link.href.replace(/next=.*$/, "next=" + encodeURIComponent(location.pathname + location.hash));
    }
  }));

  jejak.page = { at, show, write, word, day, element, showWaiting, keepSending, now, release, keepCompanions, adoptCompanions, forgetVisitor };
})(self.jejak = self.jejak || {});
