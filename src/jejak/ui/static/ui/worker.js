/* The service worker's part: pages that open without a network, a check-in that is kept when it cannot be sent.

   `/sw.js` loads this after `jejak.shell = {version, files, guard, pages}`. No page that a server filled for somebody is kept. */
(function (jejak) {
  "use strict";
  const { memory, queue, shell } = jejak;
  const OURS = "jejak-pocket-", CACHE = OURS + shell.version;
  const PAGE_WAIT = 4000, POST_WAIT = 10000; // ms
  const NODE_KEPT = 86400000;
  const LANGUAGES = ["ms", "en"];

  async function gather(files) {
    const cache = await caches.open(CACHE);
    return cache.addAll(files.map((file) => new Request(file, { cache: "no-cache", credentials: "omit" })));
  }

  self.addEventListener("install", (event) => { event.waitUntil(gather(shell.files).then(() => self.skipWaiting())); });
  self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
      for (const name of await caches.keys()) {
        if (!name.startsWith(OURS) || name === CACHE) continue; // the door's tablets keep their own
        if (await (await caches.open(name)).match(shell.pages["ms/guard"])) await gather(shell.guard).catch(() => {});
        await caches.delete(name);
      }
      await self.clients.claim();
      await learnKeys();
    })());
  });

  /* The node's public keys, so that posters and receipts can be verified without it. */
  async function learnKeys() {
    const held = await memory.get("node");
    if (held && Date.now() - held.fetched < NODE_KEPT) return;
    try {
      const answer = await fetch("/.well-known/jejak-node", { cache: "no-cache" });
      if (answer.ok) await memory.put("node", { ...(await answer.json()), fetched: Date.now() });
    } catch (error) { /* the next page asks again */ }
  }

  async function language() {
    const held = await memory.get("language");
    return LANGUAGES.includes(held) ? held : "ms";
  }
  async function kept(page) {
    const address = shell.pages[`${await language()}/${page}`];
    return (await caches.open(CACHE)).match(address);
  }

  function within(ms, promise) {
    return Promise.race([promise, new Promise((_, failed) => setTimeout(() => failed(new Error("slow")), ms))]);
  }
  function unreachable(answer) { return answer.status === 502 || answer.status === 504; }

  async function opened(event, page) {
    const asked = fetch(event.request);
    try {
      const answer = await within(PAGE_WAIT, asked);
      if (unreachable(answer)) throw new Error("no node behind the proxy");
      event.waitUntil(queue.send());
      return answer;
    } catch (error) {
      return (await kept(page)) || asked;
    }
  }

  /* Companions as the form names them: ticks by their place in the cookie that the page told us of, names as typed. */
  async function companionsOf(fields) {
    const known = (await memory.get("companions")) || [];
    const ticked = fields.getAll("with").map(Number).sort((one, other) => one - other).map((at) => known[at]).filter(Boolean);
    return [...ticked, ...jejak.bytes.names(fields.getAll("add").join("\n")).map((name) => ({ name }))].slice(0, 9);
  }

  /* Whom the page greeted, by the token in its form; a page of an older version has none there. */
  async function greeted(token) {
    const held = await queue.holder();
    return token && token !== held.token ? { name: "", token } : held;
  }

  async function keep(code, fields) {
    const typed = fields.has("phone"), places = (await memory.get("places")) || {};
    const who = typed
      ? { name: fields.get("name").trim(), phone: fields.get("phone").trim(), remember: fields.has("remember") }
      : await greeted(fields.get("visitor"));
    const id = fields.get("id") || "", made = parseInt(id.replace(/-/g, "").slice(0, 12), 16);
    if (!made) return `poster=${code}`;
    if (typed && (!who.name || !fields.get("agree") || !jejak.bytes.wholePhone(who.phone))) return `poster=${code}&check=1`;
    if (typed && who.remember) await memory.put("self", who);
    await queue.add({ id, code, made, who, place: places[code] || null, companions: await companionsOf(fields) });
    return `receipt=${id}`;
  }

  async function posted(event, code) {
    const copy = event.request.clone().formData();
    await copy.then((fields) => (fields.has("phone") && fields.has("remember") ? queue.mayChange() : null)).catch(() => {});
    try {
      const answer = await within(POST_WAIT, fetch(event.request));
      if (unreachable(answer)) throw new Error("no node behind the proxy");
      return answer;
    } catch (error) {
      const state = await copy.then((fields) => keep(code, fields)).catch(() => "failed=1");
      return Response.redirect(`/offline/${await language()}#${state}`, 303);
    }
  }

  async function switched(event, url) {
    await memory.put("language", url.pathname.endsWith("en") ? "en" : "ms");
    try {
      return await within(PAGE_WAIT, fetch(event.request));
    } catch (error) {
      const next = new URL(url.searchParams.get("next") || "/my", self.location.origin);
      return Response.redirect(next.origin === self.location.origin ? next : "/my", 303);
    }
  }

  function navigated(event, url) {
    const poster = /^\/p\/([0-9A-Za-z]{18})$/.exec(url.pathname), post = event.request.method === "POST";
    const page = { "/scan": "scan", "/my": "my", "/guard": "guard" }[url.pathname];
    if (poster && post) return posted(event, jejak.bytes.posterCode(poster[1]) || poster[1]);
    if (post) return null;
    if (poster || url.pathname.startsWith("/p/")) return opened(event, "shell");
    if (page) return opened(event, page);
    if (/^\/offline\/(ms|en)$/.test(url.pathname)) return opened(event, "shell");
    if (/^\/language\/(ms|en)$/.test(url.pathname)) return switched(event, url);
    return null;
  }

  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (url.origin !== self.location.origin) return;
    if (event.request.mode === "navigate") {
      const answer = navigated(event, url);
      if (answer) event.respondWith(answer);
    } else if (url.pathname.startsWith("/static/ui/")) {
      event.respondWith(caches.match(url.pathname).then((found) => found || fetch(event.request)));
    }
  });

  /* What a page told: its language, the poster's place, who is known here, who comes along. */
  async function noted(page) {
    const latest = (await memory.get("told")) || 0, stale = page.opened < latest; // pages that overlap may be heard in any order
    if (!stale) await memory.put("told", page.opened || 0);
    if (LANGUAGES.includes(page.language)) await memory.put("language", page.language);
    if (typeof page.offset === "number") await memory.put("offset", page.offset);
    if (page.companions && !stale) await memory.put("companions", page.companions);
    if (typeof page.known === "string" && !stale) await queue.hold({ name: page.known, token: page.token });
    if (page.place) {
      const places = (await memory.get("places")) || {}, { code, ...place } = page.place;
      delete places[code];
      const recent = Object.entries({ ...places, [code]: place }).slice(-50);
      await memory.put("places", Object.fromEntries(recent));
    }
  }

  let heard = Promise.resolve(); // pages are noted one after the other, in whole
  self.addEventListener("message", (event) => {
    const { page, certify, guard } = event.data || {};
    if (page) heard = heard.then(() => noted(page)).catch(() => {});
    event.waitUntil((async () => {
      await self.clients.claim(); // a page that was on its way while the worker began is nobody's otherwise
      await heard;
      if (page && page.known && event.source) event.source.postMessage({ noted: page.known });
      if (guard) await gather(shell.guard); // a guard's device keeps that page too; a visitor's need not
      await queue.send();
      await learnKeys();
      if (certify || (await queue.holder()).name) await jejak.proof.certify(Date.now()).catch(() => {});
    })());
  });
  self.addEventListener("sync", (event) => {
    if (event.tag !== "jejak-queue") return;
    event.waitUntil(queue.send().then((left) => { if (left) throw new Error("check-ins still wait"); }));
  });
})(self.jejak = self.jejak || {});
