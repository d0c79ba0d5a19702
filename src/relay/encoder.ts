// The encoder: filled resources as protobuf bytes, made once per distinct filling and shared by all streams.
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

export interface Encoder {
  /** Bytes, or why Envoy's schema does not take the body; both are remembered by kind and version, but for `own` ones. */
  encode(kind: XdsKind, resource: Encodable): Encoded | { readonly fault: string };
  /** How many bytes are kept and how many encodings were made so far. */
  readonly counts: { readonly bytes: number; readonly made: number };
}

/** `limit` bounds what is kept; the least recently used goes first. Loads Envoy's descriptors (0.3 s) at once. */
export function createEncoder(limit: number = 64 << 20): Encoder {
  const registry = envoyRegistry();
  const kept = new Map<string, Encoded | { readonly fault: string }>();
  const counts = { bytes: 0, made: 0 };

  const make = (kind: XdsKind, { name, version, body }: Encodable): Encoded | { readonly fault: string } => {
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

  return {
    counts,
    encode(kind, resource) {
      if (resource.own) return make(kind, resource);
      const key = `${kind} ${resource.version} ${resource.name}`;
      const had = kept.get(key);
      if (had !== undefined) {
        kept.delete(key);
        kept.set(key, had);
        return had;
      }
      const made = make(kind, resource);
      kept.set(key, made);
      counts.bytes += sizeOf(made);
      for (const [oldest, entry] of kept) {
        if (counts.bytes <= limit || kept.size === 1) break;
        kept.delete(oldest);
        counts.bytes -= sizeOf(entry);
      }
      return made;
    },
  };
}

function sizeOf(entry: Encoded | { readonly fault: string }): number {
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
