// Small pictures of pages: what a browser photographs, in 256 colours; and how far two of them differ.
import { deflateSync, inflateSync } from "node:zlib";

/** Three bytes a pixel, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;
/** Those that are there as they are; the others share the rest. */
const EXACT = 160;

/** Reads a PNG of eight bits a channel or of a palette, not interlaced (W3C PNG 2003): what browsers and this file write. */
export function readPng(png: Uint8Array): Pixels {
  const bytes = Buffer.from(png);
  const data: Buffer[] = [];
  let palette = Buffer.alloc(0);
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (kind === "IDAT") data.push(body);
    if (kind === "PLTE") palette = body;
    at += 12 + length;
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const step = { 2: 3, 3: 1, 6: 4 }[bytes[25] ?? 0];
  if (bytes[24] !== 8 || step === undefined || bytes[28] !== 0)
    throw new Error("The picture is of a form that is not read");
  const lines = unfiltered(inflateSync(Buffer.concat(data)), width * step, height, step);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = step === 1 ? palette : lines;
    const at = step === 1 ? (lines[pixel] ?? 0) * 3 : pixel * step;
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = from[at + channel] ?? 0;
  }
  return { width, height, rgb };
}

function unfiltered(raw: Buffer, stride: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)];
    for (let at = 0; at < stride; at++) {
      const here = row * stride + at;
      const left = at >= step ? (out[here - step] ?? 0) : 0;
      const above = row > 0 ? (out[here - stride] ?? 0) : 0;
      const corner = at >= step && row > 0 ? (out[here - stride - step] ?? 0) : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0;
      out[here] = ((raw[row * (stride + 1) + 1 + at] ?? 0) + guess) & 255;
    }
  }
  return out;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** A PNG with a palette of the colours that are there most. */
export function writePng({ width, height, rgb }: Pixels): Uint8Array {
  const palette = paletteOf(rgb);
  const nearest = new Map<number, number>(palette.map((colour, index) => [colour, index]));
  const raw = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = colourAt(rgb, row * width + column);
      let index = nearest.get(colour);
      if (index === undefined) {
        index = nearestOf(palette, colour);
        nearest.set(colour, index);
      }
      raw[row * (width + 1) + 1 + column] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const chunks = [
    chunk("IHDR", head),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(raw, { level: 9 })),
    chunk("IEND"),
  ];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function colourAt(rgb: Uint8Array, pixel: number): number {
  const at = pixel * 3;
  return ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
}

/** The colours that are there most, and of the rest one of each neighbourhood. */
function paletteOf(rgb: Uint8Array): readonly number[] {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < rgb.length / 3; pixel++) {
    const colour = colourAt(rgb, pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, one], [b, other]) => other - one || a - b).map(([colour]) => colour);
  const near = new Map(
    sorted
      .slice(EXACT)
      .toReversed()
      .map((colour) => [colour & 0xf0f0f0, colour]),
  );
  const rest = [...near.values()].toReversed().slice(0, COLOURS - EXACT);
  return [...sorted.slice(0, EXACT), ...rest];
}

function nearestOf(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, other] of palette.entries()) {
    const red = (colour >> 16) - (other >> 16);
    const green = ((colour >> 8) & 255) - ((other >> 8) & 255);
    const blue = (colour & 255) - (other & 255);
    const distance = red * red + green * green + blue * blue;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function chunk(kind: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(body.length, 0);
  out.set(named, 4);
  out.writeUInt32BE(crc(named), out.length - 4);
  return out;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as PNG has it. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Share of pixels that a reader would see differ; 1 where the sizes do. */
export function differenceOf(one: Pixels, other: Pixels): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differ = 0;
  for (let at = 0; at < one.rgb.length; at += 3) {
    const by = Math.max(
      ...[0, 1, 2].map((channel) => Math.abs((one.rgb[at + channel] ?? 0) - (other.rgb[at + channel] ?? 0))),
    );
    if (by > 32) differ += 1;
  }
  return differ / (one.rgb.length / 3);
}
