// Envoy's resources in Envoy's own words: read from text, judged and merged by descriptors, which are loaded when first asked for.
import type { Json } from "#model/json.ts";

/** A message as JSON. */
export type JsonMessage = { readonly [field: string]: Json };

export interface NativeEnvoy {
  /** YAML or JSON text as a message's JSON in its canonical names, or why it is none; what must hold of a whole message is not asked. */
  read(message: string, text: string): { readonly value: JsonMessage } | { readonly reason: string };
  /** Why Envoy's schema or its rules for fields refuse the message; null where they don't. */
  problem(message: string, json: Json): string | null;
  /**
   * Protobuf's merge on JSON: lists append, messages merge, an entry of a map replaces its namesake; and as Kuma does it,
   * durations are replaced and an Any of the same type is merged inside. Throws HoleInTheWay.
   */
  merge(message: string, onto: JsonMessage, patch: JsonMessage): JsonMessage;
}

/** What has to be changed is not there yet: it is filled in per proxy. */
export class HoleInTheWay extends Error {
  constructor() {
    super("the value differs per proxy");
  }
}
