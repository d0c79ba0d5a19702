// A control plane whose rows are counted by D1 itself, behind the real app on a real port; for measures, not for tests of meaning.
import { Miniflare } from "miniflare";
import { createApp } from "#app/app.ts";
import { Sealed } from "#model/sealed.ts";
import { listen } from "#node/server.ts";
import { type D1, openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { createRelayKeys, type Relay, relayOf } from "../app/relay.ts";
import { mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";

export interface Meter {
  read: number;
  written: number;
}

export interface Metered {
  readonly plane: Plane;
  readonly org: Org;
  readonly relay: Relay;
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
  const app = createApp({
    ...control,
    store,
    controlPlane: deps.controlPlane,
    operatorSecret: new Sealed("measure"),
    nonceKey: await importNonceKey(new Sealed<Uint8Array>(new Uint8Array(32).fill(9))),
    clock: deps.clock,
    chance: deps.chance,
    log: () => {},
  });
  const server = await listen((request) => app.fetch(request), "127.0.0.1", 0);
  const org = await signUp(plane, "measured");
  await org.apply([mesh(), zone()]);
  const keys = await createRelayKeys();
  const { token } = await control.writer.createEnrolment(org.admin, "east", 3600);
  const { signingKey, encryptionKey } = keys;
  const enrolled = await control.writer.enrol(org.tenant, { token, signingKey, encryptionKey });
  await org.settle();
  const subject = {
    fetch: (path: string, init?: RequestInit) => fetch(server.url + path, init),
    operatorSecret: "measure",
    url: server.url,
  };
  return {
    plane,
    org,
    relay: relayOf(subject, enrolled, keys),
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
