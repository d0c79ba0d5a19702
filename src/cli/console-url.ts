// Where a control plane's console is, and its page of a plan.
import type { Target } from "./context.ts";

/** The console's address; on this machine by a name, for browsers keep passkeys for names alone. */
export function consoleUrl(controlPlane: string): string {
  const url = new URL("/console/", controlPlane);
  if (url.hostname === "127.0.0.1") url.hostname = "localhost";
  return url.href;
}

/** The page of a plan, to be sent to who is to look at it. */
export function planUrl(
  { controlPlane, organisation }: Pick<Target, "controlPlane" | "organisation">,
  id: string,
): string {
  return `${consoleUrl(controlPlane)}o/${encodeURIComponent(organisation)}/plans/${encodeURIComponent(id)}`;
}
