/* "My visits": what this device itself remembers, by day; nothing here asks the node for anything personal. */
(function (jejak) {
  "use strict";
  const { memory, queue, page } = jejak;
  const { at, show, write, word, element, day } = page;
  const DAY = 86400000, HOUR8 = 8 * 3600000;

  /* Visits the node confirmed, and those made without a network, one each; what is past its time is forgotten. */
  async function visits() {
    const oldest = Date.now() - at("list").dataset.days * DAY, items = await memory.items().catch(() => []);
    const stays = jejak.stored("jejak.stays").filter((one) => one.at > oldest);
    jejak.store("jejak.stays", stays);
    const known = new Set(stays.map((one) => one.visit));
    for (const item of items) if (item.made <= oldest || known.has(item.id)) await memory.remove(item.id);
    const queued = items.filter((item) => item.made > oldest && !known.has(item.id)).map((item) => ({
      visit: item.id, at: item.made, place: item.place && item.place.name, branch: item.place && item.place.branch,
      zone: item.place && item.place.zone, receipt: item.receipt, until: item.until, node: item.node, name: item.name,
      state: item.problem === "id-conflict" ? "sent" : item.state, problem: item.problem })); // it stands for this visit already
    return [...stays, ...queued].sort((one, other) => other.at - one.at);
  }

  async function forget(visit) {
    jejak.store("jejak.stays", jejak.stored("jejak.stays").filter((one) => one.visit !== visit));
    await memory.remove(visit);
    await draw();
  }

  /* Asks by its own second tap, so that nothing is lost by a slip. */
  function forgetButton(visit) {
    const button = element("button", { type: "button", class: "link" }, word("delete"));
    const place = visit.place || word("unknown-place");
    button.setAttribute("aria-label", word("forget-of", { what: word("forget"), place, time: jejak.said(visit.at) }));
    button.addEventListener("click", () => {
      if (button.dataset.asked) { forget(visit.visit); return; }
      button.dataset.asked = "1";
      button.removeAttribute("aria-label");
      button.textContent = word(unsent(visit) ? "sure-waiting" : "sure");
    });
    return button;
  }

  function unsent(visit) { return visit.state === "waiting" || visit.state === "unsure"; }

  function timesOf(visit) {
    const from = jejak.said(visit.at);
    if (!visit.until) return word("from", { from });
    return word(visit.left ? "until-told" : "until-about", { from, until: jejak.said(visit.until) });
  }

  function tooOld(visit) { return Date.now() - visit.at > queue.KEPT; }

  function stateOf(visit) {
    if (unsent(visit)) {
      const old = tooOld(visit);
      return element("p", { class: "state", "data-state": old ? "refused" : "waiting" }, old ? word("too-old") : word("not-sent"));
    }
    if (visit.state !== "refused") return null;
    const why = word("refused-" + visit.problem, { code: visit.problem }, "refused");
    return element("p", { class: "state", "data-state": "refused" }, element("b", {}, word("not-taken") + ". "), why);
  }

  function saidOf(visit) {
    if (!visit.said) return null;
    const told = ["came", "left"].filter((one) => visit.said[one]).map((one) => word(`said-${one}`, { time: jejak.said(visit.said[one]) }));
    return element("p", { class: "small" }, visit.said.kind === "times" ? [word("said-times"), ...told].join(" ") : word("said-not-me"));
  }

  function row(visit) {
    const about = [visit.branch, visit.zone && word("zone", { zone: visit.zone })].filter(Boolean).join(" · ");
    const links = element("p", { class: "links" });
    const of = (what) => ({ "aria-label": word("forget-of", { what, place: visit.place || "", time: jejak.said(visit.at) }) });
    if (visit.receipt) {
      if (Date.now() - visit.at < DAY) links.append(element("a", { href: visit.receipt, ...of(word("receipt")) }, word("receipt")));
      links.append(element("a", { href: visit.receipt + "/correct", ...of(word("correct")) }, word("correct")));
    } else if (unsent(visit)) {
      links.append(element("a", { href: `/offline/${document.documentElement.lang}#receipt=${visit.visit}`, ...of(word("receipt")) }, word("receipt")));
    }
    links.append(forgetButton(visit));
    const state = stateOf(visit), said = saidOf(visit);
    return element("li", { class: "visit" }, element("h3", {}, visit.place || word("unknown-place")), ...(about ? [element("p", {}, about)] : []),
      element("p", {}, timesOf(visit)), ...(state ? [state] : []), ...(said ? [said] : []), ...(visit.state === "unsure" && !tooOld(visit) ? [whose(visit)] : []),
      ...(visit.node ? [element("p", { class: "small" }, word("kept-by", { node: visit.node }))] : []), links);
  }

  function field(visit, name, attributes) {
    const id = `${name}-${visit.visit}`, error = element("p", { class: "error", id: `${id}-error` });
    const input = element("input", { id, required: "", "aria-describedby": error.id, ...attributes });
    const box = element("div", { class: "field" }, element("label", { for: id }, word(`${name}-label`)), error, input);
    const say = (wrong) => {
      error.textContent = wrong ? word(`${name}-error`) : "";
      input.setAttribute("aria-invalid", wrong ? "true" : "false");
      if (wrong) input.focus();
      return !wrong;
    };
    return { box, input, say };
  }

  /* Kept without a token, and somebody else is remembered by now: sent only under the name and number told here. */
  function whose(visit) {
    const name = field(visit, "name", { type: "text", autocomplete: "off", autocapitalize: "words", spellcheck: "false", value: visit.name || "" });
    const phone = field(visit, "phone", { type: "tel", inputmode: "tel", autocomplete: "off" });
    const form = element("form", { class: "whose", novalidate: "" }, element("p", {}, word("whose")), phone.box, name.box,
      element("button", { class: "button button-quiet" }, word("send")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      page.release(form);
      const who = { name: name.input.value.trim(), phone: phone.input.value.trim() };
      const named = name.say(!who.name), called = phone.say(!jejak.bytes.wholePhone(who.phone));
      if (!named || !called) return;
      await queue.answerWhose(visit.visit, who);
      await queue.send();
      await draw();
    });
    return form;
  }

  async function draw() {
    const all = await visits(), list = at("list"), today = day(Date.now());
    list.textContent = "";
    for (let first = 0; first < all.length;) {
      const date = Math.floor((all[first].at + HOUR8) / DAY);
      let past = first;
      while (past < all.length && Math.floor((all[past].at + HOUR8) / DAY) === date) past += 1;
      const name = day(all[first].at), shown = name === today ? `${word("today")}, ${name}` : name;
      list.append(element("h2", {}, shown), element("ul", { class: "plain" }, ...all.slice(first, past).map(row)));
      first = past;
    }
    show("empty", !all.length);
    const companions = drawCompanions();
    show("delete", all.length > 0 || companions > 0);
    const waiting = all.filter((one) => one.state === "waiting").length;
    show("waiting", waiting > 0);
    write("waiting", waiting ? word("waiting", { count: waiting }) : "");
    write("delete-what", word("delete-what", { count: all.length, waiting: all.filter(unsent).length }));
    await page.showWaiting();
  }

  function drawCompanions() {
    const all = jejak.companions();
    at("companions-list").replaceChildren(...all.map((one, number) => {
      const button = element("button", { type: "button", class: "link", "aria-label": `${word("take-off")}: ${one.name}` }, word("take-off"));
      button.addEventListener("click", () => { page.keepCompanions(all.filter((_, other) => other !== number)); draw(); });
      return element("li", { class: "companion" }, one.name, button);
    }));
    show("companions", all.length > 0);
    return all.length;
  }

  at("delete-ask").addEventListener("click", () => { show("delete-sure"); show("delete-ask", false); at("delete-not").focus(); });
  at("delete-not").addEventListener("click", () => { show("delete-sure", false); show("delete-ask"); at("delete-ask").focus(); });
  at("delete-do").addEventListener("click", async () => {
    jejak.store("jejak.stays", []);
    page.keepCompanions([]);
    page.forgetVisitor();
    await memory.clear();
    show("delete-sure", false); show("delete-ask");
    await draw();
    at("empty").scrollIntoView();
  });

  page.adoptCompanions().then(draw).then(() => page.keepSending(() => page.adoptCompanions().then(draw)));
})(self.jejak = self.jejak || {});
