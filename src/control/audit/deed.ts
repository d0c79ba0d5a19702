// What a use case writes down of a deed: one function, so that all entries are alike.
import type { Caller } from "#control/face/caller.ts";
import type { AuditAction } from "#model/audit/action.ts";
import type { AuditDraft } from "#model/audit/entry.ts";
import type { JsonObject } from "#model/json.ts";
import { keyText, type ResourceKey } from "#model/resource.ts";
import type { Commit } from "#store/face/commit.ts";

/** An entry for the store to append. `details` hold no secret. `now` in milliseconds since 1970. */
export function deed(
  { actor, reason = "" }: Pick<Caller, "actor" | "reason">,
  now: number,
  action: AuditAction,
  subject: string,
  details: JsonObject = {},
): AuditDraft {
  return {
    time: new Date(now).toISOString(),
    actor,
    token: tokenOf(actor),
    action,
    subject,
    details: reason === "" ? details : { ...details, reason },
  };
}

/** The id of the API token that an actor is; null where it is none. */
export function tokenOf(actor: string): string | null {
  return actor.startsWith("token:") ? actor.slice("token:".length) : null;
}

/** Who made a token, as its row tells it: the id of a token, or `user:<id>`; null for what is neither. */
export function makerOf(actor: string): string | null {
  return tokenOf(actor) ?? (actor.startsWith("user:") ? actor : null);
}

/** A revision's entry: its reason, and each resource with what became of it. `stands` tells what was there before. */
export function changeDeed(
  { actor, reason, writes, dropMeshes = [] }: Commit,
  now: number,
  stands: (key: ResourceKey) => boolean,
): AuditDraft {
  const resources = writes.map(({ key, after }) => ({
    change: after === null ? "deleted" : stands(key) ? "updated" : "created",
    mesh: key.mesh,
    name: key.name,
    type: key.type,
  }));
  const dropped = dropMeshes.map((name) => ({ change: "deleted", mesh: "", name, type: "Mesh" }));
  const all = [
    ...resources,
    ...dropped.filter(({ name }) => !resources.some((one) => one.type === "Mesh" && one.name === name)),
  ];
  return deed({ actor }, now, "resources.change", subjectOf(all), { reason, resources: all });
}

/** `MeshTimeout default/slow`, or the first of several and how many more there are. */
export function subjectOf([first, ...more]: readonly ResourceKey[]): string {
  if (first === undefined) return "";
  return more.length === 0 ? nameOf(first) : `${nameOf(first)} and ${more.length} more`;
}

function nameOf(key: ResourceKey): string {
  return key.mesh === "" ? `${key.type} ${key.name}` : keyText(key).replace("/", " ");
}
