// SHA-256 (FIPS 180-4): Kuma puts eight bytes of it into names of clusters, where no digest is given.

const K = roundConstants();

/** The digest of UTF-8 text whose characters are all ASCII (tags), in hexadecimal. */
export function sha256Hex(text: string): string {
  const state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const words = padded(text);
  const w = new Int32Array(64);
  for (let at = 0; at < words.length; at += 16) {
    for (let t = 0; t < 64; t++) w[t] = t < 16 ? (words[at + t] as number) : expanded(w, t);
    round(state, w);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The message as big-endian words: a one bit, zeros, and its length in bits (§5.1.1). */
function padded(text: string): Int32Array {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i++) {
    words[i >> 2] = (words[i >> 2] as number) | ((text.charCodeAt(i) & 0xff) << (24 - 8 * (i & 3)));
  }
  words[text.length >> 2] = (words[text.length >> 2] as number) | (0x80 << (24 - 8 * (text.length & 3)));
  words[words.length - 1] = text.length * 8;
  return words;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function expanded(w: Int32Array, t: number): number {
  const a = w[t - 15] as number;
  const b = w[t - 2] as number;
  const low = rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3);
  const high = rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10);
  return ((w[t - 16] as number) + low + (w[t - 7] as number) + high) | 0;
}

function round(state: number[], w: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const high = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + high + ((e & f) ^ (~e & g)) + (K[t] as number) + (w[t] as number)) | 0;
    const low = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = ((state[index] as number) + word) | 0;
  });
}

/** The first 32 bits of the fractions of the cube roots of the first 64 primes (§4.2.2). */
function roundConstants(): Int32Array {
  const constants: number[] = [];
  for (let n = 2; constants.length < 64; n++) {
    let prime = true;
    for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) prime = false;
    if (prime) constants.push(((n ** (1 / 3) % 1) * 0x100000000) | 0);
  }
  return Int32Array.from(constants);
}
