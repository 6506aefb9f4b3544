/* Bytes as the node writes them: base64url without padding, big-endian numbers, UUIDv7; what people type: codes, names, numbers. */
(function (jejak) {
  "use strict";
  const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  }

  function toText(bytes) {
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /* One text, one spelling: decoded, encoded again, compared. */
  function fromText(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("not base64url");
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    if (toText(bytes) !== text) throw new Error("not canonical");
    return bytes;
  }

  function number(value, length) {
    const bytes = new Uint8Array(length);
    for (let at = length - 1; at >= 0; at--) { bytes[at] = value % 256; value = Math.floor(value / 256); }
    return bytes;
  }

  function readNumber(bytes) { return bytes.reduce((value, byte) => value * 256 + byte, 0); }

  function ascii(text) { return Uint8Array.from(text, (letter) => letter.charCodeAt(0)); }

  function uuid7(ms) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes.set(number(ms, 6));
    bytes[6] = 0x70 | (bytes[6] & 15);
    bytes[8] = 0x80 | (bytes[8] & 63);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /* The canonical spelling of a poster's code, or null; as in formats/postercode.py. */
  function posterCode(text) {
    const code = text.trim().toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
    return code.length === 18 && Array.from(code).every((digit) => DIGITS.includes(digit)) ? code : null;
  }

  /* What a scanned or typed text says of a poster: {code, descriptor}, or null. Any host: the code proves itself. */
  function posterAddress(text) {
    const bare = posterCode(text);
    if (bare) return { code: bare, descriptor: "" };
    const found = /^(?:https?:\/\/[^/\s]+)?\/p\/([0-9A-Za-z]{18})\/?(?:\?[^#\s]*)?(?:#(\S*))?$/i.exec(text.trim());
    const code = found && posterCode(found[1]);
    return code ? { code, descriptor: found[2] || "" } : null;
  }

  /* Names as somebody typed them, each once, in the order and by the breaks that the node counts by too. */
  function names(text) {
    return [...new Set(text.split(/[\r\n,;]+/).map((name) => name.trim().replace(/\s+/g, " ")).filter(Boolean))];
  }

  /* Whether a text may be a whole phone number, however it is written; whether there is such a one, the node judges. */
  function wholePhone(text) { return /^\+?\d{8,15}$/.test(text.replace(/[\s\p{P}\p{Cf}]/gu, "")); }

  jejak.bytes = { join, toText, fromText, number, readNumber, ascii, uuid7, posterCode, posterAddress, names, wholePhone };
})(self.jejak = self.jejak || {});
