// Bodies of browsers' sessions.
import * as z from "#model/lazy-zod.ts";
import { person } from "./account.ts";
import { ending } from "./ending.ts";

export const newSession = z.strictObject(() => ({ token: z.string().check(z.minLength(1), z.maxLength(1024)) }));

/** One of `user` and `token`: who or what the browser is signed in as. */
export const session = z.object(() => ({
  user: z.exactOptional(person),
  token: z.exactOptional(z.object({ id: z.string(), name: z.string(), expiresAt: z.nullable(z.string()) })),
  /** Organisations that the browser may look into; `role` of a member. */
  organisations: z.array(
    z.object({
      name: z.string(),
      role: z.exactOptional(z.string()),
      scopes: z.array(z.string()),
      /** It is to be deleted. */
      ending: z.exactOptional(ending),
    }),
  ),
}));
export type SessionBody = z.infer<typeof session>;
