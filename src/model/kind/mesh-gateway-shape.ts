// Shape of MeshGateway: which builtin gateway proxies it holds for, and the listeners that they open.

import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { selectorShape } from "#model/selector.ts";
import { dataSource, flag, may, message, text, textMap, uint32 } from "#model/shape.ts";

const tls = message(
  () => ({
    mode: may(z.enum(["NONE", "TERMINATE", "PASSTHROUGH"])),
    certificates: may(z.array(dataSource)),
    options: may(message({})),
  }),
  { zero: { mode: "NONE" } },
);

const listener = message(
  () => ({
    /** Absent = all. */
    hostname: may(text),
    port: may(uint32),
    protocol: may(z.enum(["NONE", "TCP", "TLS", "HTTP", "HTTPS"])),
    tls: may(tls),
    tags: may(textMap),
    crossMesh: may(flag),
    resources: may(message({ connectionLimit: may(uint32) })),
  }),
  { zero: { protocol: "NONE" } },
);

export const meshGatewayShape = message(() => ({
  selectors: may(z.array(selectorShape)),
  /** Added to each listener's own. */
  tags: may(textMap),
  conf: may(message({ listeners: may(z.array(listener)) })),
}));
export type MeshGatewaySpec = Frozen<z.infer<typeof meshGatewayShape>>;
export type GatewayListener = Frozen<z.infer<typeof listener>>;
