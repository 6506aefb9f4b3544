/* Draws a text as a QR code: byte mode, versions 1 to 15, levels L and M. Source: ISO/IEC 18004:2015. */
(function (jejak) {
  "use strict";
  // For each level and version: error correction bytes a block, and blocks. Source: ISO/IEC 18004:2015 table 9.
  const TABLE = {
    L: { bits: 1, ec: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22], blocks: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6] },
    M: { bits: 0, ec: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24], blocks: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10] },
  };
  const MOST = 15;

  const EXP = new Uint8Array(512), LOG = new Uint8Array(256);
  for (let power = 0, value = 1; power < 255; power++) {
    EXP[power] = EXP[power + 255] = value;
    LOG[value] = power;
    value = value << 1 ^ (value >> 7) * 0x11d;
  }
  function times(one, other) { return one && other ? EXP[LOG[one] + LOG[other]] : 0; }

  /* The generator polynomial without its leading 1, and what remains of the data divided by it. */
  function generator(degree) {
    const found = new Uint8Array(degree);
    found[degree - 1] = 1;
    for (let round = 0; round < degree; round++) {
      for (let at = 0; at < degree; at++) found[at] = times(found[at], EXP[round]) ^ (found[at + 1] || 0);
    }
    return found;
  }
  function remainder(data, divisor) {
    const rest = new Uint8Array(divisor.length);
    for (const byte of data) {
      const factor = byte ^ rest[0];
      rest.copyWithin(0, 1);
      rest[rest.length - 1] = 0;
      divisor.forEach((coefficient, at) => { rest[at] ^= times(coefficient, factor); });
    }
    return rest;
  }

  function alignments(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2, last = version * 4 + 10;
    const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
    return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
  }

  /* How many bytes a version holds, data and correction. */
  function capacity(version) {
    let modules = (16 * version + 128) * version + 64;
    if (version >= 2) {
      const count = Math.floor(version / 7) + 2;
      modules -= (25 * count - 10) * count - 55;
      if (version >= 7) modules -= 36;
    }
    return Math.floor(modules / 8);
  }
  function dataBytes(version, level) {
    return capacity(version) - TABLE[level].ec[version - 1] * TABLE[level].blocks[version - 1];
  }

  function coded(bytes, version, level) {
    const bits = [];
    function push(value, length) { for (let at = length - 1; at >= 0; at--) bits.push(value >> at & 1); }
    push(4, 4);
    push(bytes.length, version < 10 ? 8 : 16);
    bytes.forEach((byte) => push(byte, 8));
    const room = dataBytes(version, level) * 8;
    push(0, Math.min(4, room - bits.length));
    push(0, (8 - bits.length % 8) % 8);
    for (let pad = 0xec; bits.length < room; pad ^= 0xfd) push(pad, 8);
    return Uint8Array.from({ length: room / 8 }, (_, at) => parseInt(bits.slice(at * 8, at * 8 + 8).join(""), 2));
  }

  /* Blocks with their correction, interleaved; the longer blocks come last. */
  function interleaved(data, version, level) {
    const count = TABLE[level].blocks[version - 1], degree = TABLE[level].ec[version - 1], divisor = generator(degree);
    const shorter = count - data.length % count, size = Math.floor(data.length / count);
    const blocks = [], checks = [];
    for (let block = 0, at = 0; block < count; block++) {
      const part = data.subarray(at, at += size + (block < shorter ? 0 : 1));
      blocks.push(part);
      checks.push(remainder(part, divisor));
    }
    const found = [];
    for (let at = 0; at <= size; at++) for (const block of blocks) if (at < block.length) found.push(block[at]);
    for (let at = 0; at < degree; at++) for (const check of checks) found.push(check[at]);
    return found;
  }

  const MASKS = [
    (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2, (x, y) => x * y % 2 + x * y % 3,
    (x, y) => (x * y % 2 + x * y % 3) % 2, (x, y) => ((x + y) % 2 + x * y % 3) % 2,
  ];

  function Grid(version) {
    const size = version * 4 + 17;
    const dark = Array.from({ length: size }, () => new Uint8Array(size));
    const fixed = Array.from({ length: size }, () => new Uint8Array(size));
    function set(x, y, value) { dark[y][x] = value ? 1 : 0; fixed[y][x] = 1; }
    function finder(cx, cy) {
      for (let dy = -4; dy <= 4; dy++) for (let dx = -4; dx <= 4; dx++) {
        const x = cx + dx, y = cy + dy, far = Math.max(Math.abs(dx), Math.abs(dy));
        if (x >= 0 && y >= 0 && x < size && y < size) set(x, y, far !== 2 && far !== 4);
      }
    }
    for (let at = 0; at < size; at++) { set(6, at, at % 2 === 0); set(at, 6, at % 2 === 0); }
    finder(3, 3); finder(size - 4, 3); finder(3, size - 4);
    const places = alignments(version), last = places[places.length - 1];
    for (const cy of places) for (const cx of places) {
      if ((cx === 6 && (cy === 6 || cy === last)) || (cx === last && cy === 6)) continue;
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) {
        set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
    }
    if (version >= 7) {
      let rest = version;
      for (let at = 0; at < 12; at++) rest = rest << 1 ^ (rest >> 11) * 0x1f25;
      const bits = version << 12 | rest;
      for (let at = 0; at < 18; at++) {
        const along = size - 11 + at % 3, across = Math.floor(at / 3);
        set(along, across, bits >> at & 1); set(across, along, bits >> at & 1);
      }
    }
    return { size, dark, fixed, set };
  }

  function writeFormat({ size, set }, level, mask) {
    const data = TABLE[level].bits << 3 | mask;
    let rest = data;
    for (let at = 0; at < 10; at++) rest = rest << 1 ^ (rest >> 9) * 0x537;
    const bits = (data << 10 | rest) ^ 0x5412, bit = (at) => bits >> at & 1;
    for (let at = 0; at <= 5; at++) set(8, at, bit(at));
    set(8, 7, bit(6)); set(8, 8, bit(7)); set(7, 8, bit(8));
    for (let at = 9; at < 15; at++) set(14 - at, 8, bit(at));
    for (let at = 0; at < 8; at++) set(size - 1 - at, 8, bit(at));
    for (let at = 8; at < 15; at++) set(8, size - 15 + at, bit(at));
    set(8, size - 8, 1);
  }

  function fill({ size, dark, fixed }, bytes) {
    let at = 0;
    for (let right = size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5; // the timing column
      for (let step = 0; step < size; step++) for (const x of [right, right - 1]) {
        const y = (right + 1 & 2) === 0 ? size - 1 - step : step;
        if (fixed[y][x]) continue;
        dark[y][x] = at < bytes.length * 8 ? bytes[at >> 3] >> 7 - (at & 7) & 1 : 0;
        at += 1;
      }
    }
  }

  function flip({ size, dark, fixed }, mask) {
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
      if (!fixed[y][x] && MASKS[mask](x, y) === 0) dark[y][x] ^= 1;
    }
  }

  /* How hard a drawing is to read: long runs, blocks, patterns like a finder's, uneven darkness. */
  function penalty({ size, dark }) {
    let total = 0, count = 0;
    for (let y = 0; y < size; y++) {
      const row = Array.from(dark[y]).join(""), column = dark.map((line) => line[y]).join("");
      for (const line of [row, column]) {
        for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) total += run.length - 2;
        for (let at = 0; at + 11 <= size; at++) {
          const eleven = line.slice(at, at + 11);
          if (eleven === "10111010000" || eleven === "00001011101") total += 40;
        }
      }
      for (let x = 0; x < size; x++) {
        count += dark[y][x];
        if (x && y && dark[y][x] === dark[y][x - 1] && dark[y][x] === dark[y - 1][x] && dark[y][x] === dark[y - 1][x - 1]) total += 3;
      }
    }
    return total + Math.floor(Math.abs(count * 20 / (size * size) - 10)) * 10;
  }

  /* Rows of 0 and 1, 1 being dark; throws a text too long for version 15. */
  function encode(text, level = "L") {
    const bytes = new TextEncoder().encode(text);
    let version = 1;
    while (version <= MOST && dataBytes(version, level) < bytes.length + (version < 10 ? 2 : 3)) version += 1;
    if (version > MOST) throw new Error("too long for a QR code");
    const grid = Grid(version), cells = interleaved(coded(bytes, version, level), version, level);
    writeFormat(grid, level, 0); // takes the places, so that no data goes there
    fill(grid, cells);
    let best = 0, least = Infinity;
    for (let mask = 0; mask < 8; mask++) {
      flip(grid, mask); writeFormat(grid, level, mask);
      const found = penalty(grid);
      if (found < least) { least = found; best = mask; }
      flip(grid, mask);
    }
    flip(grid, best); writeFormat(grid, level, best);
    return grid.dark;
  }

  /* An SVG of the code with its quiet zone, black on white in any colour scheme. */
  function draw(text, label, level) {
    const rows = encode(text, level), side = rows.length + 8, space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg"), ground = document.createElementNS(space, "rect");
    const path = document.createElementNS(space, "path");
    let steps = "";
    rows.forEach((row, y) => row.forEach((cell, x) => { if (cell) steps += `M${x + 4} ${y + 4}h1v1h-1z`; }));
    const attributes = { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" };
    Object.entries(attributes).forEach(([name, value]) => picture.setAttribute(name, value));
    ground.setAttribute("width", side); ground.setAttribute("height", side); ground.setAttribute("fill", "#fff");
    path.setAttribute("d", steps); path.setAttribute("fill", "#000");
    picture.append(ground, path);
    return picture;
  }

  jejak.qr = { encode, draw };
})(self.jejak = self.jejak || {});
