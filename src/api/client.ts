// The client of the whole route table.
import { type Client, type ClientOptions, createCaller } from "./caller.ts";
import { ROUTES } from "./routes.ts";

/** A client of one control plane. */
export function createClient(options: ClientOptions): Client {
  return createCaller(ROUTES, options);
}
