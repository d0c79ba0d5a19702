// Who is where.
/** That an organisation is to be deleted; times are RFC 3339. */
export interface Ending {
  readonly at: string;
  /** The actor who said so. */
  readonly by: string;
  /** Until then it can be taken back; afterwards nothing of it is left. */
  readonly purgeAt: string;
}

export interface Organisation {
  /** Random, 12 characters of base32; stands in credentials. */
  readonly id: string;
  /** What stands in URLs: RFC 1035 label, unique. */
  readonly name: string;
  readonly createdAt: string;
  /** Absent while it stands. */
  readonly ending?: Ending;
}

/** What an organisation may have, as the operator has set it. */
export interface TierRow {
  /** Of model/limit/limit.ts; null = as the deployment gives it. */
  readonly tier: string | null;
  /** Limits beside the tier: a number, or null = none, by name. */
  readonly limits: Readonly<Record<string, number | null>>;
}

/** Who is where; a schema and a database of its own, never joined with tenants' tables. */
export interface Directory {
  /**
   * With its first owner, where a person makes it, who then owns at most so many; in the database of this name, as `Places`
   * has chosen it. Fault `conflict` when the name is taken, that would be too many, or everything is being restored.
   */
  createOrganisation(
    organisation: Organisation & { readonly placement?: string },
    owner?: { readonly user: string; readonly most: number },
  ): Promise<void>;
  /**
   * Marks it as one that is to be deleted. Marked before, it keeps who said so first and when, and the earlier purge. False where
   * there is none.
   */
  endOrganisation(id: string, ending: Ending): Promise<boolean>;
  /** Takes the mark back. False where the time of its purge has come, or there is none. `now` is RFC 3339. */
  restoreOrganisation(id: string, now: string): Promise<boolean>;
  /** With its members and invitations. What stands within it is not touched. */
  deleteOrganisation(id: string): Promise<void>;
  findOrganisation(by: { readonly name: string } | { readonly id: string }): Promise<Organisation | null>;
  /** Null where there is no such organisation. */
  tierOf(id: string): Promise<TierRow | null>;
  setTier(id: string, row: TierRow): Promise<void>;
  listOrganisations(): Promise<readonly Organisation[]>;
  /** In the order of their ids, from this one on; "" = from the first. */
  organisationsFrom(id: string, size: number): Promise<readonly Organisation[]>;
  /** Ids of the key-encryption keys under which secrets may lie sealed. */
  sealingKeys(): Promise<readonly string[]>;
  /** Adds a key's id to them. */
  noteSealingKey(id: string): Promise<void>;
  /** Nothing is sealed under any but this. */
  keepSealingKey(id: string): Promise<void>;
  /** Ids of the account keys under which second factors and providers' tokens may lie. */
  accountKeys(): Promise<readonly string[]>;
  noteAccountKey(id: string): Promise<void>;
  keepAccountKey(id: string): Promise<void>;
}
