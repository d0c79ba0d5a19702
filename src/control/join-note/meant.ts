// A relay that was started for another organisation or zone than its token is for: refused while the token is unused.
import type { EnrolRequest, Meant } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import type { Violation } from "#model/violation.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { Store } from "#store/store.ts";
import type { JoinBook } from "./book.ts";
import { findEnrolment } from "./enrolment-token.ts";

/** An enrolment token whose secret has been seen to be the right one. */
type Row = Pick<CredentialRow, "id"> & { readonly zone: string };

/** Before a tenant's writer is asked. Faults `unauthenticated`, `forbidden`; what is refused is noted where somebody waits for it. */
export async function proveEnrolment(
  store: Pick<Store, "directory" | "within">,
  joins: JoinBook,
  tenant: string,
  { token, meant }: EnrolRequest,
): Promise<void> {
  const row = await findEnrolment(store, tenant, token, (note) => joins.note(store.within(tenant), note));
  await refuseElsewhere(store, joins, { tenant, row, meant });
}

/**
 * Fault `forbidden`, which says both what was meant and what the token is for: who has the token may know. It is noted where it was
 * meant to be, as that is where somebody waits for the relay.
 */
async function refuseElsewhere(
  store: Pick<Store, "directory" | "within">,
  joins: JoinBook,
  { tenant, row, meant = {} }: { readonly tenant: string; readonly row: Row; readonly meant?: Meant | undefined },
): Promise<void> {
  const own = await store.directory.findOrganisation({ id: tenant });
  const violations: Violation[] = [];
  const { organisation = own?.name ?? "", zone = row.zone } = meant;
  const isOther = organisation !== own?.name;
  if (isOther)
    violations.push({
      field: "meant.organisation",
      reason: `the relay is started for organisation ${organisation}, and its token is of organisation ${own?.name ?? ""}`,
    });
  if (zone !== row.zone)
    violations.push({
      field: "meant.zone",
      reason: `the relay is started for zone ${zone}, and its token is for zone ${row.zone}`,
    });
  if (violations.length === 0) return;
  const waiting = isOther ? await store.directory.findOrganisation({ name: organisation }) : own;
  if (waiting !== null) {
    const there = store.within(waiting.id);
    const isKnown = (await there.get({ type: "Zone", mesh: "", name: zone })) !== null;
    const what = isOther
      ? ({ subject: "", code: "token-elsewhere" } as const)
      : ({ subject: row.id, code: "zone-elsewhere" } as const);
    // Nothing of what a stranger sends is kept.
    await joins.note(there, { ...what, zone: isKnown ? zone : "" });
  }
  const detail =
    "The enrolment token is for something else than the relay was started for; it stays unused. " +
    `Take the whole command where organisation ${organisation} shows it, or make one: weft zone create ${zone}`;
  throw new Fault("forbidden", detail, { title: "The relay is not enrolled", violations });
}
