// better-auth, opened as we use it: its server calls alone, no routes, on our tables.
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { type GenericOAuthConfig, genericOAuth } from "better-auth/plugins/generic-oauth";
import { twoFactor } from "better-auth/plugins/two-factor";
import type { Chance } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import type { Database } from "#store/database.ts";
import * as schema from "#store/directory-schema.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { librarySecrets } from "./account-seal.ts";
import type { Opened, Visitor } from "./accounts.ts";
import { libraryDatabase } from "./library-database.ts";

/** The code by which it tells that nobody may sign up. */
export const CLOSED = "sign_up_closed";

/** How long what is asked for can be used; seconds. */
export const LIFE = { session: 7 * 86_400, verification: 86_400, reset: 3600, pending: 600 } as const;

/** Whom a mail is for, the token of its link, and who asked for it. */
export interface Mailed {
  readonly user: { readonly email: string };
  readonly token: string;
  readonly asked: Asked;
}

/** What of a visitor a mail must know. */
export type Asked = Pick<Visitor, "language" | "origin">;

/** The library hands one address on from a call to the mail that it causes: in it we carry who asked. */
export function carry({ language, origin }: Asked): string {
  return `/?${new URLSearchParams({ language, origin })}`;
}

function carried(url: string): Asked {
  const within = new URL(url).searchParams.get("callbackURL") ?? "";
  const params = new URLSearchParams(within.slice(within.indexOf("?")));
  return { language: params.get("language") === "zh" ? "zh" : "en", origin: params.get("origin") ?? "" };
}

export interface LibraryOptions {
  readonly database: Database;
  /** What it encrypts and signs with: the first, by its version; `secret` opens what names none. */
  readonly keys: ReturnType<typeof librarySecrets>;
  readonly chance: Chance;
  /** A failure inside of it. Its own words may have addresses in them, and are left out. */
  readonly log: (level: "warn" | "error", label: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Whether there may be a new person with the address. */
  readonly mayJoin: (email: string) => Promise<boolean>;
  /** Called after each session that it opens, by whichever way. */
  readonly sessionOpened: () => void;
  readonly sendReset: (mailed: Mailed) => void;
  readonly sendVerification: (mailed: Mailed) => void;
}

/** Opens it. `origin` and `provider` are for sign-ins at one provider, which is asked for its discovery document. */
export function openLibrary(options: LibraryOptions, origin: string, provider: GenericOAuthConfig | null) {
  const { database, keys, chance, log, mayJoin } = options;
  return betterAuth({
    appName: "Weft",
    baseURL: origin,
    basePath: "/account",
    ...keys,
    telemetry: { enabled: false },
    logger: { level: "error", log: (_level, _message) => log("warn", "the accounts' library complains", {}) },
    database: drizzleAdapter(libraryDatabase(database), { provider: "sqlite", schema }),
    advanced: {
      cookiePrefix: "weft",
      useSecureCookies: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => toBase32(chance(10)) },
    },
    // Sessions are checked and seen by us (app/person.ts).
    session: { expiresIn: LIFE.session, disableSessionRefresh: true, freshAge: 0, cookieCache: { enabled: false } },
    account: {
      encryptOAuthTokens: true,
      // An address that nobody has proved is taken from who claimed it before anything is joined (oidc.ts).
      accountLinking: { enabled: true, requireLocalEmailVerified: true },
    },
    verification: { storeIdentifier: "hashed" },
    rateLimit: { enabled: false },
    databaseHooks: { session: { create: { after: async () => options.sessionOpened() } } },
    user: {
      async validateUserInfo({ user, source }) {
        if (source.action !== "create-user" || (await mayJoin(user.email ?? ""))) return undefined;
        return { error: CLOSED };
      },
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.least,
      maxPasswordLength: PASSWORD_LENGTH.most,
      resetPasswordTokenExpiresIn: LIFE.reset,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token, url }) => options.sendReset({ user, token, asked: carried(url) }),
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: LIFE.verification,
      sendVerificationEmail: async ({ user, token, url }) =>
        options.sendVerification({ user, token, asked: carried(url) }),
    },
    plugins: [
      bearer(),
      twoFactor({ issuer: "Weft", twoFactorCookieMaxAge: LIFE.pending }),
      genericOAuth({ config: provider === null ? [] : [provider] }),
    ],
  });
}

export type Library = ReturnType<typeof openLibrary>;

const ADDRESS_HEADER = "weft-address";

/** What a call of the library is told of who asks. */
export function headersOf(
  { address, agent }: Visitor,
  proof: { readonly session?: string; readonly cookie?: string } = {},
): Headers {
  const headers = new Headers({ "user-agent": agent });
  if (address !== "") headers.set(ADDRESS_HEADER, address);
  if (proof.session !== undefined) headers.set("authorization", `Bearer ${proof.session}`);
  if (proof.cookie !== undefined) headers.set("cookie", proof.cookie);
  return headers;
}

/** The value of a cookie that the library has set; null where it has not, or takes it back. */
export function cookieIn(headers: Headers, name: string): string | null {
  for (const cookie of headers.getSetCookie()) {
    const [pair = "", ...attributes] = cookie.split("; ");
    const value = pair.slice(name.length + 1);
    if (pair.startsWith(`${name}=`) && value !== "" && !attributes.includes("Max-Age=0")) return value;
  }
  return null;
}

/** The token of the session that a call of the library has opened: its cookie is `token.signature`. */
export function sessionIn(headers: Headers): string | null {
  return cookieIn(headers, "weft.session_token")?.split(".")[0] ?? null;
}

/** The session that a call has opened. */
export function openedBy(headers: Headers, user: string): Opened {
  const token = sessionIn(headers);
  if (token === null) throw new Fault("internal", "No session was opened", { cause: "the library set no cookie" });
  return { token, user };
}
