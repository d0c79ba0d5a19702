// The one line that says which Weft this is, which Kuma's API it speaks, and what it is tested with.
import { KUMA_VERSION } from "#api/kuma-version.ts";
import { ENVOY_VERSION } from "./envoy/release.ts";
import { VERSION } from "./version.ts";

export const VERSION_LINE = `weft ${VERSION} (Kuma ${KUMA_VERSION}'s API, tested with Envoy ${ENVOY_VERSION}, on Node ${process.versions.node})`;
