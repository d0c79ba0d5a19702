// Issued leaves, and the intermediates that sign them.
/** Audit of one issued leaf; forgotten some time after it has expired. */
export interface CertificateRow {
  readonly serial: string;
  readonly mesh: string;
  readonly name: string;
  readonly zone: string;
  readonly issuer: string;
  readonly notAfter: string;
  /** Id (jti) of the token by which its dataplane joined; null for issuers, and where none was needed. */
  readonly tokenId: string | null;
}

/** An intermediate of a mesh, which signs leaves of one relay's dataplanes: its newest certificate. */
export interface IssuerRow {
  readonly mesh: string;
  /** Hex of its key identifier; key and subject stay over renewals. */
  readonly keyId: string;
  readonly zone: string;
  readonly relay: string;
  /** Hex of the key identifier of the mesh's CA that signed it. */
  readonly root: string;
  readonly certificatePem: string;
  readonly notAfter: string;
  /** PKCS #8, sealed under the key-encryption key; null = the relay holds the key. */
  readonly sealedKey: string | null;
  readonly revokedAt: string | null;
  /** The actor who revoked it. */
  readonly revokedBy: string | null;
}

export interface IssuerWrites {
  /** A new certificate, or a revocation; one that is revoked stays so. */
  readonly put?: readonly IssuerRow[];
  readonly drop?: readonly Pick<IssuerRow, "mesh" | "keyId">[];
}

/** All reading of what one tenant has issued; commits and records write it. */
export interface TenantCertificates {
  /** By mesh and key id. */
  issuers(mesh?: string): Promise<readonly IssuerRow[]>;
  /** Those that live longest first. */
  certificates(query: {
    readonly mesh?: string;
    readonly zone?: string;
    readonly size: number;
  }): Promise<readonly CertificateRow[]>;
}
