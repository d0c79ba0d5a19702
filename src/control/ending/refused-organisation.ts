// What is refused in an organisation that is to be deleted.
import { Fault } from "#model/fault.ts";
import type { Organisation } from "#store/face/organisation.ts";

/** Fault `forbidden` where it is to be deleted; it says until when an owner can take that back. */
export function refuseEnding(found: Pick<Organisation, "name" | "ending"> | null): void {
  if (found?.ending === undefined) return;
  const { name, ending } = found;
  const detail = `The organisation ${name} was deleted at ${ending.at}; an owner can restore it until ${ending.purgeAt}`;
  throw new Fault("forbidden", detail, { title: "The organisation has been deleted" });
}
