// The use case "delete an organisation": who may, what stands in the way, and how long it can be taken back.
import { deed } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller } from "#control/face/caller.ts";
import type { EndWanted } from "#control/face/writer.ts";
import { permit } from "#control/permission.ts";
import type { AuditAction } from "#model/audit/action.ts";
import type { AuditEntry } from "#model/audit/entry.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { Ending, Organisation } from "#store/face/organisation.ts";
import type { Store } from "#store/store.ts";

/** How long an organisation can be restored, in days. */
export const GRACE_DAYS = 7;
const DAY = 86_400_000;
/** Relays that a refusal names. */
const NAMED = 5;

const DELETE = "organisation.delete";
const RESTORE = "organisation.restore";

const TITLE = "Could not delete the organisation";

/** What an end reads and writes: the directory, and the one tenant. */
export interface EndDeps {
  readonly clock: ControlDeps["clock"];
  readonly store: Pick<Store, "directory" | "members" | "within">;
}

/** Fault `forbidden` unless the caller is an owner, or an admin of an organisation that has none. */
export async function permitEnd({ store }: { readonly store: Pick<Store, "members"> }, caller: Caller): Promise<void> {
  const all = await store.members.listMembers(caller.tenant);
  permit(caller, all.some(({ role }) => role === "owner") ? "delete-organisation" : "manage-members");
}

/** The organisation, once all is as it must be. Faults `forbidden`, `absent`, `invalid`, `conflict`. */
async function endable(deps: EndDeps, caller: Caller, { name, online, force }: EndWanted): Promise<Organisation> {
  await permitEnd(deps, caller);
  const organisation = await deps.store.directory.findOrganisation({ id: caller.tenant });
  if (organisation === null) throw new Fault("absent", "There is no such organisation", { title: TITLE });
  if (name !== organisation.name) throw invalid([{ field: "name", reason: `must be ${organisation.name}` }], TITLE);
  if (online.length === 0 || force || organisation.ending !== undefined) return organisation;
  const first = online.slice(0, NAMED).join(", ");
  const more = online.length > NAMED ? ` and ${online.length - NAMED} more` : "";
  const detail = `Relays are online: ${first}${more}. Stop them first, or force it: then they go on with what they have, and learn nothing new`;
  throw new Fault("conflict", detail, { title: TITLE });
}

/** Marks it, then closes its relays; told once in the log, however often it is asked for. */
export async function endOrganisation(deps: EndDeps, caller: Caller, wanted: EndWanted): Promise<Ending> {
  const { store, clock } = deps;
  const { id, name } = await endable(deps, caller, wanted);
  const now = clock();
  const purgeAt = new Date(wanted.now ? now : now + GRACE_DAYS * DAY).toISOString();
  await store.directory.endOrganisation(id, { at: new Date(now).toISOString(), by: caller.actor, purgeAt });
  const details = { online: wanted.online.length, purgeAt };
  const entry = deed(caller, now, DELETE, `organisation ${name}`, details);
  await store.within(id).closeRelays(true, (await isEndTold(deps, id)) ? [] : [entry]);
  const marked = await store.directory.findOrganisation({ id });
  if (marked?.ending === undefined) throw new Fault("unavailable", "Others restored it meanwhile", { retryAfter: 1 });
  return marked.ending;
}

/** Takes the mark back, then opens the relays. Faults `forbidden`, `stale`. */
export async function restoreOrganisation(deps: EndDeps, caller: Caller): Promise<void> {
  const { store, clock } = deps;
  await permitEnd(deps, caller);
  const now = clock();
  const before = await store.directory.findOrganisation({ id: caller.tenant });
  if (!(await store.directory.restoreOrganisation(caller.tenant, new Date(now).toISOString())))
    throw new Fault("stale", "It is too late: the organisation is being removed", { title: "Could not restore" });
  const entry = deed(caller, now, RESTORE, `organisation ${before?.name ?? ""}`);
  await store.within(caller.tenant).closeRelays(false, (await isEndTold(deps, caller.tenant)) ? [entry] : []);
}

/** What stopped between the two databases: relays stand, and the log tells, as the directory says. */
export async function alignEnd(deps: EndDeps, { id, name, ending }: Organisation): Promise<void> {
  const tenant = deps.store.within(id);
  const ended = ending !== undefined;
  const differ = (await tenant.zoneHeads()).some((head) => (head.closed === true) !== ended);
  // Of one that stands the log is not read: this runs after each commit on Workers.
  if (!ended && !differ) return;
  const isTold = (await isEndTold(deps, id)) === ended;
  if (isTold && !differ) return;
  const subject = `organisation ${name}`;
  const entry = ended
    ? deed({ actor: ending.by }, Date.parse(ending.at), DELETE, subject, { purgeAt: ending.purgeAt })
    : // Who restored it is not known any more: the mark is gone.
      deed({ actor: "control-plane" }, deps.clock(), RESTORE, subject);
  await tenant.closeRelays(ended, isTold ? [] : [entry]);
}

/** Whether the log says last that the organisation was deleted. Not by the directory's mark: that may stand and not be told yet. */
async function isEndTold({ store }: EndDeps, id: string): Promise<boolean> {
  const last = (action: AuditAction): Promise<readonly AuditEntry[]> =>
    store.within(id).audit({ action, newestFirst: true, size: 1 });
  const [[deleted], [restored]] = await Promise.all([last(DELETE), last(RESTORE)]);
  return (deleted?.number ?? 0) > (restored?.number ?? 0);
}
