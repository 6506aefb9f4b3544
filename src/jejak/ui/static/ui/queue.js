/* Check-ins made without a network: kept in order, sent once there is one, and never dropped without a word. */
(function (jejak) {
  "use strict";
  const memory = jejak.memory;
  const CHUNK = 20; // check-ins a request; the node takes 200
  const LONGEST_WAIT = 300000, BETWEEN = 2000; // ms: the longest pause after failures, and the first
  const KEPT = 72 * 3600000; // ms; the node takes nothing older
  let paused = 0, failures = 0;

  function entryFor({ id, code, made, who, place, companions }) {
    const taken = companions || [];
    const visitor = who.phone ? { name: who.name, phone: who.phone } : null;
    return { id, code, made, place, visitor, token: visitor ? "" : who.token || "", name: who.name || "",
      remember: Boolean(who.remember), with: taken, people: 1 + taken.length };
  }

  /* Who is remembered on this device, by the token that goes with the name, and since when it is them. */
  async function holder() {
    return (await memory.get("holder")) || { name: (await memory.get("known")) || "", token: "", since: 0 };
  }
  async function hold({ name, token }) {
    const before = await holder(), same = before.token && token ? before.token === token : before.name === name;
    await memory.put("holder", same ? { ...before, name, token: token || before.token } : { name, token: token || "", since: await now() });
  }
  /* Somebody may be remembered from now on whom no page told us of yet. */
  async function mayChange() { await memory.put("holder", { ...(await holder()), since: await now() }); }
  async function now() { return Date.now() + ((await memory.get("offset")) || 0); }

  function bodyOf(item, remember) {
    const body = { id: item.id, code: item.code, queued: true };
    if (item.visitor) body.visitor = item.device ? { ...item.visitor, device: item.device } : item.visitor;
    else if (item.token) body.visitor = item.token;
    if (item.with.length) body.with = item.with.map((one) => one.token || { name: one.name });
    if (remember) body.remember = true;
    return body;
  }

  /* An entry without a token takes whoever the cookie names: asked about as soon as that may be somebody else. */
  async function askWhose() {
    const held = await holder();
    for (const item of await waiting()) {
      if (item.visitor || item.token) continue;
      if (held.since > item.made || (item.name && item.name !== held.name)) await memory.alter(item.id, { state: "unsure" });
    }
  }
  async function answerWhose(id, who) {
    await memory.alter(id, { visitor: { name: who.name, phone: who.phone }, name: who.name, remember: false, state: "waiting" });
  }

  async function waiting() { return (await memory.items()).filter((item) => item.state === "waiting"); }

  async function exclusively(work) {
    if (!self.navigator.locks) return work();
    return navigator.locks.request("jejak-queue", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }

  function pause(seconds) {
    failures += 1;
    const own = BETWEEN * 2 ** Math.min(failures, 7) * (0.5 + Math.random() / 2);
    paused = Date.now() + Math.min(LONGEST_WAIT, Math.max(own, (seconds || 0) * 1000));
  }

  /* The tokens of those who were named for the first time; a page puts them where the check-in page finds them. */
  async function learn(companions, tokens) {
    const fresh = companions.map((one, at) => ({ name: one.name, token: tokens[at], ticked: true })).filter((one, at) => !companions[at].token);
    if (fresh.length) await memory.put("learned", [...((await memory.get("learned")) || []), ...fresh]);
  }

  /* The place, the time and the end as the node has them: more than a phone that saw only a code. */
  function toldOf(item, { premises, at, until }) {
    const said = {};
    if (premises) {
      said.place = { name: premises.name, branch: premises.branch || "", zone: premises.zone || "", state: "remembered" };
      said.node = premises.node;
    }
    if (Date.parse(at)) said.made = Date.parse(at);
    if (Date.parse(until)) said.until = Date.parse(until);
    return said;
  }

  async function forgetSelf(item) {
    const self = await memory.get("self");
    if (self && item.visitor && self.name === item.visitor.name && self.phone === item.visitor.phone) await memory.forget("self");
  }

  /* What the node said of one check-in; a name and a phone are forgotten here as soon as the node has them. */
  async function settle(item, outcome, remembered) {
    if (outcome.status === 200 || outcome.status === 201) {
      const receipt = outcome.receipt ? new URL(outcome.receipt, location.origin).pathname : "";
      await memory.alter(item.id, { state: "sent", receipt, visitor: null, token: "", device: "", problem: null, ...toldOf(item, outcome) });
      if (outcome.with && (!item.visitor || item.remember)) await learn(item.with, outcome.with);
      if (remembered) await hold({ name: item.visitor.name, token: outcome.visitor });
      await forgetSelf(item);
      return true;
    }
    // An id is this phone's own random number, and its entry names one person: what it stands for already is this visit.
    if (outcome.status === 409) {
      await memory.alter(item.id, { state: "sent", visitor: null, token: "", device: "", problem: null });
      await forgetSelf(item);
      return true;
    }
    if (outcome.status === 429 || outcome.status >= 500) {
      await memory.alter(item.id, { tries: item.tries + 1 });
      return false;
    }
    const code = (outcome.problem && outcome.problem.code) || "malformed";
    await memory.alter(item.id, { state: "refused", problem: code, visitor: null, token: "", device: "" });
    return true;
  }

  /* The node remembers one newcomer a request: who asked for it last. */
  async function sendChunk(items) {
    const last = items.filter((item) => item.visitor && item.remember).pop();
    const answer = await fetch("/v1/check-ins:batch", { method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ items: items.map((item) => bodyOf(item, item === last)) }) });
    if (!answer.ok) {
      pause(+answer.headers.get("Retry-After"));
      return false;
    }
    const { items: outcomes } = await answer.json();
    let all = true;
    for (const item of items) {
      const outcome = outcomes.find((one) => one.id === item.id);
      if (!outcome || !(await settle(item, outcome, item === last))) all = false;
    }
    if (!all) pause(+answer.headers.get("Retry-After"));
    return all;
  }

  /* Sends what waits, the first made first. Resolves to how many still wait; without a network it changes nothing. */
  async function send() {
    await exclusively(async () => {
      if (Date.now() < paused) return;
      try {
        await askWhose();
        for (let chunk = await waiting(); chunk.length; chunk = await waiting()) {
          if (!(await sendChunk(chunk.slice(0, CHUNK)))) return;
          failures = 0;
          await askWhose();
        }
      } catch (error) {
        if (!(error instanceof TypeError)) pause(0); // a TypeError is fetch's word for no network
      }
    });
    return (await waiting()).length;
  }

  /* How long until sending may be tried again, in ms; 0 when now. */
  function pauseLeft() { return Math.max(0, paused - Date.now()); }

  async function add(given) {
    // One phone is one device, whoever it speaks for: the token of whom it knew tells the node so.
    const item = await memory.add({ ...entryFor(given), device: (await holder()).token });
    const registration = self.registration || (navigator.serviceWorker && (await navigator.serviceWorker.getRegistration()));
    if (registration && registration.sync) await registration.sync.register("jejak-queue").catch(() => {});
    return item;
  }

  jejak.queue = { add, send, waiting, pauseLeft, holder, hold, mayChange, answerWhose, KEPT };
})(self.jejak = self.jejak || {});
