// The two messages of delta ADS, read and written by hand: clients of a measure cost little beside what is measured.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { XDS_TYPES } from "#envoy/type-url.ts";

export interface Told {
  readonly node?: string;
  readonly nonce?: string;
  readonly subscribe?: readonly string[];
}

/** A DeltaDiscoveryRequest. */
export function request(url: string, { node, nonce, subscribe = [] }: Told): Buffer {
  const writer = new BinaryWriter();
  if (node !== undefined) writer.tag(1, WireType.LengthDelimited).bytes(text(new BinaryWriter(), 1, node).finish());
  text(writer, 2, url);
  for (const name of subscribe) text(writer, 3, name);
  if (nonce !== undefined) text(writer, 6, nonce);
  return Buffer.from(writer.finish());
}

function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value);
}

/** A DeltaDiscoveryResponse of about so many bytes, in which is nothing. */
export function answer(url: string, bytes: number): Buffer {
  const writer = text(text(new BinaryWriter(), 4, url), 5, "1");
  return Buffer.from(text(writer, 1, "x".repeat(Math.max(0, bytes - url.length - 10))).finish());
}

const ANSWER = { url: 4, nonce: 5 };
const REQUEST = { url: 2, nonce: 6 };

/** Type URL and nonce of a DeltaDiscoveryResponse, or of a request; throws where the type is none of Envoy's. */
export function read(bytes: Buffer, of: "answer" | "request" = "answer"): readonly [url: string, nonce: string] {
  const fields = of === "answer" ? ANSWER : REQUEST;
  const reader = new BinaryReader(bytes);
  let [url, nonce] = ["", ""];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === fields.url) url = reader.string();
    else if (field === fields.nonce) nonce = reader.string();
    else reader.skip(type, field);
  }
  if (!XDS_TYPES.some((type) => type.url === url)) throw new Error(`a message of no known type: ${url}`);
  return [url, nonce];
}
