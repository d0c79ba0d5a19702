// Keeps the audit log: a checkpoint a day, and entries no longer than the organisation wants.
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import type { Tenant } from "#control/tenant.ts";
import type { AuditSeal } from "#model/audit/entry.ts";
import type { AuditSealRow, AuditStanding } from "#store/face/audit.ts";
import type { TenantStore } from "#store/store.ts";
import { signAuditSeal } from "#trust/audit-seal.ts";
import { deed, subjectOf } from "./deed.ts";

const DAY = 86_400_000;
/** Entries dropped at once: what D1 deletes in a blink. */
const MOST_DROPPED = 5000;
/** Revealed keys of an earlier release that are taken over at once. */
const MOST_REVEALS = 500;

export interface AuditKeeper {
  /** Does what is due; milliseconds since 1970 when it wants to be called again, null = not before the next entry. */
  tend(): Promise<number | null>;
}

/** Of one organisation's writer. */
export function openAuditKeeper(
  { id, store, deps }: Pick<Tenant, "id" | "store" | "deps">,
  signer: () => Promise<EnvelopeSigner>,
): AuditKeeper {
  return {
    async tend() {
      const now = deps.clock();
      while ((await store.takeReveals(MOST_REVEALS, revealDeed)) === MOST_REVEALS);
      let standing = await store.auditStanding();
      const { last } = standing;
      if (last === null) return null;
      if (checkpointDue(standing, now) <= now) {
        await addCheckpoint(store, id, last, now, await signer());
        standing = { ...standing, checkpoint: { number: last.number, time: new Date(now).toISOString() } };
      }
      const more = await trim(store, id, standing, now, signer);
      const due = [more ? now : trimDue(standing), checkpointDue(standing, now)];
      const next = Math.min(...due);
      return Number.isFinite(next) ? next : null;
    },
  };
}

/** Signs the chain's end and keeps that. The same end again changes nothing. */
export async function addCheckpoint(
  store: TenantStore,
  organisation: string,
  last: { readonly number: number; readonly hash: string },
  now: number,
  signer: EnvelopeSigner,
): Promise<void> {
  await store.addAuditSeal(
    await sealed({ kind: "checkpoint", organisation, ...last, time: new Date(now).toISOString() }, signer),
  );
}

async function sealed(
  seal: AuditSeal & { readonly kind: AuditSealRow["kind"] },
  signer: EnvelopeSigner,
): Promise<AuditSealRow> {
  const { kind, number, hash, time } = seal;
  return { kind, number, hash, time, jws: await signAuditSeal(seal, signer) };
}

/** A day after the last one, where anything was written since; a log without any gets one at once. */
function checkpointDue({ last, checkpoint }: AuditStanding, now: number): number {
  if (last === null || checkpoint?.number === last.number) return Number.POSITIVE_INFINITY;
  return checkpoint === null ? now : Date.parse(checkpoint.time) + DAY;
}

function trimDue({ first, last, retentionDays }: AuditStanding): number {
  if (first === null || first.number === last?.number) return Number.POSITIVE_INFINITY;
  return Date.parse(first.time) + retentionDays * DAY + 1;
}

/** Drops what is older than the organisation wants; the newest entry stays, so that the chain goes on. True = there is more. */
async function trim(
  store: TenantStore,
  organisation: string,
  standing: AuditStanding,
  now: number,
  signer: () => Promise<EnvelopeSigner>,
): Promise<boolean> {
  const { first, last, retentionDays } = standing;
  if (first === null || last === null || trimDue(standing) > now) return false;
  const end = new Date(now - retentionDays * DAY).toISOString();
  // Clocks of several processes differ: nothing is dropped that stands after an entry that is kept.
  const [kept] = await store.audit({ since: end, newestFirst: false, size: 1 });
  const wanted = Math.min(kept?.number ?? last.number, last.number) - 1;
  const number = Math.min(wanted, first.number - 1 + MOST_DROPPED);
  if (number < first.number) return false;
  const [entry] = await store.audit({ after: number - 1, newestFirst: false, size: 1 });
  if (entry === undefined) return false;
  const time = new Date(now).toISOString();
  await store.trimAudit(await sealed({ kind: "anchor", organisation, number, hash: entry.hash, time }, await signer()));
  return number < wanted;
}

function revealDeed({ time, actor, key }: Parameters<Parameters<TenantStore["takeReveals"]>[1]>[0]) {
  const resources = [{ mesh: key.mesh, name: key.name, type: key.type }];
  return deed({ actor }, Date.parse(time), "secret.reveal", subjectOf([key]), { resources });
}
