/* Keeps a kiosk or display going without a network: the network first, what was kept when there is none.
   It serves /door/ alone, keeps no answers about people, and forgets a page that the node no longer gives. */
"use strict";
const CACHE = "jejak-door-1", PAGES = ["/door/kiosk", "/door/display"], PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("jejak-door-") && name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim())));

self.addEventListener("message", (event) => {
  const wanted = (event.data && event.data.keep) || [];
  const own = wanted.filter((address) => {
    const url = new URL(address, location.origin);
    return url.origin === location.origin && (PAGES.includes(url.pathname) || url.pathname.startsWith("/static/"));
  });
  event.waitUntil(keep(own.map((address) => new URL(address, location.origin).href)));
});

async function keep(own) {
  const cache = await caches.open(CACHE);
  await Promise.all(own.map((address) => cache.add(address).catch(() => {})));
  const old = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith("/static/") && !own.includes(request.url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

function patiently(request) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
    fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

// The time in a kept page is of another day: without it the page's script uses the offset that it remembers.
async function kept(path) {
  const cache = await caches.open(CACHE);
  const found = (await cache.match(path)) || (path === "/door/" && ((await cache.match(PAGES[0])) || (await cache.match(PAGES[1]))));
  if (!found) return Response.error();
  const text = (await found.text()).replace("data-server-ms=", "data-kept-ms=");
  return new Response(text, { headers: found.headers });
}

async function page(request, path) {
  let answer;
  try { answer = await patiently(request); } catch { return kept(path); }
  if (answer.status >= 500) {
    const instead = await kept(path);
    return instead.type === "error" ? answer : instead;
  }
  if (PAGES.includes(path)) {
    const cache = await caches.open(CACHE);
    if (answer.ok && answer.type === "basic") await cache.put(path, answer.clone());
    else if (answer.status === 403 || answer.status === 404) await cache.delete(path);
  }
  return answer;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && (PAGES.includes(url.pathname) || url.pathname === "/door/")) event.respondWith(page(event.request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fetch(event.request).catch(() => caches.match(event.request).then((found) => found || Response.error())));
});
