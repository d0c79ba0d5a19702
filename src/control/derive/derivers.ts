// The table of derivers, in order: each sees what those before it have derived.
import type { Deriver } from "./deriver.ts";
import { generatedServices } from "./generated-services.ts";
import { hostnameStatus } from "./hostname-status.ts";
import { multiZoneStatus } from "./multi-zone-status.ts";
import { serviceStatus } from "./service-status.ts";
import { virtualAddresses } from "./virtual-addresses.ts";

export const DERIVERS: readonly Deriver[] = [
  generatedServices,
  serviceStatus,
  multiZoneStatus,
  hostnameStatus,
  virtualAddresses,
];
