// What of the certificates that a service outside the mesh names its clients cannot be given.
import { inlineText } from "#model/kind/mesh-external-service.ts";
import type { MatchFault } from "./fault.ts";

interface Certificates {
  /** Undefined = not named. */
  readonly caCert: (Parameters<typeof inlineText>[0] & { readonly secret?: string }) | undefined;
  readonly clientCert: object | undefined;
}

/** `field` is the path of what holds both, in the resource with that KRI. */
export function certificateFaults(
  { caCert, clientCert }: Certificates,
  kri: string,
  field: string,
): readonly MatchFault[] {
  const found: MatchFault[] = [];
  if (caCert !== undefined && inlineText(caCert) === null) {
    const secret = JSON.stringify(caCert.secret ?? "");
    const reason = `names the Secret ${secret}, which holds no CA certificate in this mesh: until it does nobody is trusted`;
    found.push({ kri, field: `${field}.caCert`, reason });
  }
  if (clientCert !== undefined) {
    const reason = "a client certificate is not given to the proxies of clients: they connect without one";
    found.push({ kri, field: `${field}.clientCert`, reason });
  }
  return found;
}
