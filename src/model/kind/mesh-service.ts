// Kind MeshService: a named set of dataplanes with ports.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { int32, may, text, textMap } from "#model/shape.ts";

const servicePort = z.strictObject({
  name: may(text),
  port: int32,
  /** A port number, or the name of an inbound; absent = `port`. */
  targetPort: may(z.union([int32, text])),
  appProtocol: may(text),
});

export const meshServiceShape = z.strictObject({
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
});
export type MeshServiceSpec = Frozen<z.infer<typeof meshServiceShape>>;
export type ServicePort = Frozen<z.infer<typeof servicePort>>;

/** What Weft writes below `status` of a MeshService. */
export interface MeshServiceStatus {
  readonly vips?: readonly { readonly ip: string }[];
  readonly tls?: { readonly status: "Ready" | "NotReady" };
  readonly dataplaneProxies?: { readonly connected: number; readonly healthy: number; readonly total: number };
  readonly addresses?: readonly {
    readonly hostname: string;
    readonly origin: string;
    readonly hostnameGeneratorRef: { readonly coreName: string };
  }[];
}

export const meshService: Kind<MeshServiceSpec> = {
  type: "MeshService",
  path: "meshservices",
  aliases: [],
  shortName: "msvc",
  scope: "Mesh",
  envelope: "spec",
  singularDisplayName: "Mesh Service",
  pluralDisplayName: "Mesh Services",
  readOnly: false,
  shortNames: true,
  relay: "all",
  secret: false,
  shape: meshServiceShape,
  validate: () => [],
};
