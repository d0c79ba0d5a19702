// Where organisations are: the named databases, and who is in which.

/** One of the named databases. */
export interface PlaceStanding {
  readonly name: string;
  readonly engine: "libsql-file" | "libsql-http" | "d1";
  /** Null = it is not said. */
  readonly region: string | null;
  /** It takes no new organisations. */
  readonly closed: boolean;
  readonly organisations: number;
}

export interface Places {
  /** The named databases, in the order of the operator's table. */
  list(): Promise<readonly PlaceStanding[]>;
  /**
   * Chooses for a new organisation, whose rows `within` writes there from now on; gives the database's name, for the
   * directory. Fault `invalid` where no database of the region takes any.
   */
  choose(tenant: string, region?: string): Promise<string>;
  /** The region of the tenant's database; null = it is not said. */
  regionOf(tenant: string): Promise<string | null>;
}
