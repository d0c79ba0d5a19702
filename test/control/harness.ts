// A control floor on real databases in a folder of its own, with a clock that tests set and a log that they read.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller, RelayCaller } from "#control/face/caller.ts";
import type { Change } from "#control/face/change.ts";
import { type Control, openControl } from "#control/open.ts";
import { Sealed } from "#model/sealed.ts";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { findMigrations, readMigrations } from "#node/migration-files.ts";
import type { Database } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import type { Store, TenantStore } from "#store/store.ts";
import { placeMigrated } from "#test/migrated.ts";
import { importSealingKey } from "#trust/seal.ts";

export const START = Date.parse("2026-03-04T05:06:07.000Z");

export interface Plane {
  readonly control: Control;
  readonly store: Store;
  readonly tenants: Database;
  readonly log: {
    readonly level: string;
    readonly label: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
  readonly rings: { readonly tenant: string; readonly zone: string; readonly sequence: number }[];
  /** Relays that hear the bell no more. */
  readonly dismissed: readonly RelayCaller[];
  now: number;
  readonly deps: ControlDeps;
  /** Another control floor on the same databases, as after a restart or in another process. */
  reopen(over?: Partial<ControlDeps>): Control;
  close(): Promise<void>;
}

export interface PlaneOptions {
  /** Stands between the store and the tenants' tables. */
  readonly wrap?: (database: Database) => Database;
  /** Instead of one that stands until a test moves it. */
  readonly clock?: () => number;
}

/** Opens it; `close` removes everything. */
export async function openPlane({ wrap = (database) => database, clock: given }: PlaneOptions = {}): Promise<Plane> {
  const clock = given ?? ((): number => plane.now);
  const folder = mkdtempSync(join(tmpdir(), "weft-control-"));
  placeMigrated(folder);
  const directory = await openLibsqlFile({ path: join(folder, "directory.db") });
  const tenants = wrap(await openLibsqlFile({ path: join(folder, "tenants.db") }));
  const migrations = findMigrations();
  await migrate(directory, await readMigrations(join(migrations, "directory")));
  await migrate(tenants, await readMigrations(join(migrations, "tenant")));
  const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
  const store = openStore({ directory, placement: () => tenants, clock, chance, digest });
  const log: Plane["log"][number][] = [];
  const rings: Plane["rings"][number][] = [];
  const dismissed: RelayCaller[] = [];
  const key = await importSealingKey("test", new Sealed<Uint8Array>(new Uint8Array(32).fill(7)));
  const deps: ControlDeps = {
    store,
    digest,
    clock,
    chance,
    keyEncryptionKey: { current: key, older: [] },
    controlPlane: "test-plane",
    bell: {
      ring: (tenant, zone, { sequence }) => rings.push({ tenant, zone, sequence }),
      dismiss: (relay) => dismissed.push(relay),
    },
    log: (level, label, fields) => log.push({ level, label, fields }),
  };
  const opened: Control[] = [];
  const reopen = (over: Partial<ControlDeps> = {}): Control => {
    const control = openControl({ ...deps, ...over });
    opened.push(control);
    return control;
  };
  const plane: Plane = {
    control: reopen(),
    store,
    tenants,
    log,
    rings,
    dismissed,
    now: START,
    deps,
    reopen,
    async close() {
      await Promise.all(opened.map((control) => control.close()));
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return plane;
}

export interface Org {
  readonly tenant: string;
  readonly admin: Caller;
  readonly store: TenantStore;
  readonly control: Control;
  /** Applies one change: bodies are put, keys `Type/mesh/name` are deleted. */
  apply(
    puts: readonly Body[],
    deletes?: readonly string[],
    more?: Partial<Change> & { readonly caller?: Caller },
  ): ReturnType<Control["writer"]["apply"]>;
  /** Resolves when everything committed is published. */
  settle(): Promise<void>;
  /** The same organisation behind another control floor. */
  at(control: Control): Org;
}

export interface Body {
  readonly type: string;
  readonly name: string;
  readonly mesh?: string;
  readonly [member: string]: unknown;
}

/** A change as tests say it: bodies are put, keys `Type/mesh/name` are deleted. */
export interface Asked extends Partial<Omit<Change, "put" | "delete">> {
  readonly put?: readonly Body[];
  readonly delete?: readonly string[];
}

let writes = 0;

/** A write of its own. */
export function changeOf({ put = [], delete: gone = [], ...more }: Asked): Change {
  return {
    put: put.map((body) => ({ key: { type: body.type, mesh: body.mesh ?? "", name: body.name }, body })),
    delete: gone.map((text) => ({ key: keyOf(text) })),
    reason: "test",
    writeId: `write-${++writes}`,
    ...more,
  };
}

/** Signs up an organisation. */
export async function signUp(plane: Plane, name: string): Promise<Org> {
  const { organisation } = await plane.control.organisations.create(name);
  return orgAt(plane, plane.control, organisation.id);
}

export function orgAt(plane: Plane, control: Control, tenant: string): Org {
  const admin: Caller = { tenant, actor: "token:test", scopes: ["admin"] };
  return {
    tenant,
    admin,
    store: plane.store.within(tenant),
    control,
    apply(puts, deletes = [], { caller = admin, ...more } = {}) {
      return control.writer.apply(caller, { ...changeOf({ put: puts, delete: deletes }), ...more });
    },
    settle: () => control.writerOf(tenant).settle(),
    at: (other) => orgAt(plane, other, tenant),
  };
}

export function keyOf(text: string): { readonly type: string; readonly mesh: string; readonly name: string } {
  const [type = "", mesh = "", name = ""] = text.split("/");
  return { type, mesh, name };
}

export function mesh(name = "default", more: Readonly<Record<string, unknown>> = {}): Body {
  return { type: "Mesh", name, ...more };
}

/** A mesh with a builtin CA, on. */
export function mtlsMesh(name = "default", more: Readonly<Record<string, unknown>> = {}): Body {
  return mesh(name, { mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] }, ...more });
}

export function zone(name = "east"): Body {
  return { type: "Zone", name };
}

export function dataplane(name: string, service: string, more: Readonly<Record<string, unknown>> = {}): Body {
  const inbound = [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }];
  return { type: "Dataplane", mesh: "default", name, networking: { address: "10.0.0.1", inbound }, ...more };
}

