// A control plane in process whose people are signed in by their rows: for tests of what a member may.
import { randomBytes } from "node:crypto";
import { accountsBy, type InvitationMail } from "#account/accounts.ts";
import { createApp } from "#app/app.ts";
import type { AppOptions } from "#app/call.ts";
import { openPersonSession } from "#app/person.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { Sealed } from "#model/sealed.ts";
import { openPlane, type Plane } from "#test/control/harness.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { openAccountKeys } from "#trust/session-token.ts";
import { type Answer, call, type Subject } from "./subject.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** The session's cookie, and where its calls come from. */
  readonly headers: Readonly<Record<string, string>>;
  /** Calls any path as a page of the console does. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface PeoplePlane extends Subject {
  readonly plane: Plane;
  readonly options: AppOptions;
  /** Mails with invitations, oldest first. */
  readonly invitations: readonly InvitationMail[];
  person(part?: { readonly name?: string; readonly email?: string; readonly verified?: boolean }): Promise<Person>;
  close(): Promise<void>;
}

let people = 0;

/** Opens it; `over` replaces parts of what the app is given. */
export async function openPeople(over: Partial<AppOptions> = {}): Promise<PeoplePlane> {
  const plane = await openPlane();
  const { store, deps, control } = plane;
  const invitations: InvitationMail[] = [];
  const { session } = await openAccountKeys(new Sealed<Uint8Array>(randomBytes(32)));
  const options: AppOptions = {
    ...control,
    store,
    contacts: openContactBook(deps.clock, true),
    console: async () => null,
    controlPlane: deps.controlPlane,
    operatorSecret: new Sealed("operator-of-this-test"),
    nonceKey: await importNonceKey(new Sealed<Uint8Array>(randomBytes(32))),
    accountKey: session,
    accounts: accountsBy(async (method, args) => {
      if (method === "ways") return { password: true, signUp: true, mail: true, providers: [] };
      if (method !== "sendInvitation") throw new TypeError(`nobody signs in here, and yet ${method} was called`);
      invitations.push(args[1] as InvitationMail);
      return undefined;
    }),
    originOf: () => "https://weft.example",
    addressOf: () => "192.0.2.7",
    clock: deps.clock,
    chance: deps.chance,
    log: () => {},
    ...over,
  };
  const app = createApp(options);
  const url = "https://weft.example";
  const subject: Subject = {
    url,
    operatorSecret: "operator-of-this-test",
    fetch: (path, init) => Promise.resolve(app.fetch(new Request(`${url}${path}`, init))),
  };
  return {
    ...subject,
    plane,
    options,
    invitations,
    async person({ name = "Ann", email, verified = true } = {}) {
      people += 1;
      const id = `person-${people}`;
      const address = email ?? `${id}@example.com`;
      const createdAt = new Date(plane.now).toISOString();
      const row = { id, name, email: address, emailVerified: verified, secondFactor: false, createdAt };
      await store.accounts.addUser(row);
      const cookie = (await openPersonSession({ app: options, request: new Request(url) }, id)).split(";")[0] ?? "";
      const headers = { cookie, "sec-fetch-site": "same-origin" };
      return {
        ...{ id, name, email: address, headers },
        call: (method, path, body) => call(subject, method, path, { headers, ...(body === undefined ? {} : { body }) }),
      };
    },
    close: () => plane.close(),
  };
}
