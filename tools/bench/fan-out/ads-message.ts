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

/** Type URL and nonce of a DeltaDiscoveryResponse; throws where the type is none of Envoy's. */
export function read(bytes: Buffer): readonly [url: string, nonce: string] {
  const reader = new BinaryReader(bytes);
  let [url, nonce] = ["", ""];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 4) url = reader.string();
    else if (field === 5) nonce = reader.string();
    else reader.skip(type, field);
  }
  if (!XDS_TYPES.some((type) => type.url === url)) throw new Error(`an answer of no known type: ${url}`);
  return [url, nonce];
}
