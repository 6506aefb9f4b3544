/* What the scripts of a door's tablets share: the corrected clock, ids for visits, the worker that keeps pages offline. */
window.door = (function () {
  "use strict";
  const KEPT = "jejak-door-offset";
  const source = document.querySelector("[data-server-ms]");
  let offset = Number(localStorage.getItem(KEPT) || 0);
  function set(serverMs) {
    offset = serverMs - Date.now();
    localStorage.setItem(KEPT, String(offset));
  }
  if (source && Number(source.dataset.serverMs)) set(Number(source.dataset.serverMs)); // a page out of the cache has none
  const now = () => Date.now() + offset;

  // UUIDv7 (RFC 9562): 48 bits of milliseconds, version, 74 random bits, variant.
  function uuid7() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let ms = now();
    for (let i = 5; i >= 0; i--) { bytes[i] = ms % 256; ms = Math.floor(ms / 256); }
    bytes[6] = 112 | (bytes[6] & 15);
    bytes[8] = 128 | (bytes[8] & 63);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Malaysia keeps UTC+8 the year round, whatever zone the tablet is set to.
  function clock(ms) {
    const at = new Date(ms + 288e5), hour = at.getUTCHours(), twelve = hour % 12 || 12;
    const rest = String(at.getUTCMinutes()).padStart(2, "0");
    if (document.documentElement.lang === "en") return twelve + ":" + rest + (hour < 12 ? " am" : " pm");
    const part = hour < 1 ? "tengah malam" : hour < 12 ? "pagi" : hour < 14 ? "tengah hari" : hour < 19 ? "petang" : "malam";
    return twelve + "." + rest + " " + part;
  }

  function heard(answer) {
    const date = Date.parse(answer.headers.get("Date") || "");
    if (date && Math.abs(date - now()) > 2000) set(date);
    return answer;
  }

  function ask(address, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 8000);
    return fetch(address, { cache: "no-store", signal: stop.signal, ...options }).then(heard).finally(() => clearTimeout(timer));
  }

  function keepOffline() {
    if (!("serviceWorker" in navigator)) return;
    const files = Array.from(document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]"), (each) => each.href || each.src);
    navigator.serviceWorker.register("/door/sw.js").then(() => navigator.serviceWorker.ready)
      .then((there) => there.active.postMessage({ keep: [location.pathname, ...files] }))
      .catch(() => {});
  }

  function stayAwake() {
    const hold = () => { if (navigator.wakeLock && !document.hidden) navigator.wakeLock.request("screen").catch(() => {}); };
    document.addEventListener("visibilitychange", hold);
    hold();
  }

  return { now, uuid7, clock, ask, keepOffline, stayAwake };
})();
