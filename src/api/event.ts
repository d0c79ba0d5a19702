// What the stream of events tells: hints of what has changed, small enough to be told to everybody who may read.

/** Kind → what it means. A hint says what to fetch again, and never what it is now. */
export const HINT_KINDS = {
  ready: "the stream has begun, and tells all that changes from now on",
  reset: "something may have been missed: fetch everything again",
  revision: "a revision was committed; with the types and meshes that it wrote",
  resource: "resources changed without a revision: derived ones, statuses",
  proxy: "proxies joined, left, or changed their health",
  relay: "a relay was admitted, revoked, came or went, or is reached elsewhere",
  snapshot: "a zone's snapshot was published",
  delivery: "a relay told how far revisions have come, or what its proxies refuse",
  certificate: "certificates were issued or withdrawn",
  plan: "a plan was made, approved or committed",
  join: "somebody tried to enrol or to join",
  token: "an API token or an enrolment token was made, used or revoked",
  webhook: "a webhook changed, or was delivered to",
  audit: "the audit log has new entries, or is kept for another time",
} as const;

export type HintKind = keyof typeof HINT_KINDS;

/** Names that it is about; null = many. */
export type Some = readonly string[] | null;

/** One hint. What it does not say, it is not about; `relay` without a relay is about all of the zone. */
export interface Hint {
  readonly kind: HintKind;
  readonly revision?: number;
  readonly types?: Some;
  readonly meshes?: Some;
  readonly zone?: string;
  readonly relay?: string;
  readonly plan?: string;
  readonly token?: string;
  readonly webhook?: string;
}

/** A hint with its place in the stream. */
export interface HintEvent {
  /** What a client sends as Last-Event-ID to go on behind it; opaque. */
  readonly id: string;
  readonly hint: Hint;
}

export const EVENT_STREAM = "text/event-stream";
