// Whether what was given to sign in with is wrong.
import { Fault } from "#model/fault.ts";

export function isRefused(error: Error | null): boolean {
  return error instanceof Fault && error.code === "unauthenticated";
}
