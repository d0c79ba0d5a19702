// The encoder: filled resources as protobuf bytes, kept and shared where more than one stream is sent them.
import { fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { type XdsKind, xdsType } from "#envoy/type-url.ts";
import type { Json } from "#model/json.ts";

/** What the encoder needs of a resource. */
export interface Encodable {
  readonly name: string;
  readonly version: string;
  /** Belongs to one stream (a certificate with its key): its bytes are made when they are sent, and never kept. */
  readonly own?: boolean;
  readonly body: () => Json;
}

/** A resource as field 2 of a DeltaDiscoveryResponse. */
export interface Encoded {
  readonly delta: Uint8Array;
  /** The Any inside as field 2 of a DiscoveryResponse: `Resource.resource` has that number too. */
  readonly sotw: Uint8Array;
}

/** Bytes, or why Envoy's schema does not take the body. */
export type Encoding = Encoded | { readonly fault: string };

export interface Encoder {
  /** To see how large it is; remembered by kind and version until it is sent, but for `own` ones. */
  encode(kind: XdsKind, resource: Encodable): Encoding;
  /**
   * To send it. What is sent a second time is kept from then on: most resources are one proxy's alone, and are sent once.
   */
  send(kind: XdsKind, resource: Encodable): Encoding;
  /** How many bytes are kept and how many encodings were made so far. */
  readonly counts: { readonly bytes: number; readonly made: number };
}

/** `limit` bounds what is kept; the least recently used goes first. Loads Envoy's descriptors (0.1 s) at once. */
export function createEncoder(limit: number = 64 << 20): Encoder {
  const registry = envoyRegistry();
  const kept = new Map<string, Encoding>();
  /** Looked at and not sent yet. */
  const looked = new Map<string, Encoding>();
  const wasSent = createMarks();
  const counts = { bytes: 0, made: 0 };

  const make = (kind: XdsKind, { name, version, body }: Encodable): Encoding => {
    counts.made += 1;
    const { message, url } = xdsType(kind);
    const schema = registry.getMessage(message)!;
    try {
      const value = toBinary(schema, fromJson(schema, body() as JsonValue, { registry }));
      return frame(name, version, url, value);
    } catch (error) {
      return { fault: `${name} is no ${message}: ${error instanceof Error ? error.message : "not encodable"}` };
    }
  };

  const put = (into: Map<string, Encoding>, key: string, made: Encoding): void => {
    into.set(key, made);
    counts.bytes += sizeOf(made);
    for (const from of [looked, kept]) {
      for (const [oldest, entry] of from) {
        if (counts.bytes <= limit || oldest === key) break;
        from.delete(oldest);
        counts.bytes -= sizeOf(entry);
      }
    }
  };

  const find = (key: string): Encoding | undefined => {
    for (const from of [kept, looked]) {
      const had = from.get(key);
      if (had === undefined) continue;
      from.delete(key);
      from.set(key, had);
      return had;
    }
    return undefined;
  };

  return {
    counts,
    encode(kind, resource) {
      if (resource.own) return make(kind, resource);
      const key = keyOf(kind, resource);
      const had = find(key);
      if (had !== undefined) return had;
      const made = make(kind, resource);
      put(looked, key, made);
      return made;
    },
    send(kind, resource) {
      if (resource.own) return make(kind, resource);
      const key = keyOf(kind, resource);
      const made = find(key) ?? make(kind, resource);
      if (looked.delete(key)) counts.bytes -= sizeOf(made);
      if (!kept.has(key) && wasSent(key)) put(kept, key, made);
      return made;
    },
  };
}

function keyOf(kind: XdsKind, { version, name }: Encodable): string {
  return `${kind} ${version} ${name}`;
}

/** Rooms for marks: of two keys in one, the later counts, so that a mark is now and then forgotten. */
const MARKS = 1 << 16;

/** Whether a key was asked for before; a little memory, however many there are. */
function createMarks(): (key: string) => boolean {
  const marks = new Uint32Array(MARKS);
  return (key) => {
    // FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    let hash = 0x811c9dc5;
    for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    const mark = hash >>> 0;
    const room = mark % MARKS;
    const before = marks[room] === mark;
    marks[room] = mark;
    return before;
  };
}

function sizeOf(entry: Encoding): number {
  return "fault" in entry ? entry.fault.length : entry.delta.length;
}

const TAG = { name: 3, version: 1, any: 2, resource: 2, typeUrl: 1, value: 2 } as const;
const LEN = 2;

/** Writes envoy.service.discovery.v3.Resource by hand, the Any last, so that its bytes serve both protocols. */
function frame(name: string, version: string, url: string, value: Uint8Array): Encoded {
  const any = new BinaryWriter();
  any.tag(TAG.typeUrl, LEN).string(url).tag(TAG.value, LEN).bytes(value);
  const anyField = new BinaryWriter().tag(TAG.any, LEN).bytes(any.finish()).finish();
  const head = new BinaryWriter().tag(TAG.name, LEN).string(name).tag(TAG.version, LEN).string(version).finish();
  const prefix = new BinaryWriter()
    .tag(TAG.resource, LEN)
    .uint32(head.length + anyField.length)
    .finish();
  const delta = new Uint8Array(prefix.length + head.length + anyField.length);
  delta.set(prefix);
  delta.set(head, prefix.length);
  delta.set(anyField, prefix.length + head.length);
  return { delta, sotw: delta.subarray(prefix.length + head.length) };
}
