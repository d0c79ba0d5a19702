// The face of control: a credential as it was made.

export interface MintedCredential {
  readonly id: string;
  /** The whole credential text; shown once and never stored. */
  readonly token: string;
  readonly expiresAt: string | null;
}
