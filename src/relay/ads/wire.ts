// ADS messages as bytes: requests read, and answers put together from resources that are encoded already.
import { fromBinary, toJson } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { NodeSchema } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { Json } from "#model/json.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import type { AdsRequest } from "./message.ts";
import type { Protocol } from "./stream.ts";
import { type NodeAgent, versionsOf } from "./versions.ts";

/** Who opened a stream. */
export interface Node {
  readonly id: string;
  /** `node.metadata` as JSON. */
  readonly metadata: Readonly<Record<string, Json>>;
  readonly versions: ProxyVersions | undefined;
}

export interface ReadRequest {
  readonly request: AdsRequest;
  readonly node: Node | undefined;
}

/** Field numbers of the two requests (envoy.service.discovery.v3). */
const FIELDS = {
  sotw: { node: 2, names: 3, typeUrl: 4, nonce: 5, error: 6 },
  delta: { node: 1, typeUrl: 2, subscribe: 3, unsubscribe: 4, initialVersions: 5, nonce: 6, error: 7 },
} as const;

/** A request in its plain form; null for bytes that are none. Unknown fields are skipped, as protobuf wants. */
export function readRequest(protocol: Protocol, bytes: Uint8Array): ReadRequest | null {
  try {
    return protocol === "delta" ? readDelta(bytes) : readSotw(bytes);
  } catch {
    return null;
  }
}

function readSotw(bytes: Uint8Array): ReadRequest {
  const { sotw } = FIELDS;
  const names: string[] = [];
  let node: Node | undefined;
  let [typeUrl, nonce] = ["", ""];
  let error: string | undefined;
  eachField(bytes, (field, reader) => {
    if (field === sotw.node) node = readNode(reader.bytes());
    else if (field === sotw.names) names.push(reader.string());
    else if (field === sotw.typeUrl) typeUrl = reader.string();
    else if (field === sotw.nonce) nonce = reader.string();
    else if (field === sotw.error) error = readStatus(reader.bytes());
    else return false;
    return true;
  });
  return { node, request: { protocol: "sotw", typeUrl, node: node?.id ?? "", nonce, error, names } };
}

function readDelta(bytes: Uint8Array): ReadRequest {
  const { delta } = FIELDS;
  const subscribe: string[] = [];
  const unsubscribe: string[] = [];
  const initialVersions = new Map<string, string>();
  let node: Node | undefined;
  let [typeUrl, nonce] = ["", ""];
  let error: string | undefined;
  eachField(bytes, (field, reader) => {
    if (field === delta.node) node = readNode(reader.bytes());
    else if (field === delta.typeUrl) typeUrl = reader.string();
    else if (field === delta.subscribe) subscribe.push(reader.string());
    else if (field === delta.unsubscribe) unsubscribe.push(reader.string());
    else if (field === delta.initialVersions) initialVersions.set(...readPair(reader.bytes()));
    else if (field === delta.nonce) nonce = reader.string();
    else if (field === delta.error) error = readStatus(reader.bytes());
    else return false;
    return true;
  });
  const request: AdsRequest = {
    protocol: "delta",
    typeUrl,
    node: node?.id ?? "",
    nonce,
    error,
    subscribe,
    unsubscribe,
    initialVersions,
  };
  return { node, request };
}

/** Calls `take` for each length-delimited field; what it does not take, and every other field, is skipped. */
function eachField(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType !== WireType.LengthDelimited || !take(field, reader)) reader.skip(wireType, field);
  }
}

function readNode(bytes: Uint8Array): Node {
  const node = fromBinary(NodeSchema, bytes);
  const json = toJson(NodeSchema, node) as NodeAgent & { metadata?: Record<string, Json> };
  return { id: node.id, metadata: json.metadata ?? {}, versions: versionsOf(json) };
}

/** `message` of a google.rpc.Status. */
function readStatus(bytes: Uint8Array): string {
  let message = "";
  eachField(bytes, (field, reader) => {
    if (field !== 2) return false;
    message = reader.string();
    return true;
  });
  return message;
}

function readPair(bytes: Uint8Array): [string, string] {
  const pair: [string, string] = ["", ""];
  eachField(bytes, (field, reader) => {
    if (field !== 1 && field !== 2) return false;
    pair[field - 1] = reader.string();
    return true;
  });
  return pair;
}

export interface AnswerFrame {
  readonly typeUrl: string;
  readonly version: string;
  readonly nonce: string;
  /** Resources as `Encoder` writes them, for this protocol. */
  readonly resources: readonly Uint8Array[];
  readonly removed: readonly string[];
}

/** A DeltaDiscoveryResponse or DiscoveryResponse. The resources' bytes are copied, never encoded again. */
export function writeAnswer(protocol: Protocol, { typeUrl, version, nonce, resources, removed }: AnswerFrame): Buffer {
  const tail = new BinaryWriter().tag(5, WireType.LengthDelimited).string(nonce);
  if (protocol === "delta") for (const name of removed) tail.tag(6, WireType.LengthDelimited).string(name);
  return Buffer.concat([headOf(typeUrl, version), ...resources, tail.finish()]);
}

const heads = new Map<string, { readonly version: string; readonly bytes: Uint8Array }>();

/** Version (1) and type_url (4), which both messages number alike, and which all streams share at one moment. */
function headOf(typeUrl: string, version: string): Uint8Array {
  const known = heads.get(typeUrl);
  if (known?.version === version) return known.bytes;
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(version);
  const bytes = writer.tag(4, WireType.LengthDelimited).string(typeUrl).finish();
  heads.set(typeUrl, { version, bytes });
  return bytes;
}
