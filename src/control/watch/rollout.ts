// A revision's way as one trace: committed, compiled and published for each zone, fetched by each relay, taken by its proxies.
import type { ReportedRevision } from "#api/zone.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { Committed } from "#store/face/commit.ts";
import { type RequestMark, revisionSpan, type Span } from "./span.ts";
import { UNWATCHED } from "./watch.ts";

export interface RolloutWatch {
  committed(done: Pick<Committed, "epoch" | "revision" | "sequence">, work: Work & { readonly actor: string }): void;
  /** `start` to `compiled` the compiler worked, from then to `end` the store. */
  published(
    at: Numbered,
    zone: string,
    times: { readonly start: number; readonly compiled: number; readonly end: number },
  ): void;
  /** A relay has told how far a revision has come with it. */
  told(relay: RelayCaller, one: ReportedRevision): void;
}

interface Numbered {
  readonly epoch: number;
  readonly revision: number;
}

interface Work {
  readonly start: number;
  readonly end: number;
  /** The request that asked for it; absent where the control plane did it by itself. */
  readonly request?: RequestMark;
}

/** Revisions whose commits are remembered, and answers of relays that were told of: what comes later is not timed. */
const REMEMBERED = 256;

/** The watch of one tenant's rollouts. */
export function openRolloutWatch(
  tenant: string,
  { digest, controlPlane, watch = UNWATCHED }: ControlDeps,
): RolloutWatch {
  /** When they were committed, milliseconds since 1970. */
  const commits = new Map<string, number>();
  const seen = new Map<string, true>();

  const tell = (
    one: Numbered,
    piece: readonly string[],
    span: Pick<Span, "name" | "start" | "end"> & Partial<Span>,
  ): void => {
    if (watch.span === undefined) return;
    const of = { controlPlane, tenant, epoch: one.epoch, revision: one.revision };
    const attributes = {
      "weft.tenant": tenant,
      "weft.epoch": one.epoch,
      "weft.revision": one.revision,
      ...span.attributes,
    };
    const parent = piece.length === 0 ? null : revisionSpan(digest, of).id;
    watch.span({ ...revisionSpan(digest, of, ...piece), parent, kind: "internal", ...span, attributes });
  };
  /** Once for each name. */
  const isFirst = (name: string): boolean => {
    if (seen.has(name)) return false;
    keepNewest(seen, name, true, REMEMBERED);
    return true;
  };

  return {
    committed(done, { start, end, actor, request }) {
      keepNewest(commits, keyOf(done), end, REMEMBERED);
      tell(done, [], {
        ...{ name: "weft.commit", start, end },
        attributes: {
          ...{ "weft.sequence": done.sequence, "weft.actor": actor },
          ...(request && { "weft.request.id": request.id }),
        },
        ...(request?.span && { links: [request.span] }),
      });
    },
    published(at, zone, { start, compiled, end }) {
      watch.note("weft_compile", compiled - start);
      watch.note("weft_publish", end - compiled);
      if (!commits.has(keyOf(at)) || !isFirst(`published/${keyOf(at)}/${zone}`)) return;
      const attributes = { "weft.zone": zone };
      tell(at, ["compile", zone], { name: "weft.compile", start, end: compiled, attributes });
      tell(at, ["publish", zone], { name: "weft.publish", start: compiled, end, attributes });
    },
    told({ zone, relay }, { answeredAt, pending, nacked, acked, laggards, taken, ...one }) {
      const committedAt = commits.get(keyOf(one));
      if (committedAt === undefined || answeredAt === undefined) return;
      const [key, attributes] = [`${keyOf(one)}/${zone}/${relay}`, { "weft.zone": zone, "weft.relay": relay }];
      if (isFirst(`fetched/${key}`)) {
        watch.note("weft_fetch", Math.max(0, answeredAt - committedAt));
        const start = Math.min(committedAt, answeredAt);
        tell(one, ["fetch", zone, relay], { name: "weft.fetch", start, end: answeredAt, attributes });
      }
      const refused = laggards.find(({ state }) => state === "nacked");
      if (nacked > 0 ? !isFirst(`nacked/${key}`) : pending > 0 || !isFirst(`acked/${key}`)) return;
      const end = answeredAt + taken.max;
      if (nacked > 0) watch.note("weft_nacks", 1);
      else watch.note("weft_ack", Math.max(0, end - committedAt));
      tell(one, [nacked > 0 ? "nack" : "ack", zone, relay], {
        ...{ name: nacked > 0 ? "weft.nack" : "weft.ack", start: answeredAt, end },
        attributes: { ...attributes, "weft.proxies.acked": acked, "weft.proxies.nacked": nacked },
        ...(nacked > 0 && { fault: refused?.reason ?? `${nacked} proxies refuse it` }),
      });
    },
  };
}

function keyOf({ epoch, revision }: Numbered): string {
  return `${epoch}/${revision}`;
}
