// A relay's hands in tests: tokens, certificate requests, joins.
import type { CertificatesResponse, Join } from "#api/zone.ts";
import { toBase64 } from "#trust/bytes.ts";
import { makeCsr } from "#trust/csr.ts";
import { type Body, type Org, type Plane, proof, type TestRelay } from "./harness.ts";

/** A dataplane token of the mesh, for any name unless bound. */
export function tokenFor(
  org: Org,
  binding: {
    readonly mesh?: string;
    readonly name?: string;
    readonly tags?: Readonly<Record<string, readonly string[]>>;
    readonly validForSeconds?: number;
  } = {},
): Promise<string> {
  const { mesh = "default", name = "", tags = {}, validForSeconds = 3600 } = binding;
  return org.control.writer.createDataplaneToken(org.admin, {
    name,
    mesh,
    tags,
    type: "dataplane",
    workload: "",
    validForSeconds,
  });
}

/** The id by which a token is revoked. */
export function tokenIdOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { jti: string }).jti;
}

/** PKCS #10 of a new key, base64. */
export async function csrFor(uris: readonly string[] = []): Promise<string> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return toBase64(await makeCsr(pair as Parameters<typeof makeCsr>[0], uris));
}

let lives = 0;

/** A newcomer. */
export function joinOf(dataplane: Body, token: string, more: Partial<Join> = {}): Join {
  return {
    mesh: dataplane.mesh ?? "",
    name: dataplane.name,
    registration: `life-${++lives}`,
    owner: "stream",
    dataplane,
    token,
    ...more,
  };
}

/** Sends joins with a fresh proof. */
export function send(
  plane: Plane,
  org: Org,
  relay: TestRelay,
  ...joins: readonly Join[]
): Promise<CertificatesResponse> {
  return org.control.writer.certificates(relay, proof(plane), { joins });
}

/** Why each join was refused; null where it was not. */
export function refusals({ answers }: CertificatesResponse): readonly (string | null)[] {
  return answers.map((answer) => ("refused" in answer ? answer.refused : null));
}
