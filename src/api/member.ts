// Bodies of members and invitations.
import * as z from "#model/lazy-zod.ts";
import { email } from "./account.ts";

const role = z.string().check(z.minLength(1), z.maxLength(100));
const user = z.object(() => ({ id: z.string(), name: z.string(), email: z.string() }));

export const member = z.object(() => ({
  user,
  /** `owner`, `admin`, `editor`, `viewer`, `editor@zone:<zone>`, `editor@mesh:<mesh>`. */
  role: z.string(),
  /** What the role gives; trust/scope.ts. */
  scopes: z.array(z.string()),
  since: z.string(),
}));
export type MemberBody = z.infer<typeof member>;

export const memberChange = z.strictObject({ role });

const invited = {
  id: z.string(),
  email: z.string(),
  role: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
} as const;

export const invitation = z.object(() => ({
  ...invited,
  /** The actor that invited, and its name where it is known. */
  invitedBy: z.object({ actor: z.string(), name: z.nullable(z.string()) }),
  isExpired: z.boolean(),
}));
export type InvitationBody = z.infer<typeof invitation>;

export const newInvitation = z.strictObject({ email, role });

/** `link` is told once: only its hash is kept. `mailed`: a mail with it was handed over. */
export const madeInvitation = z.object(() => ({ ...invited, link: z.string(), mailed: z.boolean() }));
export type MadeInvitationBody = z.infer<typeof madeInvitation>;

/** What a link offers, to whoever has it. */
export const offer = z.object(() => ({
  organisation: z.string(),
  email: z.string(),
  role: z.string(),
  invitedBy: z.nullable(z.string()),
  expiresAt: z.string(),
  state: z.enum(["open", "expired", "accepted"]),
}));
export type OfferBody = z.infer<typeof offer>;

export const acceptance = z.object(() => ({ organisation: z.string(), role: z.string() }));
