// Kind MeshMultiZoneService: the MeshServices of all zones that carry some labels, as one destination.

import { portReason } from "#model/address.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { nameWarnings } from "#model/name.ts";
import { protocolOf } from "#model/protocol.ts";
import { int32, may, text, textMap } from "#model/shape.ts";
import { PROTOCOLS } from "#model/tag.ts";
import type { Violation } from "#model/violation.ts";

const portShape = z.strictObject(() => ({ name: may(text), port: int32, appProtocol: may(text) }));

export const meshMultiZoneServiceShape = z.strictObject(() => ({
  selector: z.strictObject({ meshService: z.strictObject({ matchLabels: may(textMap) }) }),
  ports: z.array(portShape).check(z.refine((ports) => ports.length > 0, "in body should have at least 1 items")),
}));
export type MeshMultiZoneServiceSpec = Frozen<z.infer<typeof meshMultiZoneServiceShape>>;
export type MultiZonePort = Frozen<z.infer<typeof portShape>>;

function validate({ spec }: { readonly spec: MeshMultiZoneServiceSpec }): readonly Violation[] {
  const found: Violation[] = [];
  if (Object.keys(spec.selector.meshService.matchLabels ?? {}).length === 0) {
    found.push({ field: "selector.meshService.matchLabels", reason: "cannot be empty" });
  }
  const ports = new Set<number>();
  spec.ports.forEach(({ name, port, appProtocol }, index) => {
    const add = (field: string, reason: string): void => {
      found.push({ field: `ports[${index}].${field}`, reason });
    };
    if (name === "") add("name", "must not be empty");
    const wrong = portReason(port);
    if (wrong !== null) add("port", wrong);
    // Two outbounds of one address and port would be two listeners of one name.
    if (ports.has(port)) add("port", `port ${port} is already used by another port of this service`);
    ports.add(port);
    if (appProtocol !== undefined && protocolOf(appProtocol) === null) {
      add("appProtocol", `appProtocol must be one of: ${PROTOCOLS.join(", ")}`);
    }
  });
  return found;
}

export const meshMultiZoneServiceJudge: Judge<MeshMultiZoneServiceSpec> = {
  shape: meshMultiZoneServiceShape,
  complete: (spec) => ({
    selector: spec.selector,
    ports: spec.ports.map((port) => ({ ...port, appProtocol: port.appProtocol ?? "tcp" })),
  }),
  validate,
  // Kuma only warns, of length too.
  warn: ({ type, name }) => nameWarnings({ type, shortNames: true }, name),
};
