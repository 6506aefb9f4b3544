/* The guard's page: receipts made without a network, verified on this device with the node's keys that it holds. */
(function (jejak) {
  "use strict";
  const { memory, page } = jejak;
  const { at, show, write, word } = page;
  const MINUTE = 60000, OLDEST = 30 * MINUTE, AHEAD = 2 * MINUTE;
  // For each verdict the meaning that colours it, and the strokes of its sign in a box of 48.
  const LOOKS = {
    good: ["good", "M13 25l8 8 15-17"], again: ["attention", "M24 8v20M24 37v.3"], elsewhere: ["stop", "M14 14l20 20M34 14L14 34"],
    forged: ["stop", "M14 14l20 20M34 14L14 34"], old: ["attention", "M24 11v14l9 5"], ahead: ["attention", "M24 11v14l9 5"],
    unverified: ["neutral", "M17 18a7 7 0 1 1 9 7c-2 1-2 2-2 4M24 37v.3"], other: ["neutral", "M17 18a7 7 0 1 1 9 7c-2 1-2 2-2 4M24 37v.3"],
  };
  const MOST_POSTERS = 50, SHORT = /^[0-9A-Za-z]{7}$/;
  let doors = [], adding = false; // the posters of this place; whether the next one scanned joins them

  /* What was shown here, by its hash, for as long as such a receipt is valid: {hash: {at, until}}. */
  async function shown(now) {
    const held = Object.entries((await memory.get("shown")) || {});
    return Object.fromEntries(held.filter(([, { until }]) => until >= now));
  }
  async function hashOf(mark) { return jejak.bytes.toText(new Uint8Array(await crypto.subtle.digest("SHA-256", jejak.bytes.ascii(mark)))); }
  async function keepShown(hash, judged, now) {
    await memory.put("shown", { ...(await shown(now)), [hash]: { at: now, until: judged.made + OLDEST } });
  }

  function ago(ms) {
    const minutes = Math.floor(ms / MINUTE);
    if (minutes < 1) return word("ago-now");
    return minutes < 60 ? word("ago", { minutes }) : word("ago-hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }

  function verdictOf(judged, now, before) {
    if (judged.state === "other" || judged.state === "forged") return judged.state;
    if (!doors.some((one) => one.code === judged.code)) return "elsewhere";
    if (judged.state === "unverified") return "unverified";
    if (judged.made - now > AHEAD) return "ahead";
    if (now - judged.made > OLDEST) return "old";
    return before ? "again" : "good";
  }

  function draw(verdict) {
    const space = "http://www.w3.org/2000/svg", [meaning, stroke] = LOOKS[verdict];
    const picture = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
    picture.setAttribute("viewBox", "0 0 48 48"); picture.setAttribute("aria-hidden", "true");
    path.setAttribute("d", stroke);
    picture.append(path);
    at("verdict").dataset.meaning = meaning;
    at("verdict").dataset.verdict = verdict;
    at("verdict-icon").replaceChildren(picture);
  }

  async function check(text) {
    const judged = await jejak.proof.judge(text, await memory.get("node")), now = await page.now();
    const hash = judged.mark ? await hashOf(judged.mark) : "", before = (await shown(now))[hash], verdict = verdictOf(judged, now, before);
    if (verdict === "good") await keepShown(hash, judged, now);
    draw(verdict);
    write("verdict-word", word(verdict));
    write("verdict-what", word(verdict + "-what", { time: before ? jejak.said(before.at) : "", code: judged.code }));
    const told = judged.made && verdict !== "forged";
    write("verdict-when", told ? word("when", { time: jejak.said(judged.made), ago: ago(now - judged.made), number: judged.sequence,
      people: judged.people === 1 ? word("one-person") : word("people", { count: judged.people }) }) : "");
    show("verdict");
    at("verdict").scrollIntoView({ block: "start" });
  }

  function station() {
    const some = doors.length > 0, asking = adding || !some;
    show("setup", asking); show("check", !asking); show("station", some);
    show("first", !some); show("mine", !some); show("another", adding); show("ours", adding);
    write("start-word", word(asking ? "scan-poster" : "scan-receipt"));
    write("add", word(adding ? "add-not" : "add"));
    at("here").replaceChildren(...doors.map(({ name, code }) => page.element("li", {}, page.element("b", {}, name || word("this-place")), " ",
      page.element("span", { class: "code" }, code))));
  }

  /* The short code on a poster says nothing without the node, which makes the long one of it. */
  async function asked(text) {
    if (!SHORT.test(text.replace(/[\s-]/g, ""))) return { trouble: "poster-error" };
    try {
      const answer = await fetch(`/guard/poster?${new URLSearchParams({ text: text.trim() })}`, { cache: "no-store" });
      if (answer.ok) return { descriptor: "", ...(await answer.json()) };
      return { trouble: answer.status === 404 ? "poster-unknown" : "poster-short" };
    } catch (error) { return { trouble: "poster-short" }; }
  }

  /* Which door this is: from the poster's own signature where it can be verified. */
  async function choose(text) {
    const poster = jejak.bytes.posterAddress(text) || (await asked(text));
    if (poster.trouble) { write("poster-error", word(poster.trouble)); return false; }
    const known = ((await memory.get("places")) || {})[poster.code];
    let name = poster.name || (known ? known.name : "");
    if (poster.descriptor) {
      const judged = await jejak.descriptor.judge(poster.descriptor, poster.code, await memory.get("node"));
      if (judged.state === "forged") { write("poster-error", word("poster-forged")); return false; }
      name = judged.place.name;
    }
    doors = [...(adding ? doors.filter((one) => one.code !== poster.code) : []), { code: poster.code, name }].slice(-MOST_POSTERS);
    adding = false;
    await memory.put("doors", doors);
    at("poster").value = "";
    write("poster-error", "");
    show("verdict", false);
    station();
    at("receipt").focus();
    return true;
  }

  async function tellKeys() {
    const node = await memory.get("node");
    if (!node) return write("keys", word("keys-missing"));
    const able = await jejak.descriptor.signed(node.keys[0].x, new Uint8Array(64), new Uint8Array(1)).catch(() => null);
    return write("keys", able === null ? word("keys-unsupported") : word("keys-ready", { node: node.name }));
  }

  async function learnKeys() {
    try {
      const answer = await fetch("/.well-known/jejak-node", { cache: "no-cache" });
      if (answer.ok) await memory.put("node", { ...(await answer.json()), fetched: Date.now() });
    } catch (error) { /* what this device holds serves on */ }
  }

  at("setup").addEventListener("submit", async (event) => {
    event.preventDefault();
    page.release(at("setup"));
    await choose(at("poster").value);
  });
  at("check").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = at("receipt").value.trim();
    page.release(at("check"));
    if (!text) return;
    at("receipt").value = "";
    await check(text);
  });
  at("change").addEventListener("click", () => { doors = []; adding = false; show("verdict", false); station(); at("poster").focus(); });
  at("add").addEventListener("click", () => {
    adding = !adding;
    write("poster-error", "");
    show("verdict", false);
    station();
    at(adding ? "poster" : "receipt").focus();
  });

  (async () => {
    const one = await memory.get("door"); // what an older version of this page kept
    doors = (await memory.get("doors")) || (one ? [one] : []);
    station();
    if (navigator.serviceWorker) navigator.serviceWorker.ready.then((found) => found.active.postMessage({ guard: true }));
    await learnKeys();
    await tellKeys();
    if (!(await jejak.camera.able())) return;
    show("live");
    let last = "";
    at("start").addEventListener("click", () => {
      last = "";
      jejak.camera.watch(async (text) => {
        if (adding || !doors.length) return choose(text);
        if (text === last) return false; // the same code is still before the camera
        last = text;
        await check(text);
        return true;
      });
    });
  })();
})(self.jejak = self.jejak || {});
