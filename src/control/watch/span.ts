// Spans of traces as OpenTelemetry has them, and the trace of a revision: whoever knows the revision knows its trace.
import type { Digest } from "#model/json.ts";
import { fromBase64Url, toHex } from "#trust/bytes.ts";

/** Where a span stands: 16 and 8 bytes in hex. */
export interface SpanPlace {
  readonly trace: string;
  readonly id: string;
}

export interface Span extends SpanPlace {
  /** The span it is part of; null = the trace begins with it. */
  readonly parent: string | null;
  readonly name: string;
  /** Whether it answers a call from outside. */
  readonly kind: "server" | "internal";
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Spans of other traces that led to it. */
  readonly links?: readonly SpanPlace[];
  /** Why it failed; absent = it did not. */
  readonly fault?: string;
}

/** A request of a client, as what it leads to tells of it. */
export interface RequestMark {
  readonly id: string;
  /** The span of the request; absent where nobody traces it. */
  readonly span?: SpanPlace;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Of a `traceparent` header (W3C Trace Context, section 3.2); null where there is none, or one that is to be ignored. */
export function parseTraceparent(text: string | null): (SpanPlace & { readonly isSampled: boolean }) | null {
  const [, trace, id, flags] = TRACEPARENT.exec(text ?? "") ?? [];
  if (trace === undefined || id === undefined || flags === undefined) return null;
  if (/^0+$/.test(trace) || /^0+$/.test(id)) return null;
  return { trace, id, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** A revision of one tenant. */
export interface RevisionName {
  readonly controlPlane: string;
  readonly tenant: string;
  readonly epoch: number;
  readonly revision: number;
}

/**
 * The place of a piece of a revision's rollout: derived from what it is, so that writer, object and process after a restart
 * agree on it without a word, and a piece that is told twice is one span.
 */
export function revisionSpan(digest: Digest, of: RevisionName, ...piece: readonly string[]): SpanPlace {
  const name = [of.controlPlane, of.tenant, of.epoch, of.revision];
  const hexOf = (parts: readonly unknown[]): string =>
    toHex(fromBase64Url(digest(JSON.stringify(parts))) ?? new Uint8Array(32));
  return { trace: hexOf(name).slice(0, 32), id: hexOf([...name, ...piece]).slice(0, 16) };
}
