// Policy MeshTimeout: timeouts of connections and requests, toward services and from clients.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { matchShape } from "#model/rule-match.ts";
import { duration, may } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";

const conf = z.strictObject({
  connectionTimeout: may(duration),
  idleTimeout: may(duration),
  http: may(
    z.strictObject({
      requestTimeout: may(duration),
      streamIdleTimeout: may(duration),
      maxStreamDuration: may(duration),
      maxConnectionDuration: may(duration),
      requestHeadersTimeout: may(duration),
    }),
  ),
});

const item = z.strictObject({ targetRef: targetRefShape, default: may(conf) });

export const meshTimeoutShape = z.strictObject({
  targetRef: may(targetRefShape),
  to: may(z.array(item)),
  from: may(z.array(item)),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: conf }))),
});
export type MeshTimeoutSpec = Frozen<z.infer<typeof meshTimeoutShape>>;
export type MeshTimeoutConf = Frozen<z.infer<typeof conf>>;

export const meshTimeout: Kind<MeshTimeoutSpec> = {
  type: "MeshTimeout",
  path: "meshtimeouts",
  aliases: [],
  shortName: "mt",
  scope: "Mesh",
  envelope: "spec",
  singularDisplayName: "Mesh Timeout",
  pluralDisplayName: "Mesh Timeouts",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
  shape: meshTimeoutShape,
  validate: () => [],
  policy: { order: 1000, to: true, from: true, rules: true, fromAsRules: true },
};
