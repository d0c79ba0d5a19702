// The trust bundle of a mesh as an SDS secret. Identity secrets are the relay's: no private key ever stands in a snapshot.
import type { SecretJson } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb.ts";
import { type Template, template } from "#snapshot/template.ts";
import { bundleSecret } from "./names.ts";

/** The secret of what a mesh trusts, newest first; null while it trusts nothing. */
export function bundleTemplate(mesh: string, bundle: readonly string[]): Template | null {
  if (bundle.length === 0) return null;
  const pem = bundle.map((certificate) => (certificate.endsWith("\n") ? certificate : `${certificate}\n`)).join("");
  const body: SecretJson = { name: bundleSecret(mesh), validationContext: { trustedCa: { inlineString: pem } } };
  return template("secret", body);
}
