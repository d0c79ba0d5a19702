// Tells a zone its new snapshot: signs the envelope, stores both in one batch, rings for its relays.
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import { relayKey, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { manifestText } from "#snapshot/build.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { signApart } from "#trust/envelope.ts";
import type { Alike } from "./alike.ts";
import { type Dropped, lackingBlobs } from "./blob-step.ts";
import type { OwnPart } from "./own-part.ts";

/** From one snapshot of a zone to the next. */
interface Step {
  readonly snapshot: Snapshot;
  /** The one whose blobs are certainly there; null = they are asked for. */
  readonly before: Snapshot | null;
  readonly dropped: Dropped;
  readonly alike: Alike;
}

/** False = another writer is ahead, whose commits have been read by then. */
export async function tellZone(
  tenant: Tenant,
  state: TenantState,
  payload: OwnPart,
  { snapshot, before, dropped, alike }: Step,
  signer: EnvelopeSigner,
): Promise<boolean> {
  const { zone, epoch, sequence, version } = payload;
  const shared = alike.members();
  const envelope = await signApart(payload, signer, shared);
  const blobs = await lackingBlobs(tenant, snapshot, before);
  const manifest = manifestText(snapshot.manifest);
  await tenant.deps.rest?.(tenant.id);
  const done = await tenant.store.publish({
    ...{ zone, epoch, sequence, version, manifest, blobs, dropped },
    ...{ envelope, shared: { hash: shared.hash, text: shared.text } },
  });
  if (!done) {
    // Another writer is ahead. Its commits are not known here yet.
    tenant.deps.log("info", "snapshot was older", { tenant: tenant.id, zone, epoch, sequence });
    await tenant.reload();
    return false;
  }
  for (const { id } of payload.relays) {
    const key = relayKey({ zone, relay: id });
    const head = state.relays.get(key);
    if (head !== undefined) state.relays.set(key, { ...head, epoch, sequence, version });
  }
  tenant.deps.bell.ring(tenant.id, zone, { epoch, sequence });
  return true;
}
