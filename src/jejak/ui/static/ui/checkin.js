/* The check-in pages work without this. With it: the phone makes the visit's id, a double tap counts once, the clock runs. */
(function () {
  "use strict";
  var REUSE = 480000; // ms; the server takes an id within 10 minutes of its making
  var MOST_STAYS = 300; // then the oldest goes first

  var page = document.documentElement, language = page.lang;
  var offset = 0, source = document.querySelector("[data-server-ms]");
  if (source && +source.dataset.serverMs) offset = +source.dataset.serverMs - Date.now();
  function now() { return Date.now() + offset; }

  // UUIDv7 (RFC 9562): 48 bits of milliseconds, version, 74 random bits, variant.
  function uuid7() {
    var bytes = crypto.getRandomValues(new Uint8Array(16)), ms = now(), i;
    for (i = 5; i >= 0; i--) { bytes[i] = ms % 256; ms = Math.floor(ms / 256); }
    bytes[6] = 112 | (bytes[6] & 15);
    bytes[8] = 128 | (bytes[8] & 63);
    var hex = "";
    for (i = 0; i < 16; i++) hex += (bytes[i] + 256).toString(16).slice(1);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function cookieOf(name) { var found = new RegExp("(?:^|; )" + name + "=([^;]*)").exec(document.cookie); return found ? found[1] : ""; }
  function tokenNow() { return cookieOf("jejak_visitor"); }

  function content(form) {
    return Array.prototype.filter.call(form.elements, function (e) { return e.name && e.name !== "id" && e.name !== "sig"; })
      .map(function (e) { return e.type === "checkbox" ? e.checked : e.value; }).join("\n");
  }

  // The same content sent again keeps its id, so a retry after a lost answer is the same visit.
  function sign(form) {
    var id = form.elements.namedItem("id"), sig = form.elements.namedItem("sig");
    if (!id || !sig || !window.crypto || !crypto.getRandomValues) return;
    var same = content(form);
    if (form.madeFor !== same || now() - form.madeAt > REUSE) { id.value = uuid7(); form.madeFor = same; form.madeAt = now(); }
    sig.value = "";
  }

  function session(name, value) {
    try {
      if (value === null) sessionStorage.removeItem(name);
      else if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch (error) { return null; } // a private window
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, since = Date.now() - (form.sentAt || 0), whose = form.elements.namedItem("visitor");
    // Somebody else was remembered since this page was opened: it shall say whom it checks in.
    if (whose && tokenNow() && tokenNow() !== whose.value) { event.preventDefault(); location.reload(); return; }
    if (since >= 0 && since < 4000) { event.preventDefault(); return; }
    form.sentAt = Date.now();
    form.classList.add("sending");
    setTimeout(function () { form.classList.remove("sending"); }, 4000);
    sign(form);
    var name = form.elements.namedItem("name"), keep = form.elements.namedItem("remember");
    if (name && keep && keep.checked) session("jejak.typed", name.value.trim());
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.forms, function (form) { form.sentAt = 0; form.classList.remove("sending"); });
  });

  // What was typed wrongly is marked for screen readers and seen first.
  var first;
  Array.prototype.forEach.call(document.querySelectorAll(".error[id]"), function (error) {
    var field = error.textContent && document.querySelector('[aria-describedby~="' + error.id + '"]');
    if (field) { field.setAttribute("aria-invalid", "true"); first = first || field; }
  });
  if (first) first.focus();

  // Malaysia keeps UTC+8 the year round, whatever zone the phone is set to.
  function part(hour) { return hour < 1 ? "tengah malam" : hour < 12 ? "pagi" : hour < 14 ? "tengah hari" : hour < 19 ? "petang" : "malam"; }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function said(ms, seconds) {
    var at = new Date(ms + 288e5), hour = at.getUTCHours(), rest = [hour % 12 || 12, two(at.getUTCMinutes())];
    if (seconds) rest.push(two(at.getUTCSeconds()));
    return language === "en" ? rest.join(":") + (hour < 12 ? " am" : " pm") : rest.join(".") + " " + part(hour);
  }
  var clock = document.querySelector("[data-clock]");
  function tick() {
    clock.textContent = said(now(), true);
    setTimeout(tick, 1000 - now() % 1000);
  }
  if (clock && source) { clock.hidden = clock.previousElementSibling.hidden = false; tick(); }
  var jejak = window.jejak = window.jejak || {};
  jejak.said = said;

  // Whose visits these are stays on this device: kept for "My visits" and for the next door without a network.
  function stored(name) { try { return JSON.parse(localStorage.getItem(name)) || []; } catch (error) { return []; } }
  function store(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* private window */ } }
  jejak.stored = stored;
  jejak.store = store;
  jejak.companions = function () {
    try {
      return JSON.parse(decodeURIComponent(cookieOf("jejak_with"))).map(function (one) { return { name: one[0], token: one[1], ticked: !!one[2] }; });
    } catch (error) { return []; }
  };
  var receipt = document.querySelector("[data-receipt]");
  if (receipt) remember(receipt.dataset);
  // A receipt without a name (a dash, NOBODY of lane/receipts.py) is somebody's who asked this phone to forget: then "Checked out" finds nothing either.
  function remember(told) {
    var before = stored("jejak.stays"), stays = before.filter(function (one) { return one.visit !== told.visit; });
    var name = document.querySelector("[data-names]");
    if ("left" in told ? stays.length === before.length : !name || name.textContent.trim() === "\u2014") return;
    stays.push({ visit: told.visit, receipt: told.receipt, code: told.code, place: told.premises, branch: told.branch || "",
      zone: told.zone || "", at: +told.at, until: +told.until, left: "left" in told, node: told.node,
      said: (before.filter(function (one) { return one.visit === told.visit; })[0] || {}).said });
    store("jejak.stays", stays.slice(-MOST_STAYS));
  }
  // What was just corrected stands in "My visits" too, beside the visit.
  var corrected = /^(\/p\/[^/]+\/receipt\/[^/]+)\/correct$/.exec(location.pathname), asked = new URLSearchParams(location.search);
  if (corrected && asked.get("done")) store("jejak.stays", stored("jejak.stays").map(function (one) {
    if (one.receipt && one.receipt.endsWith(corrected[1])) one.said = { kind: asked.get("done"), came: +asked.get("came"), left: +asked.get("left") };
    return one;
  }));

  // The service worker opens pages without a network, keeps what cannot be sent, and holds this device's key.
  if (!navigator.serviceWorker || !window.indexedDB) return;
  var poster = document.querySelector("form[data-code]"), page = { language: language, opened: performance.timeOrigin };
  if (source && +source.dataset.serverMs) page.offset = offset;
  if (poster) {
    var at = poster.dataset, hello = document.querySelector(".hello b");
    page.companions = jejak.companions();
    page.place = { code: at.code, name: at.place, branch: at.branch, zone: at.zone };
    if (hello || !/[?&]other=/.test(location.search)) page.known = hello ? hello.textContent : "";
    if (hello) page.token = tokenNow();
    if (page.token) own(poster, page.token);
  }
  // The worker cannot read cookies: the form itself tells whom this page greeted, whoever is remembered when it is sent.
  function own(form, token) {
    var field = document.createElement("input");
    field.type = "hidden"; field.name = "visitor"; field.value = token;
    form.appendChild(field);
  }
  // The name typed is this device's once its receipt was seen; the page after that tells it if the receipt was left at once.
  if (receipt && session("jejak.typed")) { session("jejak.name", session("jejak.typed")); session("jejak.typed", null); }
  var typed = session("jejak.name");
  if (typed) { page.known = typed; page.token = tokenNow(); }
  function tell() {
    navigator.serviceWorker.ready.then(function (found) {
      found.active.postMessage({ page: page, certify: !!receipt });
    });
  }
  navigator.serviceWorker.addEventListener("message", function (event) {
    if (event.data && event.data.noted === typed) session("jejak.name", null);
  });
  function begin() {
    navigator.serviceWorker.register("/sw.js").then(tell, function () { /* not over http, or not allowed: works without */ });
  }
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin); // what this page itself needs comes first
  window.addEventListener("online", tell);
})();
