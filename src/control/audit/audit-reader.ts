// Reading the audit log: pages, an export that proves itself, and the keys to prove it with. Commits nothing but checkpoints.

import type { ControlDeps } from "#control/deps.ts";
import type { AuditRange, AuditReader } from "#control/face/audit.ts";
import type { Caller } from "#control/face/caller.ts";
import { permit } from "#control/permission.ts";
import { type EnvelopeSigner, openEnvelopeSigner } from "#control/secret/envelope-key.ts";
import { openVault } from "#control/secret/vault.ts";
import type { AuditEntry, AuditSeal } from "#model/audit/entry.ts";
import { canonical } from "#model/canonical.ts";
import type { JsonObject } from "#model/json.ts";
import type { TenantStore } from "#store/store.ts";
import { signAuditSeal } from "#trust/audit-seal.ts";
import { addCheckpoint } from "./keeper.ts";

/** Entries read at once: their text is held in memory. */
const PAGE = 500;

/** For any organisation. */
export function openAuditReader({ store, keyEncryptionKey, chance, clock }: ControlDeps): AuditReader {
  const signerOf = (tenant: string): Promise<EnvelopeSigner> =>
    openEnvelopeSigner(store.within(tenant), openVault(tenant, keyEncryptionKey, chance), clock);
  return {
    async list(caller, query) {
      permit(caller, "read-audit");
      return store.within(caller.tenant).audit(query);
    },
    async standing(caller) {
      permit(caller, "read-audit");
      return store.within(caller.tenant).auditStanding();
    },
    async keys(caller) {
      permit(caller, "read-audit");
      return (await signerOf(caller.tenant)).jwks;
    },
    async export(caller, range) {
      permit(caller, "read-audit");
      return exportLines(store.within(caller.tenant), caller, range, clock(), await signerOf(caller.tenant));
    },
  };
}

/** Lines of JSON, each with its newline, some hundreds at once: what was signed of the whole first, so that no end can be cut off unseen. */
async function* exportLines(
  store: TenantStore,
  { tenant }: Caller,
  range: AuditRange,
  now: number,
  signer: EnvelopeSigner,
): AsyncGenerator<string> {
  const head = await headOf(store, tenant, range, new Date(now).toISOString());
  const { last } = await store.auditStanding();
  if (last !== null && last.number === head.number) await addCheckpoint(store, tenant, last, now, signer);
  yield line({ export: await signAuditSeal(head, signer) });
  // Read before any entry, for what follows may be dropped meanwhile.
  const seals = new Map(
    (await store.auditSeals({ from: head.from - 1, to: head.number })).map((seal) => [seal.number, seal.jws]),
  );
  const before = seals.get(head.from - 1);
  if (before !== undefined) yield line({ checkpoint: before });
  for (let after = head.from - 1; after < head.number; ) {
    const entries = await store.audit({ after, before: head.number + 1, newestFirst: false, size: PAGE });
    if (entries.length === 0) return;
    yield entries.map((entry) => lineOf(entry, seals.get(entry.number))).join("");
    after = entries.at(-1)?.number ?? head.number;
  }
}

/** Which entries they are, from the first since `since` to the last before `until`. */
async function headOf(
  store: TenantStore,
  organisation: string,
  { since, until }: AuditRange,
  time: string,
): Promise<Required<AuditSeal>> {
  const one = async (query: Partial<Parameters<TenantStore["audit"]>[0]>): Promise<AuditEntry | undefined> =>
    (await store.audit({ newestFirst: false, size: 1, ...query }))[0];
  // Times may run back by some milliseconds where several processes write: what lies between is in it, whatever its time.
  const last = await one({ newestFirst: true, ...(until !== undefined && { until }) });
  const first = await one({ ...(since !== undefined && { since }), ...(last && { before: last.number + 1 }) });
  if (first !== undefined && last !== undefined)
    return {
      kind: "export",
      organisation,
      number: last.number,
      hash: last.hash,
      time,
      from: first.number,
      previous: first.previous,
    };
  const end = (await store.auditStanding()).last ?? { number: 0, hash: "" };
  return { kind: "export", organisation, ...end, time, from: end.number + 1, previous: end.hash };
}

function lineOf(entry: AuditEntry, seal: string | undefined): string {
  const text = line(entry as unknown as JsonObject);
  return seal === undefined ? text : text + line({ checkpoint: seal });
}

/** The line of one value, as exports have it. */
export function line(value: JsonObject): string {
  return `${canonical(value)}\n`;
}
