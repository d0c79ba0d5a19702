// A control plane whose rows are counted by D1 itself, behind the real app on a real port; for measures, not for tests of meaning.
import { Miniflare, type WorkerOptions } from "miniflare";
import { createApp } from "#app/app.ts";
import { openUnread } from "#app/unread.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { Sealed } from "#model/sealed.ts";
import { listen } from "#node/server.ts";
import { type D1, openD1 } from "#store/d1.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { onlyReads } from "#store/reading.ts";
import { noAccounts } from "#test/no-accounts.ts";
import { digestText } from "#trust/digest.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { createNonce, importNonceKey } from "#trust/nonce.ts";
import { type ProofSigner, signProof } from "#trust/proof.ts";
import { mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";

export interface Meter {
  read: number;
  /** D1 counts rows of indexes too; of a file, those of tables are counted. */
  written: number;
  /** Those that may write, in their order. */
  batches: WriteBatch[];
}

export interface WriteBatch {
  readonly statements: readonly Statement[];
  readonly rows: number;
}

export interface Metered {
  readonly plane: Plane;
  readonly org: Org;
  readonly relay: ProofSigner;
  /** Headers that prove a call by the relay. */
  prove(method: string, path: string, body: string): Promise<Record<string, string>>;
  readonly url: string;
  /** The app itself, without a port. */
  readonly answer: (request: Request) => Response | Promise<Response>;
  /** Resolves when nothing goes on behind an answer any more: of the app, and of the organisation's writer. */
  settle(tenant: string): Promise<void>;
  /** Rows since it was last reset. */
  readonly meter: Meter;
  /** Where the database and the workers beside it run; null on a libSQL file. */
  readonly flare: Miniflare | null;
  close(): Promise<void>;
}

/** D1 of the tenants' tables, for workers that run beside it. */
export const TENANTS_D1 = "tenants";
/** What is signed for, and the nonce key as the workers have it. */
export const CONTROL_PLANE = "test-plane";
export const NONCE_KEY: string = Buffer.alloc(32, 9).toString("base64url");

/**
 * With one mesh, one zone and one relay, everything published. `engine` says where the tenants' tables are; on D1 workers may
 * stand beside it.
 */
export async function openMetered(
  engine: "d1" | "libsql-file",
  beside: readonly WorkerOptions[] = [],
): Promise<Metered> {
  const meter: Meter = { read: 0, written: 0, batches: [] };
  const holder = { name: "holder", modules: true, script: "export default {}", d1Databases: { DB: TENANTS_D1 } };
  const flare = engine === "d1" ? new Miniflare({ workers: [holder, ...beside] }) : null;
  const d1 = flare === null ? null : openD1((await flare.getD1Database("DB", "holder")) as unknown as D1);
  const wrap = (file: Database): Database => ({
    engine,
    async batch(statements) {
      const isWrite = !onlyReads(statements);
      const { answers, rows } =
        d1 === null && isWrite ? await changedOn(file, statements) : writtenOf(await (d1 ?? file).batch(statements));
      for (const { read } of answers) meter.read += read ?? 0;
      meter.written += rows;
      if (isWrite) meter.batches.push({ statements, rows });
      return answers;
    },
    close: () => file.close(),
  });
  const plane = await openPlane({ wrap });
  plane.now = Date.now();
  const { store, deps, control } = plane;
  const nonceKey = await importNonceKey(new Sealed<Uint8Array>(Buffer.from(NONCE_KEY, "base64url")));
  const behind = new Set<Promise<unknown>>();
  const app = createApp({
    ...control,
    background: (work) => {
      behind.add(work);
      void work.finally(() => behind.delete(work));
    },
    store,
    contacts: openContactBook(deps.clock, true),
    console: async () => null,
    controlPlane: deps.controlPlane,
    operatorSecret: new Sealed("measure"),
    nonceKey,
    accountKey: nonceKey,
    addressOf: () => "",
    accounts: noAccounts,
    originOf: () => "",
    clock: deps.clock,
    chance: deps.chance,
    log: () => {},
  });
  const unread = openUnread({ chance: deps.chance, log: () => {} });
  const server = await listen((request) => app.fetch(request), "127.0.0.1", 0, { unread });
  const org = await signUp(plane, "measured");
  await org.apply([mesh(), zone()]);
  const [signing, agreeing] = [await createKey("sign"), await createKey("agree")];
  const { token } = await control.writer.createEnrolment(org.admin, "east", 3600);
  const request = { token, signingKey: signing.publicJwk, encryptionKey: agreeing.publicJwk };
  const { zone: at, relay: id } = await control.writer.enrol(org.tenant, request);
  await org.settle();
  const relay: ProofSigner = { tenant: org.tenant, zone: at, relay: id };
  const key = await importPrivateKey("sign", signing.privateKey);
  return {
    plane,
    org,
    relay,
    async prove(htm, htu, body) {
      const nonce = await createNonce(nonceKey, deps.clock);
      const claims = { jti: crypto.randomUUID(), htm, htu, bh: await digestText(body), aud: deps.controlPlane, nonce };
      return { "weft-proof": await signProof(claims, relay, key) };
    },
    url: server.url,
    answer: (request) => app.fetch(request),
    async settle(tenant) {
      await Promise.all(behind);
      await control.writerOf(tenant).settle();
    },
    meter,
    flare,
    async close() {
      await server.close();
      await plane.close();
      await flare?.dispose();
    },
  };
}

const CHANGES: Statement = { sql: "SELECT total_changes() AS changes", params: [] };

interface Counted {
  readonly answers: readonly Rows[];
  readonly rows: number;
}

function writtenOf(answers: readonly Rows[]): Counted {
  return { answers, rows: answers.reduce((sum, { written }) => sum + (written ?? 0), 0) };
}

/** A file's engine says nothing of rows, but for those that its connection has changed so far. */
async function changedOn(file: Database, statements: readonly Statement[]): Promise<Counted> {
  const [before, ...answers] = await file.batch([CHANGES, ...statements, CHANGES]);
  const after = answers.pop();
  return { answers, rows: Number(after?.rows[0]?.[0]) - Number(before?.rows[0]?.[0]) };
}
