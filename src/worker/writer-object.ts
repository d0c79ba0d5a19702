// The Durable Object of an organisation's writer. Whoever asks for it first has it made: so all ask here, and it is made beside its database.
import type { Store } from "#store/store.ts";
import type { ApiEnvironment } from "./environment.ts";

/** In an object of its own: a stub that is awaited itself would be asked for a method `then`. */
export type WriterOf = (tenant: string) => Promise<{ readonly object: ReturnType<ApiEnvironment["WRITER"]["get"]> }>;

/** Of any tenant. */
export function openWriterOf(
  { WRITER, WRITER_LOCATION }: Pick<ApiEnvironment, "WRITER" | "WRITER_LOCATION">,
  { places }: Pick<Store, "places">,
): WriterOf {
  return async (tenant) => {
    const hint = locationOf(await places.regionOf(tenant)) ?? WRITER_LOCATION;
    return { object: WRITER.get(WRITER.idFromName(tenant), hint === undefined ? {} : { locationHint: hint }) };
  };
}

/** Where Durable Objects can be made. */
const LOCATIONS: readonly string[] = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"];

/** The region of a database, where it is the platform's. An object stays where it was made: the hint counts the first time. */
function locationOf(region: string | null): DurableObjectLocationHint | undefined {
  return region !== null && LOCATIONS.includes(region) ? (region as DurableObjectLocationHint) : undefined;
}
