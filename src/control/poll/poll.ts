// The poll path: one row says whether there is anything new. Imports no certificate code, query builder or compiler.
import type { SnapshotResponse } from "#api/zone.ts";
import type { Listen } from "#control/bell/listen.ts";
import { refuseEnded } from "#control/ending/refused-relay.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { Poll } from "#control/face/poll.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { BlobMissing, diffSnapshots } from "#snapshot/delta.ts";
import type { Manifest } from "#snapshot/manifest.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { PollStore, PollTenant } from "#store/poll.ts";
import { isNewer, parseBase } from "./base.ts";

export interface PollDeps {
  readonly store: PollStore;
  readonly clock: Clock;
  readonly listen: Listen;
}

/** A held poll looks at its row at most once a second; a bell makes it look earlier, and one that is sure spares it the rest. */
const CHECK_MS = 1000;
/** Timers may be early by the clock; milliseconds. */
const A_LITTLE = 100;
/** The longest hold: below what proxies between relay and edge allow an answer to take. */
const LONGEST_HOLD_SECONDS = 55;

/** The poll path on a store. */
export function openPoll({ store, clock, listen }: PollDeps): Poll {
  return {
    async snapshot(relay, base, waitSeconds, proved) {
      const tenant = store.within(relay.tenant);
      const until = clock() + Math.min(Math.max(waitSeconds, 0), LONGEST_HOLD_SECONDS) * 1000;
      const known = base === null ? null : parseBase(base);
      const listener = waitSeconds > 0 ? listen(relay) : null;
      try {
        for (let head = usable(proved ?? (await readHead(tenant, relay)), relay); ; ) {
          if (isNewer(head, known)) return await answer(tenant, head, known?.version ?? null);
          const left = until - clock();
          if (listener === null || left <= 0 || listener.ended) return null;
          await listener.wait(head.sequence, listener.isSure ? left : Math.min(left, CHECK_MS));
          if (listener.ended) return null;
          if (listener.isSure && until - clock() < A_LITTLE) return null;
          head = usable(await readHead(tenant, relay), relay);
        }
      } finally {
        listener?.close();
      }
    },
  };
}

function readHead(tenant: PollTenant, { zone, relay }: RelayCaller): Promise<ZoneHead | null> {
  return tenant.zoneHead(zone, relay);
}

function usable(head: ZoneHead | null, { zone, relay }: RelayCaller): ZoneHead {
  if (head === null) throw new Fault("unauthenticated", `There is no relay ${relay} in the zone ${zone}`);
  refuseEnded(head);
  return head;
}

async function answer(tenant: PollTenant, head: ZoneHead, base: string | null): Promise<SnapshotResponse> {
  const { zone, relay } = head;
  // Since the head was read there may be a newer one.
  const { version, envelope } = (await tenant.newest(zone, relay)) ?? { version: "", envelope: "" };
  // Only what stands beside the snapshot has changed: token keys, relays, event numbers.
  if (base === version) return { envelope, base, sections: {}, blobs: {} };
  const [next, before] = await Promise.all([
    tenant.manifest(zone, version),
    base === null ? null : tenant.manifest(zone, base),
  ]);
  if (next === null) throw replaced();
  const diff = await diffSnapshots(
    before === null || base === null ? null : { version: base, manifest: JSON.parse(before) as Manifest },
    { version, manifest: JSON.parse(next) as Manifest },
    (hashes) => tenant.blobs(hashes),
  ).catch((error: unknown) => {
    // Of a restored organisation: what it had then may have been collected since, and is compiled again.
    throw error instanceof BlobMissing ? replaced(error) : error;
  });
  return { envelope, base: diff.base, sections: diff.sections, blobs: diff.blobs };
}

function replaced(cause?: unknown): Fault {
  return new Fault("unavailable", "The newest snapshot is being replaced; ask again", { retryAfter: 1, cause });
}