/** A dataplane that calls a service, so that somebody needs its endpoints. */
export function client(name: string, service: string): Body {
  const inbound = [{ port: 8080, tags: { "kuma.io/service": name } }];
  const outbound = [{ port: 10001, tags: { "kuma.io/service": service } }];
  return { type: "Dataplane", mesh: "default", name, networking: { address: "10.0.0.9", inbound, outbound } };
}

export function secret(name: string, text: string, inMesh = "default"): Body {
  return { type: "Secret", mesh: inMesh, name, data: Buffer.from(text).toString("base64") };
}

export function timeout(name: string, seconds: number, inMesh = "default"): Body {
  const to = [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }];
  return { type: "MeshTimeout", mesh: inMesh, name, spec: { targetRef: { kind: "Mesh" }, to } };
}

/** Audit entries of answers that held a private key, newest first. */
export function revealsOf(org: Org): ReturnType<TenantStore["audit"]> {
  return org.store.audit({ action: "secret.reveal", newestFirst: true, size: 99 });
}

/** What a fault says, for comparing. */
export async function faultOf(
  promise: Promise<unknown>,
): Promise<{ code: string; title: string; detail: string; violations: readonly string[] }> {
  const thrown = await promise.then(
    () => {
      throw new Error("expected a fault");
    },
    (error: unknown) => error,
  );
  const { code, title, message, violations } = thrown as {
    code: string;
    title: string;
    message: string;
    violations: readonly { field: string; reason: string }[];
  };
  if (code === undefined) throw thrown;
  return { code, title, detail: message, violations: violations.map(({ field, reason }) => `${field}: ${reason}`) };
}

/** A moment that a test chooses. */
export function defer(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

let proofs = 0;

/** A proof that was not used before. */
export function proof(plane: Plane): { readonly id: string; readonly expiresAt: number } {
  return { id: `proof-${++proofs}`, expiresAt: plane.now + 600_000 };
}

export interface TestRelay extends RelayCaller {
  readonly token: string;
  readonly signing: Readonly<Record<string, string>>;
  readonly encryption: Readonly<Record<string, string>>;
}

/** Enrols a relay with new keys. The zone must stand. */
export async function enrol(org: Org, zoneName = "east"): Promise<TestRelay> {
  const { token } = await org.control.writer.createEnrolment(org.admin, zoneName, 3600);
  const signing = await publicKey("ECDSA");
  const encryption = await publicKey("ECDH");
  const answer = await org.control.writer.enrol(org.tenant, { token, signingKey: signing, encryptionKey: encryption });
  return { tenant: org.tenant, zone: answer.zone, relay: answer.relay, token, signing, encryption };
}

async function publicKey(name: "ECDSA" | "ECDH"): Promise<Readonly<Record<string, string>>> {
  const usages = name === "ECDSA" ? (["sign", "verify"] as const) : (["deriveBits"] as const);
  const pair = await crypto.subtle.generateKey({ name, namedCurve: "P-256" }, true, [...usages]);
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty: "EC", crv: "P-256", x: jwk.x as string, y: jwk.y as string };
}
