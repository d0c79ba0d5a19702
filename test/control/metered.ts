// A control plane whose rows are counted by D1 itself, behind the real app on a real port; for measures, not for tests of meaning.
import { Miniflare } from "miniflare";
import { createApp } from "#app/app.ts";
import { openContactBook } from "#control/contact.ts";
import { Sealed } from "#model/sealed.ts";
import { listen } from "#node/server.ts";
import { type D1, openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import { digestText } from "#trust/digest.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { createNonce, importNonceKey } from "#trust/nonce.ts";
import { type ProofSigner, signProof } from "#trust/proof.ts";
import { mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";

export interface Meter {
  read: number;
  written: number;
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
  /** Rows since it was last reset. */
  readonly meter: Meter;
  close(): Promise<void>;
}

/** With one mesh, one zone and one relay, everything published. `engine` says where the tenants' tables are. */
export async function openMetered(engine: "d1" | "libsql-file"): Promise<Metered> {
  const meter: Meter = { read: 0, written: 0 };
  const flare =
    engine === "d1" ? new Miniflare({ modules: true, script: "export default {}", d1Databases: ["DB"] }) : null;
  const d1 = flare === null ? null : openD1((await flare.getD1Database("DB")) as unknown as D1);
  const wrap = (file: Database): Database => ({
    engine,
    async batch(statements) {
      const answers = await (d1 ?? file).batch(statements);
      for (const { read, written } of answers) {
        meter.read += read ?? 0;
        meter.written += written ?? 0;
      }
      return answers;
    },
    close: () => file.close(),
  });
  const plane = await openPlane({ wrap });
  plane.now = Date.now();
  const { store, deps, control } = plane;
  const nonceKey = await importNonceKey(new Sealed<Uint8Array>(new Uint8Array(32).fill(9)));
  const app = createApp({
    ...control,
    store,
    contacts: openContactBook(deps.clock, true),
    controlPlane: deps.controlPlane,
    operatorSecret: new Sealed("measure"),
    nonceKey,
    clock: deps.clock,
    chance: deps.chance,
    log: () => {},
  });
  const server = await listen((request) => app.fetch(request), "127.0.0.1", 0);
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
    meter,
    async close() {
      await server.close();
      await plane.close();
      await flare?.dispose();
    },
  };
}
