// A relay's eye in tests: polls, applies diffs, verifies envelopes, and tells what proxies and endpoints there are.
import { createHash } from "node:crypto";
import type { Envelope, ViewResponse } from "#api/zone.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { Control } from "#control/open.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { applyDiff } from "#snapshot/apply.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { FORMAT } from "#snapshot/manifest.ts";
import { openedOf, rowsOf } from "#snapshot/opened.ts";
import type { TenantStore } from "#store/store.ts";
import { verifyEnvelope } from "#trust/envelope.ts";
import type { TestRelay } from "./harness.ts";

export interface Seen {
  readonly envelope: Envelope;
  readonly snapshot: Snapshot;
  readonly proxies: readonly string[];
  /** Addresses by `<mesh>/<cluster>`, all zones. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

const digestNow = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Polls once; null = nothing newer than `base`. Fails when the envelope or the diff does not hold. */
export async function look(
  control: Control,
  store: TenantStore,
  relay: TestRelay,
  base: Seen | null,
  waitSeconds = 0,
): Promise<Seen | null> {
  const answer = await control.poll.snapshot(relay, base?.snapshot.version ?? null, waitSeconds);
  if (answer === null) return null;
  const keys = (await store.signingKeys("envelope", "")).map(({ publicJwk }) => JSON.parse(publicJwk));
  const opened = await verifyEnvelope(answer.envelope, keys);
  if (!opened.ok) throw new Error(opened.reason);
  const envelope = opened.payload as Envelope;
  const { sections, blobs } = answer;
  const diff = { format: FORMAT, zone: envelope.zone, base: answer.base, version: envelope.version, sections, blobs };
  const applied = applyDiff(answer.base === null ? null : (base?.snapshot ?? null), diff, digestNow);
  if (!("snapshot" in applied)) throw new Error(JSON.stringify(applied));
  return { envelope, snapshot: applied.snapshot, ...namesIn(applied.snapshot) };
}

function namesIn(snapshot: Snapshot): Pick<Seen, "proxies" | "endpoints"> {
  const opened = openedOf(snapshot);
  const meshes = [...new Set(Object.keys(snapshot.manifest.sections).map((name) => name.split("/")[1] ?? ""))].sort();
  const endpoints: Record<string, readonly string[]> = {};
  const proxies: string[] = [];
  for (const mesh of meshes) {
    for (const [name] of rowsOf(opened, "proxies", mesh)) proxies.push(`${mesh}/${name}`);
    for (const [cluster, hash] of rowsOf(opened, "endpoints", mesh)) {
      const set = JSON.parse(snapshot.blobs.get(hash) ?? "null") as EndpointSet;
      endpoints[`${mesh}/${cluster}`] = set.endpoints.map(({ address, port }) => `${address}:${port}`);
    }
  }
  return { proxies: proxies.sort(), endpoints };
}

/** The views as the relay is sent them. */
export async function readView({ reader }: Control, relay: RelayCaller): Promise<ViewResponse> {
  return JSON.parse((await reader.view(relay)).text) as ViewResponse;
}
