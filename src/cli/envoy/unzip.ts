// One file out of a zip archive (PKWARE APPNOTE 4.3): stored or deflated, found through the central directory.
import { crc32, inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** The bytes of `name`. Throws Error when the archive is damaged or does not hold it. */
export function unzipOne(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new Error("the archive has no central directory");
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error("the archive's central directory is damaged");
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    if (archive.toString("utf8", at + 46, at + 46 + nameLength!) === name) return contents(archive, at, name);
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  throw new Error(`the archive does not hold ${name}`);
}

function contents(archive: Buffer, entry: number, name: string): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(local) !== LOCAL) throw new Error("the archive is damaged");
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw new Error(`${name} is packed by method ${method}, which is not known here`);
  const plain = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: 1 << 30 });
  if (crc32(plain) !== archive.readUInt32LE(entry + 16)) throw new Error(`${name} is damaged: its checksum is wrong`);
  return plain;
}
