// Authorities: the roots of meshes, intermediates of zones and the relay's server certificate. Rare, so the library builds them.
import type { Chance, Clock } from "#model/clock.ts";
import type { Sealed } from "#model/sealed.ts";
import type { Violation } from "#model/violation.ts";
import type { Issuer } from "./issuer.ts";

export interface NewAuthority {
  readonly certificatePem: string;
  /** PKCS #8 DER. */
  readonly privateKey: Sealed<Uint8Array>;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

export interface RootRequest {
  readonly mesh: string;
  readonly backend: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** 10 unless given. */
  readonly years?: number;
}

/** A P-256 root of a mesh: CN and URI SAN name the mesh. */
export declare function createRoot(request: RootRequest): Promise<NewAuthority>;

/** What is wrong with a brought CA (certificate, or chain, and private key in PEM); paths begin at the backend's conf. */
export declare function checkProvided(certificatePem: string, keyPem: Sealed): Promise<readonly Violation[]>;

/** A brought CA as it is stored. A TypeError unless `checkProvided` finds nothing. */
export declare function readProvided(certificatePem: string, keyPem: Sealed): Promise<NewAuthority>;

export interface IntermediateRequest {
  readonly root: Issuer;
  /** PKCS #10 DER by the relay. */
  readonly csr: Uint8Array;
  /** The mesh. */
  readonly trustDomain: string;
  /** Every tag key in use in the mesh. */
  readonly tagKeys: readonly string[];
  readonly zone: string;
  readonly seconds: number;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** The zone's intermediate: CA:TRUE, pathlen 0, critical name constraints. Fault `invalid` (field `csr`) when the request is refused. */
export declare function signIntermediate(
  request: IntermediateRequest,
): Promise<{ readonly certificatePem: string; readonly serial: string; readonly notAfter: number }>;

export interface ServerRequest {
  /** DNS names and IP addresses. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly chance: Chance;
  /** 10 unless given. */
  readonly years?: number;
}

export interface ServerCertificate {
  /** The CA that a bootstrap carries. */
  readonly caPem: string;
  /** Leaf first, then the CA. */
  readonly chainPem: string;
  /** PKCS #8 PEM of the leaf. */
  readonly keyPem: Sealed;
  readonly notAfter: number;
}

/** A CA of its own (its key is thrown away) and a server leaf for these hosts. */
export declare function createServerCertificate(request: ServerRequest): Promise<ServerCertificate>;
