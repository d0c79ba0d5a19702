// The face of control: who belongs to an organisation.
import type { UserRow } from "#store/face/account.ts";
import type { InvitationRow, MemberRow } from "#store/face/member.ts";
import type { Organisation } from "#store/face/organisation.ts";
import type { Caller } from "./caller.ts";

/** An invitation as it was made: the token of its link is told once. */
export interface MadeInvitation {
  readonly invitation: InvitationRow;
  readonly token: string;
}

/** Who belongs to an organisation. Roles are those of model/role-name.ts. */
export interface Members {
  /** Faults `forbidden`. */
  list(caller: Caller): Promise<readonly MemberRow[]>;
  /** Faults `forbidden`, `invalid`, `absent`; `conflict` for the last owner. */
  setRole(caller: Caller, user: string, role: string): Promise<void>;
  /** Oneself, too: to leave needs no scope. Faults `forbidden`, `absent`; `conflict` for the last owner. */
  remove(caller: Caller, user: string): Promise<void>;
  /** Those that stand open, expired ones too. Fault `forbidden`. */
  invitations(caller: Caller): Promise<readonly InvitationRow[]>;
  /** In place of an earlier one of the address. Faults `forbidden`, `invalid`, `conflict` (a member already, or too many). */
  invite(caller: Caller, asked: { readonly email: string; readonly role: string }): Promise<MadeInvitation>;
  /** Faults `forbidden`, `absent`. */
  revoke(caller: Caller, id: string): Promise<void>;
  /** What a link offers. Fault `absent`. */
  look(token: string): Promise<{ readonly invitation: InvitationRow; readonly organisation: Organisation }>;
  /** Faults `absent`, `forbidden` (another address, or one that is not verified), `stale` (ended or spent). */
  accept(token: string, user: UserRow): Promise<{ readonly organisation: Organisation; readonly role: string }>;
}
