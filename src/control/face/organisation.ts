// The face of control: how organisations come to be.
import type { Organisation } from "#store/face/organisation.ts";
import type { MintedCredential } from "./credential.ts";

export interface Organisations {
  /**
   * The operator's: the organisation, its first admin token and its keys; in a database of the region, or wherever there are
   * fewest. Faults `invalid`, `conflict` when the name is taken.
   */
  create(
    name: string,
    region?: string,
  ): Promise<{ readonly organisation: Organisation; readonly token: MintedCredential }>;
  /** A person's, who is its first owner. Faults as `create`; `conflict` where the person owns as many as one may. */
  found(name: string, owner: string, region?: string): Promise<Organisation>;
}
