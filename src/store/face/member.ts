// Who belongs to an organisation and as what, and who is invited.
import type { UserRow } from "./account.ts";
import type { Organisation } from "./organisation.ts";

export interface Membership {
  readonly organisation: Organisation;
  /** As in model/role-name.ts. */
  readonly role: string;
}

export interface MemberRow {
  readonly user: Pick<UserRow, "id" | "name" | "email">;
  readonly role: string;
  /** RFC 3339. */
  readonly since: string;
}

export interface NewMember {
  /** Id of the organisation. */
  readonly organisation: string;
  /** Id of the user. */
  readonly user: string;
  readonly role: string;
  readonly since: string;
}

export interface InvitationRow {
  /** Id of the organisation. */
  readonly organisation: string;
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly role: string;
  /** SHA-256 of the link's token, base64url. */
  readonly tokenHash: string;
  /** The actor that invited. */
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null = nobody has accepted it yet. */
  readonly acceptedAt: string | null;
}

/** Members and invitations of all organisations: in the directory. What would leave an organisation without its last owner is refused by a guard of the batch. */
export interface MemberStore {
  /** The organisations of a user, by name. */
  organisationsOf(user: string): Promise<readonly Membership[]>;
  /** The role of a user in an organisation; null = no member. */
  roleOf(organisation: string, user: string): Promise<string | null>;
  /** User → role, of those of these users who are members; one query. */
  rolesOf(organisation: string, users: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** By name. */
  listMembers(organisation: string): Promise<readonly MemberRow[]>;
  /** False where the user is a member already, whose role stays. */
  addMember(member: NewMember): Promise<boolean>;
  /** False where there is no such member. Fault `conflict` where it is the last owner who would be none. */
  setRole(organisation: string, user: string, role: string): Promise<boolean>;
  /** False where there is no such member. Fault `conflict` for the last owner. */
  removeMember(organisation: string, user: string): Promise<boolean>;
  /**
   * In place of what the address was invited by before; those that ended a month before it are removed. A Conflict
   * (store/quota.ts) where `most` others stand open when it is made.
   */
  addInvitation(invitation: InvitationRow, most?: number | null): Promise<void>;
  /** Those that nobody has accepted, newest first; expired ones too. */
  listInvitations(organisation: string): Promise<readonly InvitationRow[]>;
  findInvitation(tokenHash: string): Promise<InvitationRow | null>;
  /** False where there is none, or it has been accepted. */
  dropInvitation(organisation: string, id: string): Promise<boolean>;
  /** Makes the member and spends the invitation, in one batch. False where it was spent, revoked or had ended meanwhile. A Conflict (store/quota.ts) where there are `most` members. */
  acceptInvitation(tokenHash: string, member: NewMember, most?: number | null): Promise<boolean>;
}
