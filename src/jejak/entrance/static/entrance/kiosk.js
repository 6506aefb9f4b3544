/* The kiosk: one thing a screen, the card field always ready for the scanner, and a queue while there is no network.

   What waits lies in this tablet's localStorage until the node has answered for it: each check-in has an id made here,
   so one that is sent again because its answer was lost is the same check-in. */
(function () {
  "use strict";
  const QUEUES = "jejak-door-queue-", LOST = "jejak-door-lost";
  const DONE = 6000, REFUSED = 10000, IDLE = 60000, EVERY = 15000; // ms: screens stay so long, the queue is tried so often
  const LASTS = 72 * 3600000; // ms: the node takes nothing that waited longer
  const AT_ONCE = 20; // check-ins a request; the node takes 50
  const door = window.door, kiosk = document.querySelector("[data-kiosk]");
  const QUEUE = QUEUES + kiosk.dataset.tablet;
  const stages = Array.from(kiosk.querySelectorAll("[data-stage]"));
  const byCard = kiosk.querySelector("[data-by-card]"), byName = kiosk.querySelector("[data-by-name]");
  let stage = "start", timer = 0, busy = false, stream = null;

  function show(name) {
    stage = name;
    stages.forEach((each) => { each.hidden = each.dataset.stage !== name; });
    if (name !== "camera") stopCamera();
    clearTimeout(timer);
    if (name === "done") timer = setTimeout(reset, DONE);
    else if (name === "refused") timer = setTimeout(reset, REFUSED);
    else if (name !== "start") timer = setTimeout(reset, IDLE);
    const first = { start: "#card", type: "#name", done: "[data-stage=done] .finished", refused: "[data-stage=refused] .finished" }[name];
    if (first) kiosk.querySelector(first).focus();
  }
  function reset() {
    byCard.reset();
    byName.reset();
    kiosk.querySelectorAll("input:not([type=hidden], [type=checkbox])").forEach((field) => { field.value = ""; });
    wrong({});
    if (document.documentElement.lang !== "ms" && navigator.onLine) {
      location.assign("/language/ms?next=" + encodeURIComponent(kiosk.dataset.home));
      return;
    }
    show("start");
  }
  // Nobody's typing stays: any touch or key starts the minute anew.
  ["input", "pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, () => {
    if (stage === "type" || stage === "camera") { clearTimeout(timer); timer = setTimeout(reset, IDLE); }
    else if (stage === "start") { clearTimeout(timer); timer = setTimeout(() => { kiosk.querySelector("#card").value = ""; }, IDLE); }
  }));
  // A hand scanner types wherever it may; on the first screen that is the card's field.
  document.addEventListener("keydown", (event) => {
    if ((stage === "done" || stage === "refused") && event.key.length === 1 && !busy) show("start"); // the next one is quick
    if (stage === "start" && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, button, a")) kiosk.querySelector("#card").focus();
  });
  kiosk.addEventListener("click", (event) => {
    if (event.target.closest("[data-stage=done], [data-stage=refused]")) reset();
    const to = event.target.closest("[data-go]");
    if (!to) return;
    event.preventDefault();
    if (to.dataset.go === "start") reset();
    else show(to.dataset.go);
  });

  // A poster held up instead of a card says where the next visit is; without a network the node reads it later.
  const posterLine = kiosk.querySelector("[data-poster]");
  let poster = byCard.elements.namedItem("poster").value, posterTimer = 0;
  const mayBeCard = (text) => /\/c\//.test(text) || /^[0-9A-Za-z]{18}$/.test(text.replace(/[\s-]/g, ""));
  function keepPoster(text, say) {
    poster = text;
    [byCard, byName].forEach((form) => { form.elements.namedItem("poster").value = text; });
    posterLine.hidden = !text;
    posterLine.querySelector("span").textContent = say;
    clearTimeout(posterTimer);
    if (text) { posterTimer = setTimeout(() => keepPoster("", ""), IDLE); show("start"); }
  }

  // Answers
  function wrong(texts) {
    kiosk.querySelectorAll("[data-error]").forEach((line) => {
      const name = line.dataset.error, field = byName.elements.namedItem(name);
      line.textContent = texts[name] || "";
      if (texts[name]) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
  }
  function done(answer) {
    const mark = kiosk.querySelector("[data-mark]");
    mark.hidden = !answer;
    if (answer) {
      mark.className = "mark-of-hour hour-" + answer.colour;
      mark.querySelector("[data-word]").textContent = answer.word;
      mark.querySelector("[data-colour]").textContent = answer.colour_name;
    }
    kiosk.querySelectorAll("[data-later]").forEach((line) => { line.hidden = Boolean(answer); });
    kiosk.querySelector("[data-sure]").hidden = !answer;
    kiosk.querySelector("[data-finished]").classList.toggle("later", !answer);
    show("done");
  }
  function refused(answer) {
    const field = byName.elements.namedItem(answer.field || "");
    if (stage === "type" && field && field.type !== "hidden") {
      wrong({ [answer.field]: answer.say });
      field.focus();
      return;
    }
    kiosk.querySelector("[data-say]").textContent = answer.say || "";
    show("refused");
  }

  // Sending, now or later
  const held = () => JSON.parse(localStorage.getItem(QUEUE) || "[]");
  function hold(queue) {
    localStorage.setItem(QUEUE, JSON.stringify(queue));
    const line = kiosk.querySelector("[data-waiting]");
    line.hidden = !queue.length;
    line.querySelector("[data-count]").textContent = queue.length;
    const lost = Number(localStorage.getItem(LOST) || 0), note = kiosk.querySelector("[data-lost]");
    note.hidden = !lost;
    note.querySelector("b").textContent = lost;
  }
  function post(items) {
    return door.ask(kiosk.dataset.send, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ items }) }).then((answer) => {
      if (answer.status === 403) { location.reload(); throw new Error("not paired"); }
      if (!answer.ok) throw new Error("not now");
      return answer.json();
    }).then((body) => body.items);
  }
  function checkIn(item) {
    if (busy) return;
    busy = true;
    item.id = door.uuid7();
    if (poster) item.poster = poster;
    post([item]).then(([answer]) => {
      if (answer.status === 503) throw new Error("later");
      if (answer.status === 200) keepPoster(item.card, answer.say);
      else if (answer.status < 300) { keepPoster("", ""); done(answer); } else refused(answer);
    }).catch(() => {
      if (item.card && !mayBeCard(item.card)) { keepPoster(item.card, posterLine.dataset.kept); return; }
      hold([...held(), { ...item, queued: true }]);
      keepPoster("", "");
      done(null);
    }).finally(() => { busy = false; });
  }
  // What this device kept when it was another tablet must not be sent as this one's: it happened elsewhere. It stays
  // until the node would refuse it for its age.
  const madeAt = (item) => parseInt(item.id.replace(/-/g, "").slice(0, 12), 16);
  function keepOthers() {
    let kept = 0;
    Object.keys(localStorage).filter((key) => key.startsWith(QUEUES) && key !== QUEUE).forEach((key) => {
      const all = JSON.parse(localStorage.getItem(key) || "[]"), young = all.filter((item) => door.now() - madeAt(item) < LASTS);
      if (all.length > young.length) localStorage.setItem(LOST, String(Number(localStorage.getItem(LOST) || 0) + all.length - young.length));
      if (young.length) localStorage.setItem(key, JSON.stringify(young));
      else localStorage.removeItem(key);
      kept += young.length;
    });
    const line = kiosk.querySelector("[data-other]");
    line.hidden = !kept;
    line.querySelector("b").textContent = kept;
  }
  let flushing = false;
  function flush() {
    const batch = held().slice(0, AT_ONCE);
    if (!batch.length || flushing) return;
    flushing = true;
    post(batch).then((answers) => {
      const settled = new Set(answers.filter((answer) => answer.status !== 503).map((answer) => answer.id));
      const lost = answers.filter((answer) => answer.status >= 400 && answer.status !== 503).length;
      if (lost) localStorage.setItem(LOST, String(Number(localStorage.getItem(LOST) || 0) + lost));
      hold(held().filter((item) => !settled.has(item.id)));
    }).catch(() => {}).finally(() => { flushing = false; });
  }

  byCard.addEventListener("submit", (event) => {
    event.preventDefault();
    const card = byCard.elements.namedItem("card").value.trim();
    if (card) checkIn({ card });
    byCard.reset();
  });
  byName.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong({});
    const value = (name) => byName.elements.namedItem(name).value.trim();
    const missing = !value("name") ? "name" : !jejak.bytes.wholePhone(value("phone")) ? "phone" : !byName.elements.namedItem("agree").checked ? "agree" : "";
    if (missing) {
      wrong({ [missing]: kiosk.dataset["say" + missing] });
      byName.elements.namedItem(missing).focus();
      return;
    }
    checkIn({ name: value("name"), phone: value("phone"), with: value("with"), agree: true });
  });

  // The tablet's own camera, where the browser reads codes by itself
  function stopCamera() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
  }
  function look(detector, video) {
    if (stage !== "camera" || !stream) return;
    detector.detect(video).then((codes) => {
      const code = codes.length && codes[0].rawValue;
      if (code) checkIn({ card: code.slice(0, 300) });
      else setTimeout(() => look(detector, video), 200);
    }).catch(() => setTimeout(() => look(detector, video), 500));
  }
  const camera = kiosk.querySelector("[data-camera]");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    window.BarcodeDetector.getSupportedFormats().then((formats) => {
      if (!formats.includes("qr_code")) return;
      camera.hidden = false;
      camera.addEventListener("click", () => navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }).then((given) => {
        show("camera");
        stream = given;
        const video = kiosk.querySelector("[data-video]");
        video.srcObject = given;
        video.play().then(() => look(new window.BarcodeDetector({ formats: ["qr_code"] }), video));
      }).catch(() => { camera.hidden = true; }));
    }).catch(() => {});
  }

  kiosk.querySelector("[data-seen]").addEventListener("click", () => { localStorage.removeItem(LOST); hold(held()); show("start"); });
  keepOthers();
  hold(held());
  flush();
  setInterval(flush, EVERY);
  window.addEventListener("online", flush);
  if (kiosk.querySelector("[data-stage=type] [aria-invalid]")) show("type"); // the form came back from the server
  else if ("done" in kiosk.dataset) show("done");
  else show("start");
  door.keepOffline();
  door.stayAwake();
})();
