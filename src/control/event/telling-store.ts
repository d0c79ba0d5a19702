// A store that tells what is written through it: one row a query that writes, and nobody else says what is told.
import type { Hint } from "#api/event.ts";
import type { TenantStore } from "#store/store.ts";
import { hintsOfCommit } from "./commit-hint.ts";
import type { Tell } from "./hub.ts";
import { someOf } from "./merge.ts";

/** Method → what a call of it that succeeded is told as. */
type Table<Face> = {
  readonly [M in keyof Face]?: Face[M] extends (...args: infer Args) => Promise<infer Result>
    ? (args: Args, result: Result) => readonly Hint[]
    : never;
};

const AUDIT: Hint = { kind: "audit" };

const QUERIES: Table<TenantStore> = {
  commit: ([commit], done) => [...hintsOfCommit(commit, done), ...audited(commit.audit)],
  setStatus: ([{ type, mesh }]) => [{ kind: "resource", types: [type], meshes: [mesh] }],
  mergeStatus: ([{ type, mesh, name }, patch]) => [
    { kind: "resource", types: [type], meshes: [mesh] },
    ...(type === "Zone" && "refused" in patch ? [{ kind: "join", zone: name } as const] : []),
  ],
  record: ([{ delivery, revisions = [], certificates = [], issuers, audit, retentionDays }]) => {
    const [at] = delivery === undefined ? revisions : [delivery];
    return [
      ...(at === undefined ? [] : [{ kind: "delivery", zone: at.zone, relay: at.relay } as const]),
      ...(certificates.length === 0
        ? []
        : [{ kind: "certificate", meshes: someOf(certificates.map(({ mesh }) => mesh)) } as const]),
      ...(issuers === undefined ? [] : [{ kind: "certificate", meshes: null } as const]),
      ...(retentionDays === undefined ? audited(audit) : [AUDIT]),
    ];
  },
  publish: ([{ zone }], done) => (done ? [{ kind: "snapshot", zone }] : []),
  addEffects: ([rows]) => rows.slice(0, 1).map(({ revision }) => ({ kind: "revision", revision })),
  addCredential: ([{ id, zone }, audit]) => [
    { kind: "token", token: id },
    ...(zone === null ? [] : [{ kind: "join", zone } as const]),
    ...audited(audit),
  ],
  revokeCredential: ([id, , audit]) => [{ kind: "token", token: id }, ...audited(audit)],
  enrol: ([token, { zone }, audit], { relay }) => [
    { kind: "token", token },
    { kind: "join", zone },
    { kind: "relay", zone, relay },
    ...audited(audit),
  ],
  noteJoin: ([{ zone }]) => [{ kind: "join", ...(zone !== "" && { zone }) }],
  revokeRelay: ([zone, relay, audit]) => [{ kind: "relay", zone, relay }, ...audited(audit)],
  keepContact: ([{ zone, relay }]) => [{ kind: "relay", zone, relay }],
  keepSeen: ([{ zone, relay }]) => [{ kind: "relay", zone, relay }],
  addPlan: ([{ id }]) => [{ kind: "plan", plan: id }],
  addApproval: ([{ plan }, audit]) => [{ kind: "plan", plan }, ...audited(audit)],
  dropApproval: ([plan, , audit]) => [{ kind: "plan", plan }, ...audited(audit)],
};

const WEBHOOKS: Table<TenantStore["webhooks"]> = {
  add: ([{ id }]) => [{ kind: "webhook", webhook: id }, AUDIT],
  update: ([id, , audit]) => [{ kind: "webhook", webhook: id }, ...audited(audit)],
  remove: ([id]) => [{ kind: "webhook", webhook: id }, AUDIT],
  note: ([{ webhook }]) => [{ kind: "webhook", webhook }],
  replay: ([id, , audit]) => [{ kind: "webhook", webhook: id }, ...audited(audit)],
};

/** The same store, whose writes are told once they have succeeded; the hints are made only where somebody listens. */
export function openTellingStore(store: TenantStore, tell: Tell): TenantStore {
  const told = (hints: () => readonly Hint[]): void => tell(store.tenant, hints);
  return {
    ...store,
    ...wrapped(store, QUERIES, told),
    webhooks: { ...store.webhooks, ...wrapped(store.webhooks, WEBHOOKS, told) },
  };
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

function wrapped<Face extends object>(
  face: Face,
  table: Table<Face>,
  told: (hints: () => readonly Hint[]) => void,
): Partial<Face> {
  const rows = Object.entries(table) as [string, (args: readonly unknown[], result: unknown) => readonly Hint[]][];
  const methods = rows.map(([name, hintsOf]) => {
    const method: Method = async (...args) => {
      const result = await (face as Readonly<Record<string, Method>>)[name]?.(...args);
      told(() => hintsOf(args, result));
      return result;
    };
    return [name, method];
  });
  return Object.fromEntries(methods) as Partial<Face>;
}

function audited(audit: readonly unknown[] | undefined): readonly Hint[] {
  return audit === undefined || audit.length === 0 ? [] : [AUDIT];
}
