// The third verifier: FORMAT.md in a browser, from a file, without a network, a server or a library.
//
// judge(token, keys) and judgeWith(token, keys, proof) give the verdicts of FORMAT.md §8. Big integers are not in
// constant time: everything here is public. Section numbers are FORMAT.md's.
"use strict";
const dobi = (() => {
  class Refused extends Error {
    constructor(kind) { super(kind); this.kind = kind; }
  }
  const need = (condition, kind = "malformed") => { if (!condition) throw new Refused(kind); };

  // --- bytes
  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);
  const big = (bytes) => BigInt("0x" + (hex(bytes) || "0"));
  const little = (bytes) => big(Uint8Array.from(bytes).reverse());
  const join = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  };

  // --- SHA-256 and SHA-512 (FIPS 180-4), their constants from the primes as §4.2 and §5.3 define them
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (n, power) => { // the largest x with x^power <= n
    let low = 0n, high = 1n << 80n;
    while (low < high) {
      const half = (low + high + 1n) >> 1n;
      if (half ** power <= n) low = half; else high = half - 1n;
    }
    return low;
  };
  const fraction = (power, bits) => (prime) => root(BigInt(prime) << (power * bits), power) & ((1n << bits) - 1n);
  const CONSTANTS = { 256: primes.slice(0, 64).map(fraction(3n, 32n)), 512: primes.map(fraction(3n, 64n)) };
  const START = { 256: primes.slice(0, 8).map(fraction(2n, 32n)), 512: primes.slice(0, 8).map(fraction(2n, 64n)) };

  function sha(data, bits) { // bits: 256 or 512
    const w = bits === 256 ? 32n : 64n, mask = (1n << w) - 1n, rounds = bits === 256 ? 64 : 80, block = Number(w) * 2;
    const [S0, S1, s0, s1] = bits === 256
      ? [[2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n], [17n, 19n, 10n]]
      : [[28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n], [19n, 61n, 6n]];
    const turn = (x, n) => ((x >> n) | (x << (w - n))) & mask;
    const turns = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ turn(x, c);
    const shifts = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ (x >> c);
    const k = CONSTANTS[bits];
    let state = START[bits];
    const length = new Uint8Array(block / 8);
    for (let n = data.length * 8, at = length.length - 1; n; n = Math.floor(n / 256), at--) length[at] = n % 256;
    const zeros = (block - ((data.length + 1 + length.length) % block)) % block;
    const padded = join(data, [0x80], new Uint8Array(zeros), length);
    for (let start = 0; start < padded.length; start += block) {
      const x = [];
      for (let t = 0; t < rounds; t++) {
        const size = Number(w) / 8, at = start + t * size;
        x.push(t < 16 ? big(padded.slice(at, at + size))
          : (shifts(x[t - 2], s1) + x[t - 7] + shifts(x[t - 15], s0) + x[t - 16]) & mask);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < rounds; t++) {
        const one = h + turns(e, S1) + ((e & f) ^ ((e ^ mask) & g)) + k[t] + x[t];
        const two = turns(a, S0) + ((a & b) ^ (a & c) ^ (b & c));
        [a, b, c, d, e, f, g, h] = [(one + two) & mask, a, b, c, (d + one) & mask, e, f, g];
      }
      state = [a, b, c, d, e, f, g, h].map((one, at) => (one + state[at]) & mask);
    }
    return unhex(state.map((one) => one.toString(16).padStart(Number(w) / 4, "0")).join(""));
  }
  const sha256 = (data) => sha(data, 256);

  // --- arithmetic
  const mod = (a, m) => ((a % m) + m) % m;
  function power(base, exponent, m) {
    let out = 1n;
    for (base = mod(base, m); exponent; exponent >>= 1n, base = (base * base) % m) if (exponent & 1n) out = (out * base) % m;
    return out;
  }
  function inverse(a, m) { // by Euclid; of zero it is zero
    let [r, s, t, u] = [mod(a, m), m, 1n, 0n];
    while (r) [r, s, t, u] = [s % r, r, u - (s / r) * t, t];
    return mod(u, m);
  }

  // --- Ed25519 (RFC 8032 §5.1), cofactorless, R compared as bytes
  const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const D = mod(-121665n * inverse(121666n, P), P), HALF = power(2n, (P - 1n) / 4n, P);
  const TORSION = little(unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
  function edPoint(bytes) {
    const raw = little(bytes), sign = raw >> 255n, y = raw & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const square = mod((y * y - 1n) * inverse(D * y * y + 1n, P), P);
    let x = power(square, (P + 3n) / 8n, P);
    if (mod(x * x - square, P)) x = (x * HALF) % P;
    if (mod(x * x - square, P) || (!x && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, (x * y) % P];
  }
  function edAdd([x, y, z, t], [u, v, w, s]) {
    const a = mod((y - x) * (v - u), P), b = mod((y + x) * (v + u), P), c = mod(2n * t * D * s, P), d = mod(2n * z * w, P);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f, P), mod(g * h, P), mod(f * g, P), mod(e * h, P)];
  }
  function edTimes(n, point) {
    let out = [0n, 1n, 1n, 0n];
    for (; n; n >>= 1n, point = edAdd(point, point)) if (n & 1n) out = edAdd(out, point);
    return out;
  }
  const BASE = edPoint(unhex("58" + "66".repeat(31)));
  function edFits(key, signature, data) {
    const A = edPoint(key), s = little(signature.slice(32));
    if (!A || s >= L) return false;
    const h = mod(little(sha(join(signature.slice(0, 32), key, data), 512)), L);
    const minus = [mod(-A[0], P), A[1], A[2], mod(-A[3], P)];
    const [x, y, z] = edAdd(edTimes(s, BASE), edTimes(h, minus)), back = inverse(z, P);
    const ends = mod(y * back, P) | ((mod(x * back, P) & 1n) << 255n);
    return same(unhex(ends.toString(16).padStart(64, "0")).reverse(), signature.slice(0, 32));
  }

  // --- ECDSA on P-256 with SHA-256 (FIPS 186-5), low s only
  const Q = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const N = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const B = BigInt("0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
  const G = ["0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"].map(BigInt);
  const onCurve = ([x, y]) => x < Q && y < Q && mod(y * y - (x * x * x - 3n * x + B), Q) === 0n;
  function ecDouble([x, y, z]) { // Jacobian coordinates, a = -3; z 0 is the point at infinity
    const slope = mod(3n * (x - z * z) * (x + z * z), Q), y2 = mod(y * y, Q), four = mod(4n * x * y2, Q);
    const x3 = mod(slope * slope - 2n * four, Q);
    return [x3, mod(slope * (four - x3) - 8n * y2 * y2, Q), mod(2n * y * z, Q)];
  }
  function ecAdd(a, b) {
    if (!a[2] || !b[2]) return a[2] ? a : b;
    const za = mod(a[2] * a[2], Q), zb = mod(b[2] * b[2], Q);
    const u = mod(a[0] * zb, Q), h = mod(b[0] * za - u, Q);
    const s = mod(a[1] * zb * b[2], Q), r = mod(b[1] * za * a[2] - s, Q);
    if (!h) return r ? [1n, 1n, 0n] : ecDouble(a);
    const h2 = mod(h * h, Q), h3 = mod(h * h2, Q), x = mod(r * r - h3 - 2n * u * h2, Q);
    return [x, mod(r * (u * h2 - x) - s * h3, Q), mod(h * a[2] * b[2], Q)];
  }
  function ecTimes(n, [x, y]) {
    let out = [1n, 1n, 0n];
    for (let point = [x, y, 1n]; n; n >>= 1n, point = ecDouble(point)) if (n & 1n) out = ecAdd(out, point);
    return out;
  }
  const ecPoint = (key) => [big(key.slice(1, 33)), big(key.slice(33))];
  function ecFits(key, signature, data) {
    const r = big(signature.slice(0, 32)), s = big(signature.slice(32));
    if (r < 1n || r >= N || s < 1n || s > N / 2n) return false;
    const back = inverse(s, N), z = big(sha256(data));
    const point = ecAdd(ecTimes(mod(z * back, N), G), ecTimes(mod(r * back, N), ecPoint(key)));
    const z1 = inverse(point[2], Q);
    return point[2] !== 0n && mod(mod(point[0] * z1 * z1, Q), N) === r;
  }
  const fits = (key, signature, data) =>
    signature.length === 64 && (key.suite === 1 ? edFits : ecFits)(key.key, signature, data);

  // --- CP949: KS X 1001 as the browser knows it, the rest in Unicode's order
  const cp949 = (() => {
    const decoder = new TextDecoder("euc-kr", { fatal: true }), of = new Map(), to = new Map();
    const put = (lead, trail, letter) => { of.set(lead * 256 + trail, letter); to.set(letter, [lead, trail]); };
    for (let lead = 0xa1; lead <= 0xfd; lead++) {
      for (let trail = 0xa1; trail <= 0xfe; trail++) {
        if (lead === 0xc9 || lead === 0xfe) continue; // rows of private use
        try {
          const letter = decoder.decode(Uint8Array.of(lead, trail));
          if ([...letter].length === 1) put(lead, trail, letter);
        } catch { /* no letter there */ }
      }
    }
    put(0xa2, 0xe6, "€"); // some decoders leave these two out
    put(0xa2, 0xe7, "®");
    let syllable = 0xac00;
    for (let lead = 0x81; lead <= 0xc6; lead++) {
      for (let trail = 0x41; trail <= (lead < 0xa1 ? 0xfe : 0xa0); trail++) {
        if ((trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81)) continue;
        while (to.has(String.fromCharCode(syllable))) syllable++;
        if (syllable > 0xd7a3) return { of, to };
        put(lead, trail, String.fromCharCode(syllable++));
      }
    }
    return { of, to };
  })();
  function unpack(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] < 0x80) { text += String.fromCharCode(bytes[at]); continue; }
      const letter = cp949.of.get(bytes[at] * 256 + bytes[++at]);
      need(letter);
      text += letter;
    }
    return text;
  }
  const packable = (text) => [...text].every((letter) => letter.charCodeAt(0) < 0x80 || cp949.to.has(letter));
  function textOf(item) { // §3, packed text
    const text = item instanceof Uint8Array ? unpack(item) : item;
    need(typeof text === "string" && packable(text) === item instanceof Uint8Array);
    return text;
  }

  // --- base45 (RFC 9285) and CBOR (§1, RFC 8949 §4.2.1)
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  function base45(text) {
    need([...text].every((letter) => ALPHABET.includes(letter)) && text.length % 3 !== 1);
    const out = [];
    for (let at = 0; at < text.length; at += 3) {
      const group = [...text.slice(at, at + 3)], value = group.reduce((sum, one, n) => sum + ALPHABET.indexOf(one) * 45 ** n, 0);
      need(value < 256 ** (group.length - 1));
      if (group.length === 3) out.push(value >> 8);
      out.push(value & 255);
    }
    return Uint8Array.from(out);
  }
  function read(data, at = 0) { // [value, where it ends]; whole numbers must be safe ones
    need(at < data.length);
    if (data[at] === 0xf6) return [null, at + 1];
    const major = data[at] >> 5, low = data[at] & 31;
    need(major < 5 && low < 28);
    let value = low;
    at++;
    if (low >= 24) {
      const size = 1 << (low - 24);
      need(at + size <= data.length);
      const whole = big(data.slice(at, at + size));
      need(whole >= (size === 1 ? 24n : 1n << BigInt(4 * size)) && whole <= BigInt(Number.MAX_SAFE_INTEGER));
      value = Number(whole);
      at += size;
    }
    if (major < 2) return [major ? -1 - value : value, at];
    if (major < 4) {
      need(at + value <= data.length);
      const raw = data.slice(at, at + value);
      try {
        return [major === 2 ? raw : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw), at + value];
      } catch { throw new Refused("malformed"); }
    }
    need(value < 64);
    const items = [];
    for (let n = 0; n < value; n++) {
      const [item, end] = read(data, at);
      items.push(item);
      at = end;
    }
    return [items, at];
  }
  const number = (item, low, end) => { need(Number.isInteger(item) && item >= low && item < end); return item; };
  const blob = (item, size) => { need(item instanceof Uint8Array && item.length === size); return item; };
  const head = (major, n) => n < 24 ? [major << 5 | n] : n < 256 ? [major << 5 | 24, n] : [major << 5 | 25, n >> 8, n & 255];

  // --- the list of keys (§5)
  const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
  const instant = (text, absent) => {
    if (text === null && absent) return null;
    need(typeof text === "string" && INSTANT.test(text) && !Number.isNaN(Date.parse(text)), "key_list");
    return Date.parse(text) / 1000;
  };
  const NAMES = ["institution", "institution_name", "key", "kid", "revoked_at", "suite", "use", "valid_from", "valid_to"];
  function sound(key, suite, use) {
    if (suite === 1 && key.length === 32) {
      const y = use === "seal" ? little(key) : little(key) & ((1n << 255n) - 1n);
      return y < P && (use === "seal" || ![0n, 1n, P - 1n, TORSION, P - TORSION].includes(y));
    }
    return suite === 2 && key.length === 65 && key[0] === 4 && onCurve(ecPoint(key));
  }
  function kidOf(institution, key) {
    const kind = key.length === 32 ? [1] : [0xff, ...utf8("ESP256")];
    return sha256(join(utf8(`dobi/${institution}\n`), kind, key)).slice(0, 4);
  }
  function loadKeys(text) {
    let data;
    try { data = JSON.parse(text); } catch { throw new Refused("key_list"); }
    need(data && data.format === "dobi-keys/1" && Array.isArray(data.keys), "key_list");
    return data.keys.map((entry) => {
      need(entry && typeof entry === "object" && !Array.isArray(entry), "key_list");
      const names = Object.keys(entry).filter((name) => name !== "revoked_index").sort();
      need(names.length === NAMES.length && names.every((name, at) => name === NAMES[at]), "key_list");
      for (const name of ["kid", "key"]) need(typeof entry[name] === "string" && /^([0-9a-f]{2})*$/.test(entry[name]), "key_list");
      const key = { ...entry, kid: unhex(entry.kid), key: unhex(entry.key), from: instant(entry.valid_from),
        to: instant(entry.valid_to, true), revoked: instant(entry.revoked_at, true), index: entry.revoked_index };
      need(["receipt", "log", "seal"].includes(key.use) && Number.isInteger(key.suite), "key_list");
      need(typeof key.institution_name === "string" && typeof key.institution === "string", "key_list");
      need(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,31}$/u.test(key.institution), "key_list");
      need(sound(key.key, key.suite, key.use) && same(key.kid, kidOf(key.institution, key.key)), "key_list");
      if ("revoked_index" in entry) need(Number.isInteger(key.index) && key.index >= 0 && key.revoked !== null, "key_list");
      return key;
    });
  }

  // --- the receipt (§1, §3)
  const FLAGS = ("no_challenge late_answer stale clock edited live no_accuracy coarse grid no_place early no_location late " +
    "colleague host trace fast same_point still replayed overlap declared").split(" ");
  const HARMLESS = ["live", "trace", "colleague", "host"];
  const HEADS = { d28449a201320444: 1, d28449a201280444: 2 };
  function payloadOf(payload, suite) {
    const [items, end] = read(payload);
    need(Array.isArray(items) && (items.length === 11 || items.length === 12) && end === 150);
    const document = textOf(items[7]);
    need(document.normalize("NFC") === document && document === document.replace(/^ +| +$/g, ""));
    need(!/[\p{C}\p{Z}]/u.test(document.replaceAll(" ", "")));
    need((items[7] instanceof Uint8Array ? items[7] : utf8(items[7])).length <= 26);
    need(items[10] instanceof Uint8Array);
    const bits = BigInt(number(items[9], 0, 2 ** 32)), flags = [];
    for (let n = 0; n < 32; n++) if (bits >> BigInt(n) & 1n) flags.push(FLAGS[n] || `flag${n}`);
    const receipt = {
      suite: number(items[0], suite, suite + 1), serial: hex(blob(items[1], 8)), time: number(items[2], 0, 2 ** 33),
      grade: number(items[3], 1, 6), place: number(items[4], 0, 2 ** 16), accuracy: number(items[5], 0, 5),
      holder: hex(blob(items[6], 8)), document, index: number(items[8], 0, 2 ** 32), flags,
    };
    if (items.length === 12) {
      const pair = items[11];
      need(Array.isArray(pair) && pair.length === 3);
      receipt.pair = [number(pair[0], 0, 2 ** 16), pair[1] === null ? null : number(pair[1], 0, 2 ** 16), number(pair[2], 0, 5)];
    }
    return receipt;
  }
  function verify(token, keys) {
    const text = token.trim();
    need(text.length === 347);
    const data = base45(text), suite = HEADS[hex(data.slice(0, 8))];
    need(suite && hex(data.slice(12, 15)) === "a05896" && hex(data.slice(165, 167)) === "5840");
    const kid = data.slice(8, 12), payload = data.slice(15, 165), signature = data.slice(167);
    const named = keys.filter((key) => same(key.kid, kid) && key.use === "receipt");
    need(named.length, "unknown_key");
    for (const key of named) {
      const aad = utf8(key.institution);
      const signed = join([0x84], head(3, 10), utf8("Signature1"), data.slice(2, 12), head(2, aad.length), aad, [0x58, 0x96], payload);
      if (key.suite === suite && fits(key, signature, signed)) {
        const receipt = { institution: key.institution, kid: hex(kid), ...payloadOf(payload, suite) };
        need(receipt.time >= Math.floor(key.from) && (key.to === null || receipt.time < key.to), "outside_key_period");
        return [receipt, key];
      }
    }
    throw new Refused("bad_signature");
  }

  // --- verdicts (§8)
  const refusal = (error) => {
    if (!(error instanceof Refused)) throw error;
    return { verdict: "invalid", reason: error.kind };
  };
  const found = (receipt, flags) =>
    ({ verdict: flags.some((flag) => !HARMLESS.includes(flag)) ? "valid_but" : "valid", flags, receipt });
  function judge(token, keys) {
    if (!token.trim()) return { verdict: "unreadable", reason: "no_code" };
    try {
      const [receipt, key] = verify(token, keys), flags = [...receipt.flags];
      if (key.revoked !== null) {
        need(key.index === undefined || receipt.index < key.index, "revoked_key");
        flags.push("revoked_key");
      }
      return found(receipt, flags);
    } catch (error) { return refusal(error); }
  }

  // --- checkpoints and proof files (§6)
  const NOTE = /^((dobi\/[^\s]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n){1,32})$/;
  function strict64(text) {
    need(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text), "not_a_checkpoint");
    const raw = atob(text);
    need(btoa(raw) === text, "not_a_checkpoint");
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  }
  function checkpoint(note, institution, keys) {
    const match = NOTE.exec(note);
    need(match, "not_a_checkpoint");
    const [, body, origin, size, root, lines] = match;
    const own = lines.split("\n").filter((line) => line.split(" ")[1] === origin);
    need(own.length === 1, "not_a_checkpoint");
    const signature = strict64(own[0].split(" ")[2]), top = strict64(root);
    need(signature.length === 68, "not_a_checkpoint");
    need(origin === `dobi/${institution}`, "not_signed");
    const fit = keys.some((key) => key.use === "log" && key.institution === institution &&
      same(key.kid, signature.slice(0, 4)) && fits(key, signature.slice(4), utf8(body)));
    need(fit, "not_signed");
    return { size: BigInt(size), root: top };
  }
  function included(leaf, index, size, path, root) { // RFC 9162 §2.1.3.2
    if (index >= size) return false;
    let at = index, last = size - 1n, node = sha256(join([0], leaf));
    for (const one of path) {
      if (last === 0n) return false;
      if (at & 1n || at === last) {
        node = sha256(join([1], one, node));
        while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
      } else node = sha256(join([1], node, one));
      at >>= 1n;
      last >>= 1n;
    }
    return last === 0n && same(node, root);
  }
  function proven(token, receipt, keys, proof) { // empty, or the flag, or the refusal other_in_log
    const cut = proof.indexOf("\n\n"), lines = (cut < 0 ? proof : proof.slice(0, cut)).split("\n");
    const note = cut < 0 ? "" : proof.slice(cut + 2);
    if (lines[0] !== "c2sp.org/tlog-proof@v1" || !/^index (0|[1-9][0-9]*)$/.test(lines[2] || "")) return "proof_wrong";
    let leaf, path, point;
    try {
      need(lines[1].startsWith("extra "));
      leaf = strict64(lines[1].slice(6));
      path = lines.slice(3).map(strict64);
    } catch (error) { refusal(error); return "proof_wrong"; }
    try {
      point = checkpoint(note, receipt.institution, keys);
    } catch (error) { return refusal(error).reason === "not_signed" ? "log_damaged" : "proof_wrong"; }
    const index = BigInt(lines[2].slice(6));
    if (index !== BigInt(receipt.index) || !included(leaf, index, point.size, path, point.root)) return "log_damaged";
    try {
      const [items, end] = read(leaf), text = token.trim();
      const facts = join([0xa1, 0x65], utf8("token"), head(3, 347), utf8(text));
      const digest = sha256(join(base45(text).slice(167, 183), facts));
      need(Array.isArray(items) && items.length === 4 && end === leaf.length && items[0] === 1 && items[1] === "issued");
      need(items[3] instanceof Uint8Array && same(items[3], digest));
      return "";
    } catch (error) { refusal(error); return "other_in_log"; }
  }
  function judgeWith(token, keys, proof) {
    const before = judge(token, keys);
    if (!before.receipt) return before;
    const outcome = proven(token, before.receipt, keys, proof);
    if (outcome === "other_in_log") return { verdict: "invalid", reason: outcome };
    const settled = !outcome && keys.some((key) =>
      key.use === "receipt" && key.index !== undefined && hex(key.kid) === before.receipt.kid);
    return found(before.receipt, before.flags.filter((flag) => !(settled && flag === "revoked_key")).concat(outcome || []));
  }

  return { judge, judgeWith, loadKeys, checkpoint, hex, sha256, cp949 };
})();
if (typeof module !== "undefined") module.exports = dobi;
