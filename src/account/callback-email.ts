// Which address a provider told of a callback that is under way: of one that it refuses, the library does not say.
import type { GenericOAuthConfig } from "better-auth/plugins/generic-oauth";
import type { Tokens } from "./oauth-token.ts";

interface Calls {
  readonly getToken: NonNullable<GenericOAuthConfig["getToken"]>;
  readonly getUserInfo: NonNullable<GenericOAuthConfig["getUserInfo"]>;
}

export interface CallbackEmails {
  /** The calls of a sign-in, listened to. */
  listening(calls: Calls): Calls;
  /** The address told of the callback with this code, once; null where there was none. */
  take(code: string): string | null;
}

export function openCallbackEmails(): CallbackEmails {
  /** By what a provider answered to the code: the library hands that on untouched. */
  const codes = new WeakMap<object, string>();
  const emails = new Map<string, string>();
  return {
    listening: ({ getToken, getUserInfo }) => ({
      async getToken(data) {
        const tokens: Tokens = await getToken(data);
        if (tokens.raw !== undefined) codes.set(tokens.raw, data.code);
        return tokens;
      },
      async getUserInfo(tokens) {
        const person = await getUserInfo(tokens);
        const code = tokens.raw === undefined ? undefined : codes.get(tokens.raw);
        if (code !== undefined && typeof person?.email === "string") emails.set(code, person.email.toLowerCase());
        return person;
      },
    }),
    take(code) {
      const email = emails.get(code) ?? null;
      emails.delete(code);
      return email;
    },
  };
}
