/* What a poster says of its place (formats/descriptor.py): read strictly, verified with the node's keys kept on this device. */
(function (jejak) {
  "use strict";
  const { ascii, fromText, join, posterCode } = jejak.bytes;
  const DOMAIN = ascii("jejak/descriptor/v1\0");
  const LARGEST_TEXT = 700, LARGEST_NAME = 96, LARGEST_WORD = 64;
  /* What is invisible or turns the direction of what follows, but for the joiners of Tamil and Jawi; as kernel/letters.py. */
  const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}]|[^\P{Cf}\u200c\u200d]|[^\P{Z} ]/u;

  /* A reader of deterministic CBOR (RFC 8949): a head longer than it need be is refused. */
  function reader(bytes) {
    let at = 0;
    function take(length) {
      if (at + length > bytes.length) throw new Error("too short");
      at += length;
      return bytes.subarray(at - length, at);
    }
    function head(major) {
      const [first] = take(1);
      if (first >> 5 !== major) throw new Error("another type");
      const small = first & 31;
      if (small < 24) return small;
      if (small !== 24) throw new Error("too large");
      const [value] = take(1);
      if (value < 24) throw new Error("not canonical");
      return value;
    }
    return {
      array: () => head(4),
      uint: () => head(0),
      bytes: () => take(head(2)),
      text: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(head(3))),
      none: () => (bytes[at] === 0xf6 ? (at += 1, true) : false),
      ended: () => at === bytes.length,
    };
  }

  function word(text) { return text.length <= LARGEST_WORD && /^[ -~]+$/.test(text); }

  function fitting(place) {
    const size = new TextEncoder().encode(place.name).length;
    return posterCode(place.code) === place.code && place.premises.length === 16
      && (place.zone === null || place.zone.length === 16) && word(place.kind) && word(place.node)
      && size > 0 && size <= LARGEST_NAME && !UNSEEN.test(place.name)
      && place.keyId > 0;
  }

  /* Returns {code, kind, name, node, keyId, …}, not yet verified; throws what is not a descriptor of version 1. */
  function read(text) {
    if (text.length > LARGEST_TEXT) throw new Error("too long");
    const raw = fromText(text);
    const body = raw.subarray(0, -64), from = reader(body);
    if (from.array() !== 8 || from.uint() !== 1) throw new Error("another version");
    const place = { code: from.text(), premises: from.bytes(), zone: from.none() ? null : from.bytes(),
      kind: from.text(), name: from.text(), node: from.text(), keyId: from.uint(), body, signature: raw.subarray(-64) };
    if (!from.ended() || !fitting(place)) throw new Error("not a descriptor");
    return place;
  }

  /* Whether Ed25519 holds; null where this browser cannot say. */
  async function signed(x, signature, message) {
    let key;
    try {
      key = await crypto.subtle.importKey("raw", fromText(x), { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      return null;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  }

  function keyOf(node, id) { return node && node.keys && node.keys.find((key) => key.id === id && key.crv === "Ed25519"); }

  /* "genuine", "unverified" or "forged", with the place where there is one; `node` is what /.well-known/jejak-node said. */
  async function judge(text, code, node) {
    let place;
    try {
      place = read(text);
    } catch (error) {
      return { state: "forged", place: null };
    }
    if (place.code !== code) return { state: "forged", place };
    const key = node && node.node === place.node ? keyOf(node, place.keyId) : null;
    const holds = key ? await signed(key.x, place.signature, join(DOMAIN, place.body)) : null;
    return { state: holds === null ? "unverified" : holds ? "genuine" : "forged", place };
  }

  jejak.descriptor = { read, judge, signed, keyOf };
})(self.jejak = self.jejak || {});
