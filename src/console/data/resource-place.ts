// Where a resource stands in addresses.

/** What names a resource in addresses; `mesh` is empty for what belongs to none. */
export interface ResourcePlace {
  readonly org: string;
  readonly mesh: string;
  readonly plural: string;
  readonly name: string;
}
