/* The page that stands in for any poster's while there is no network: place, form, and the receipt not yet sent. */
(function (jejak) {
  "use strict";
  const { memory, queue, page } = jejak;
  const { at, show, write, word, element } = page;
  const SECTIONS = ["at", "receipt", "sent", "refused", "nothing"];
  const language = document.documentElement.lang;

  function only(section) {
    SECTIONS.forEach((name) => show(name, name === section));
    show("cut", section === "at");
  }

  function refuse(title, why) {
    only("refused");
    write("refused-title", title);
    write("refused-why", why);
  }

  /* The place as the poster's signature tells it, else as this phone remembers it. */
  async function placeOf(code, descriptor) {
    const known = ((await memory.get("places")) || {})[code];
    if (descriptor) {
      const judged = await jejak.descriptor.judge(descriptor, code, await memory.get("node"));
      if (judged.state === "forged") return { state: "forged" };
      const more = known && judged.state === "genuine" ? known : {};
      return { state: judged.state, name: judged.place.name, branch: more.branch || "", zone: more.zone || "" };
    }
    return known ? { ...known, state: "remembered" } : { state: "unknown-place", name: word("unknown-place"), branch: "", zone: "" };
  }

  function writePlace(prefix, place) {
    write(prefix + "-name", place.name);
    write(prefix + "-branch", place.branch);
    write(prefix + "-zone", place.zone ? word("zone", { zone: place.zone }) : "");
    const trust = place.state === "unknown-place" ? "unknown-place-why" : place.state || "remembered";
    write(prefix + "-trust", word(trust));
    at(prefix + "-trust").dataset.state = place.state || "remembered";
  }

  function companionsFor(form) {
    const box = form.querySelector("[data-companions]"), known = jejak.companions();
    box.textContent = "";
    const group = element("fieldset", { class: "companions" }, element("legend", {}, word("with")));
    const more = element("details", { class: "more" }, element("summary", {}, word("take-along")));
    known.forEach((one, number) => {
      const tick = element("input", { type: "checkbox", name: "with", value: number, id: `${form.id}-with-${number}` });
      tick.checked = one.ticked;
      group.append(element("div", { class: "choice" }, tick, element("label", { for: tick.id }, one.name)));
    });
    const area = element("textarea", { name: "add", rows: 2, id: `${form.id}-add`, autocapitalize: "words", spellcheck: "false" });
    more.append(element("div", { class: "field" }, element("label", { for: area.id }, word("add")), area));
    box.append(...(known.length ? [group, more] : [more]));
  }

  function companionsOf(fields) {
    const known = jejak.companions();
    const added = jejak.bytes.names(fields.get("add") || "").map((name) => ({ name }));
    return [...fields.getAll("with").map((number) => known[+number]), ...added].slice(0, 9);
  }

  function wrong(form, fields) {
    const missing = [
      ["phone", !jejak.bytes.wholePhone(fields.get("phone") || "")],
      ["name", !(fields.get("name") || "").trim()], ["agree", !fields.get("agree")],
    ].filter(([field, bad]) => {
      write(`${field}-error`, bad ? word(`${field}-error`) : "");
      at(field).setAttribute("aria-invalid", bad ? "true" : "false");
      return bad;
    });
    if (missing.length) at(missing[0][0]).focus();
    return missing.length > 0;
  }

  async function checkIn(form, code, place, who) {
    const fields = new FormData(form), made = await page.now();
    try {
      if (who.remember) await memory.put("self", { name: who.name, phone: who.phone, remember: true });
      const item = await queue.add({ id: jejak.bytes.uuid7(made), code, made, who, place, companions: companionsOf(fields) });
      history.replaceState(null, "", `/offline/${language}#receipt=${item.id}`);
      await open();
    } catch (error) {
      refuse(word("storage"), word("storage-why"));
    }
  }

  async function showForm(code, place, { check } = {}) {
    only("at");
    writePlace("at", place);
    write("at-code", code);
    const who = (await memory.get("self")) || (await queue.holder()), { name } = who; // whom this page greets, whatever comes
    const known = at("known"), fresh = at("new");
    [known, fresh].forEach(companionsFor);
    show("known", Boolean(name) && !check);
    show("new", !name || Boolean(check));
    write("known-name", name);
    known.onsubmit = (event) => { event.preventDefault(); checkIn(known, code, place, who); };
    fresh.onsubmit = (event) => {
      event.preventDefault();
      const fields = new FormData(fresh);
      if (wrong(fresh, fields)) { page.release(fresh); return; }
      const who = { name: fields.get("name").trim(), phone: fields.get("phone").trim(), remember: Boolean(fields.get("remember")) };
      checkIn(fresh, code, place, who);
    };
    at("other").onclick = (event) => {
      event.preventDefault();
      show("known", false); show("new"); at("remember").checked = false; at("phone").focus();
    };
    if (check) wrong(fresh, new FormData(fresh));
  }

  let ticking;
  function tick() { write("clock", jejak.said(Date.now() + ticking, true)); setTimeout(tick, 1000); }

  async function showReceipt(item) {
    if (item.state === "sent") {
      only("sent");
      write("sent-where", item.place && item.place.name);
      at("sent-receipt").href = item.receipt || "/my";
      return;
    }
    if (item.state === "refused") {
      refuse(word("not-sent"), word("refused-" + item.problem, { code: item.problem }, "refused"));
      return;
    }
    const first = at("receipt").hidden, place = item.place || { name: word("unknown-place"), state: "unknown-place" };
    only("receipt");
    if (!first) return;
    writePlace("receipt", place);
    write("receipt-time", `${jejak.said(item.made)}, ${page.day(item.made)}`);
    write("receipt-who", [item.name, ...item.with.map((one) => one.name)].filter(Boolean).join(", "));
    write("receipt-people", item.people);
    write("receipt-sequence", word("sequence", { number: item.sequence }));
    const text = await jejak.proof.write(item).catch(() => null);
    show("proof", Boolean(text)); show("without-proof", !text);
    at("qr").textContent = "";
    if (text) at("qr").append(jejak.qr.draw(text, word("qr")));
    at("receipt").dataset.text = text || "";
    if (ticking === undefined) { ticking = ((await memory.get("offset")) || 0); tick(); }
    at("receipt-title").focus();
  }

  async function open() {
    const asked = new URLSearchParams(location.hash.slice(1)), receipt = asked.get("receipt");
    const address = jejak.bytes.posterAddress(location.pathname + location.hash);
    const code = address ? address.code : jejak.bytes.posterCode(asked.get("poster") || "");
    if (asked.get("failed")) return refuse(word("storage"), word("storage-why"));
    if (receipt) {
      const item = await memory.item(receipt);
      return item ? showReceipt(item) : only("nothing");
    }
    if (!code) return only("nothing");
    const place = await placeOf(code, address ? address.descriptor : "");
    if (place.state === "forged") return refuse(word("forged"), word("forged-why"));
    return showForm(code, place, { check: asked.get("check") });
  }

  window.addEventListener("hashchange", open);
  window.addEventListener("online", () => {
    const untouched = !at("at").hidden && !at("phone").value && !at("name").value;
    if (untouched && location.pathname.startsWith("/p/")) location.reload(); // the node's own page knows more
  });
  open().then(() => page.keepSending(async () => { await page.adoptCompanions(); if (/receipt=/.test(location.hash)) await open(); }));
})(self.jejak = self.jejak || {});
