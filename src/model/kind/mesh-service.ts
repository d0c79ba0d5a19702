// Kind MeshService: a named set of dataplanes with ports.

import { portReason } from "#model/address.ts";
import type { Frozen } from "#model/frozen.ts";
import type { HostnameVerdict } from "#model/hostnames.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { protocolOf } from "#model/protocol.ts";
import { int32, may, text, textMap } from "#model/shape.ts";
import { PROTOCOLS } from "#model/tag.ts";
import type { Violation } from "#model/violation.ts";

const servicePort = z.strictObject(() => ({
  name: may(text),
  port: int32,
  /** A port number, or the name of an inbound; absent = `port`. */
  targetPort: may(z.union([int32, text])),
  appProtocol: may(text),
}));

export const meshServiceShape = z.strictObject(() => ({
  state: may(z.enum(["Available", "Unavailable"])),
  selector: may(
    z.strictObject({
      dataplaneTags: may(textMap),
      dataplaneRef: may(z.strictObject({ name: may(text) })),
      dataplaneLabels: may(z.strictObject({ matchLabels: may(textMap) })),
    }),
  ),
  ports: may(z.array(servicePort)),
  identities: may(z.array(z.strictObject({ type: z.enum(["ServiceTag", "SpiffeID"]), value: text }))),
}));
export type MeshServiceSpec = Frozen<z.infer<typeof meshServiceShape>>;
export type ServicePort = Frozen<z.infer<typeof servicePort>>;

/** Rules beyond shape; Kuma has only the first. */
function validate({ spec }: { readonly spec: MeshServiceSpec }): readonly Violation[] {
  const found: Violation[] = [];
  if (Object.keys(spec.selector ?? {}).length > 1) {
    found.push({
      field: "selector",
      reason: "must specify only one of: dataplaneTags, dataplaneRef, or dataplaneLabels",
    });
  }
  const ports = new Set<number>();
  spec.ports?.forEach(({ port, targetPort, appProtocol }, index) => {
    const add = (field: string, reason: string): void => {
      found.push({ field: `ports[${index}].${field}`, reason });
    };
    const wrong = portReason(port);
    if (wrong !== null) add("port", wrong);
    // Two outbounds of one address and port would be two listeners of one name.
    if (ports.has(port)) add("port", `port ${port} is already used by another port of this service`);
    ports.add(port);
    if (typeof targetPort === "number" && portReason(targetPort) !== null)
      add("targetPort", portReason(targetPort) ?? "");
    if (appProtocol !== undefined && protocolOf(appProtocol) === null) {
      add(
        "appProtocol",
        `has an invalid value ${JSON.stringify(appProtocol)}. Allowed values: ${PROTOCOLS.join(", ")}`,
      );
    }
  });
  return found;
}

/** What Weft writes below `status` of a MeshService. */
export interface MeshServiceStatus {
  readonly vips?: readonly { readonly ip: string }[];
  /** Kept here and told in the spec: what a user writes stays what it is. */
  readonly identities?: MeshServiceSpec["identities"];
  readonly tls?: { readonly status: "Ready" | "NotReady" };
  readonly dataplaneProxies?: { readonly connected: number; readonly healthy: number; readonly total: number };
  readonly addresses?: HostnameVerdict["addresses"];
  readonly hostnameGenerators?: HostnameVerdict["hostnameGenerators"];
}

export const meshServiceJudge: Judge<MeshServiceSpec> = {
  shape: meshServiceShape,
  complete: (spec) => ({
    ...(spec.state && { state: spec.state }),
    ...(spec.selector && { selector: spec.selector }),
    ...(spec.ports && { ports: spec.ports.map((port) => ({ ...port, appProtocol: port.appProtocol ?? "tcp" })) }),
    ...(spec.identities && { identities: spec.identities }),
  }),
  written: ({ state: _, identities: __, ...spec }) => spec,
  validate,
};
