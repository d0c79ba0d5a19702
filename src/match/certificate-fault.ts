// What of the certificates that a service outside the mesh names its clients cannot be given.
import { inlineText } from "#model/kind/mesh-external-service.ts";
import type { MatchFault } from "./fault.ts";

interface Certificates {
  /** Undefined = not named. */
  readonly caCert: (Parameters<typeof inlineText>[0] & { readonly secret?: string }) | undefined;
}

/** `field` is the path of what holds it, in the resource with that KRI. */
export function certificateFaults({ caCert }: Certificates, kri: string, field: string): readonly MatchFault[] {
  const found: MatchFault[] = [];
  if (caCert !== undefined && inlineText(caCert) === null) {
    const secret = JSON.stringify(caCert.secret ?? "");
    const reason = `names the Secret ${secret}, which holds no CA certificate in this mesh: until it does nobody is trusted`;
    found.push({ kri, field: `${field}.caCert`, reason });
  }
  return found;
}
