// Sizes: what fits into a row and into a bound parameter of the narrowest engine (D1: 2,000,000 bytes each).
import { Fault } from "#model/fault.ts";
import { LIMITS, type LimitName } from "#model/limit/limit.ts";
import { keyText, type ResourceKey } from "#model/resource.ts";

/** Labels, spec and status of one resource as UTF-8 JSON. A history row holds two of them, and a quoted one at most doubles. */
export const RESOURCE_BYTES = LIMITS["resource-bytes"].most.free;
/** One blob or manifest. */
export const BLOB_BYTES = 1_900_000;
/** One bound parameter. */
const PARAMETER_BYTES = 1_900_000;

const encoder = new TextEncoder();

/** Length of the text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** JSON arrays that together hold all items in order, each short enough for one bound parameter. */
export function packJson(items: readonly unknown[]): string[] {
  const packs: string[] = [];
  let open: string[] = [];
  let size = 2;
  for (const item of items) {
    const text = JSON.stringify(item);
    const bytes = byteLength(text) + 1;
    if (open.length > 0 && size + bytes > PARAMETER_BYTES) {
      packs.push(`[${open.join(",")}]`);
      open = [];
      size = 2;
    }
    open.push(text);
    size += bytes;
  }
  if (open.length > 0) packs.push(`[${open.join(",")}]`);
  return packs;
}

/** Fault `too-large` that names every resource above the limit. */
export function checkResourceSizes(
  sizes: readonly { readonly key: ResourceKey; readonly texts: readonly string[] }[],
): void {
  const violations = sizes.flatMap(({ key, texts }) => {
    const bytes = texts.reduce((sum, text) => sum + byteLength(text), 0);
    return bytes <= RESOURCE_BYTES
      ? []
      : [{ field: "spec", reason: `${keyText(key)} takes ${bytes} bytes; at most ${RESOURCE_BYTES} are stored` }];
  });
  if (violations.length === 0) return;
  const limit = { name: "resource-bytes" satisfies LimitName, most: RESOURCE_BYTES };
  throw new Fault("too-large", violations.map(({ reason }) => reason).join("; "), { violations, limit });
}
