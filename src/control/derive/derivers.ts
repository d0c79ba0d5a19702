// The table of derivers, in order: each sees what those before it have derived.
import type { Deriver } from "./deriver.ts";
import { generatedServices } from "./generated-services.ts";
import { virtualAddresses } from "./virtual-addresses.ts";

export const DERIVERS: readonly Deriver[] = [generatedServices, virtualAddresses];
