/* The device's key and its receipts made offline (formats/offlinereceipt.py): written here, and read by the guard's page. */
(function (jejak) {
  "use strict";
  const { ascii, fromText, join, number, posterCode, readNumber, toText } = jejak.bytes;
  const memory = jejak.memory;
  const DAY = 86400000;
  const PREFIX = "JEJAK-OFFLINE:", DEVICE = ascii("jejak/device/v1\0"), RECEIPT = ascii("jejak/offline/v1\0");
  const CURVE = { name: "ECDSA", namedCurve: "P-256" }, SIGNING = { name: "ECDSA", hash: "SHA-256" };

  /* The key cannot be taken out of the browser; only its public point is sent. */
  async function ownKey() {
    const held = await memory.get("key");
    if (held) return held;
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
    const point = toText(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    const made = { secret: pair.privateKey, point };
    await memory.put("key", made);
    return made;
  }

  /* Asks the node to certify the key, at the first check-in and again when half its time is over. */
  async function certify(now) {
    const held = await memory.get("certificate");
    if (held && now < (held.made + held.ends) / 2) return held;
    const key = await ownKey();
    const answer = await fetch("/v1/devices", { method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: key.point }) });
    if (!answer.ok) return held || null;
    const { certificate, until } = await answer.json();
    const fresh = { text: certificate, made: now, ends: Date.parse(until) + DAY };
    await memory.put("certificate", fresh);
    return fresh;
  }

  /* The text of a receipt, or null where this device has no certificate that is still good. */
  async function write({ code, made, sequence, people }) {
    const held = await memory.get("certificate"), key = await memory.get("key");
    if (!held || !key || made >= held.ends) return null;
    const body = join([1], fromText(held.text), ascii(code), number(made, 6), number(sequence, 4), [people]);
    const signature = new Uint8Array(await crypto.subtle.sign(SIGNING, key.secret, join(RECEIPT, body)));
    return PREFIX + toText(join(body, signature));
  }

  /* The fields of a receipt by their places in its 226 bytes, not yet verified; throws what has another form. */
  function opened(text) {
    if (!text.startsWith(PREFIX)) throw new Error("another text");
    const raw = fromText(text.slice(PREFIX.length));
    if (raw.length !== 226 || raw[0] !== 1 || raw[1] !== 1) throw new Error("another form");
    const code = String.fromCharCode(...raw.subarray(133, 151));
    const people = raw[161];
    if (posterCode(code) !== code || people < 1 || people > 10) throw new Error("another form");
    return { raw, keyId: raw[2], ends: (readNumber(raw.subarray(3, 5)) + 1) * DAY, code,
      made: readNumber(raw.subarray(151, 157)), sequence: readNumber(raw.subarray(157, 161)), people };
  }

  async function ownSignature(raw) {
    try {
      const point = join([4], raw.subarray(5, 69));
      const key = await crypto.subtle.importKey("raw", point, CURVE, false, ["verify"]);
      return await crypto.subtle.verify(SIGNING, key, raw.subarray(162), join(RECEIPT, raw.subarray(0, 162)));
    } catch (error) {
      return false; // the point is not on the curve
    }
  }

  /* {state, code, made, sequence, people, mark}; state is "other" (no receipt), "forged", "unverified" or "genuine". */
  async function judge(text, node) {
    let found;
    try {
      found = opened(text.trim());
    } catch (error) {
      return { state: text.trim().startsWith(PREFIX) ? "forged" : "other" };
    }
    const { raw } = found;
    const said = { code: found.code, made: found.made, sequence: found.sequence, people: found.people,
      mark: toText(raw.subarray(5, 21)) + ":" + found.sequence };
    if (found.made >= found.ends || !(await ownSignature(raw))) return { ...said, state: "forged" };
    const key = jejak.descriptor.keyOf(node, found.keyId);
    const holds = key ? await jejak.descriptor.signed(key.x, raw.subarray(69, 133), join(DEVICE, raw.subarray(1, 69))) : null;
    return { ...said, state: holds === null ? "unverified" : holds ? "genuine" : "forged" };
  }

  jejak.proof = { certify, write, judge, PREFIX };
})(self.jejak = self.jejak || {});
