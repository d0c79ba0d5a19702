// Services beside those of a zone, for properties; named as outbounds, items and the cases' backendRefs name them.
import fc from "fast-check";
import { stored } from "./stored.ts";

const name = fc.constantFrom("a", "b", "c", "api", "backend", "docs", "stores");
const port = fc.constantFrom(80, 81);

/** A service outside the mesh. */
export const externalService = fc
  .record({ name, port, protocol: fc.constantFrom("tcp", "http") })
  .map(({ name: own, port: number, protocol }) =>
    stored({
      type: "MeshExternalService",
      mesh: "default",
      name: own,
      spec: {
        match: { type: "HostnameGenerator", port: number, protocol },
        endpoints: [{ address: "example.com", port: 443 }],
      },
    }),
  );
/** A service of all zones. */
export const multiZoneService = fc
  .record({ name, port, labels: fc.constantFrom({ team: "a" }, { "kuma.io/display-name": "a" }) })
  .map(({ name: own, port: number, labels: matchLabels }) =>
    stored({
      type: "MeshMultiZoneService",
      mesh: "default",
      name: own,
      spec: { selector: { meshService: { matchLabels } }, ports: [{ port: number, appProtocol: "http" }] },
    }),
  );
