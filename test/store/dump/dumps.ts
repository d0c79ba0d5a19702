// The dumps that are there, and a control plane that goes on with the databases of one.

import type { JsonWebKey } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApp } from "#app/app.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { openControl } from "#control/open.ts";
import { openState } from "#node/state.ts";
import type { Database } from "#store/database.ts";
import { openStore } from "#store/open.ts";
import { type Relay, relayOf } from "#test/app/relay.ts";
import { type Organisation, organisationOf, type Subject } from "#test/app/subject.ts";
import { digest } from "#test/digest.ts";
import { noAccounts } from "#test/no-accounts.ts";

const HOME = fileURLToPath(new URL(".", import.meta.url));

export interface Dump {
  readonly name: string;
  /** Numbers of the newest migrations that had been applied. */
  readonly directory: number;
  readonly tenant: number;
  readonly sql: { readonly directory: string; readonly tenant: string };
  /** What it takes to go on with it: the state folder's secrets by file, an admin's token, a relay with its key. */
  readonly goingOn: {
    readonly state: Readonly<Record<string, string>>;
    readonly organisation: { readonly id: string; readonly name: string; readonly token: string };
    readonly relay: {
      readonly tenant: string;
      readonly zone: string;
      readonly relay: string;
      readonly key: JsonWebKey;
    };
  };
}

/** Oldest first. */
export async function readDumps(): Promise<readonly Dump[]> {
  const names = (await readdir(HOME)).filter((name) => name.startsWith("directory-")).sort();
  return Promise.all(
    names.map(async (name): Promise<Dump> => {
      const read = (file: string): Promise<string> => readFile(join(HOME, name, file), "utf8");
      const [, directory, tenant] = /^directory-(\d{4})-tenant-(\d{4})$/.exec(name) ?? [];
      const sql = { directory: await read("directory.sql"), tenant: await read("tenants.sql") };
      const goingOn: Dump["goingOn"] = JSON.parse(await read("going-on.json"));
      return { name, directory: Number(directory), tenant: Number(tenant), sql, goingOn };
    }),
  );
}

export interface GoingOn {
  readonly organisation: Organisation;
  readonly relay: Relay;
  /** Public keys of envelopes, as the relay was given them at its enrolment. */
  keys(): Promise<readonly unknown[]>;
  /** Resolves when all that was committed is published. */
  settle(): Promise<void>;
  /** Leaves the databases open. */
  close(): Promise<void>;
}

/** The product of today on the databases of that day; `folder` takes the secrets. */
export async function goOn(
  { goingOn }: Dump,
  databases: { readonly directory: Database; readonly tenant: Database },
  folder: string,
): Promise<GoingOn> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(goingOn.state))
    if (text !== "") await writeFile(join(folder, name), `${text}\n`, { mode: 0o600 });
  const state = await openState(folder);
  const clock = Date.now;
  const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const store = openStore({ directory: databases.directory, placement: () => databases.tenant, clock, chance, digest });
  const { keyEncryptionKey, controlPlane, operatorSecret, nonceKey, accountKeys } = state;
  const bell = { ring: () => {}, dismiss: () => {} };
  const log = (): void => {};
  const control = openControl({ store, digest, clock, chance, keyEncryptionKey, controlPlane, bell, log });
  const app = createApp({
    ...{ ...control, store, contacts: openContactBook(clock, true), console: async () => null },
    ...{ controlPlane, operatorSecret, nonceKey, accountKey: accountKeys.current.session, accounts: noAccounts },
    ...{ addressOf: () => "", originOf: () => "", clock, chance, log },
  });
  const url = "https://weft.example";
  const subject: Subject = {
    url,
    operatorSecret: operatorSecret.reveal(),
    fetch: async (path, init) => app.fetch(new Request(`${url}${path}`, init)),
  };
  const { organisation, relay } = goingOn;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const own = await crypto.subtle.importKey("jwk", relay.key, algorithm, true, ["sign"]);
  const keys = { signingKey: {}, encryptionKey: {}, private: own } as unknown as Relay["keys"];
  return {
    organisation: organisationOf(subject, organisation.name, organisation.id, organisation.token),
    relay: relayOf(subject, { ...relay, controlPlane }, keys),
    keys: async () =>
      (await store.within(organisation.id).signingKeys("envelope", "")).map(({ publicJwk }) => JSON.parse(publicJwk)),
    settle: () => control.writerOf(organisation.id).settle(),
    close: () => control.close(),
  };
}
