// A revision in a few words: what it changed, and who made it.
import type { RevisionBody } from "#api/history.ts";
import type { Say } from "#console/text/say.ts";

/** `MeshTimeout slow` for one resource, their number for several. */
export function summaryOf({ changes }: Pick<RevisionBody, "changes">, say: Say): string {
  const [first] = changes;
  if (first === undefined) return say("revision.nothing");
  const deed = first.before === null ? "created" : first.after === null ? "deleted" : "updated";
  const what = first.mesh === "" ? `${first.type} ${first.name}` : `${first.type} ${first.mesh}/${first.name}`;
  const one = say(`revision.${deed}`, { what });
  return changes.length === 1 ? one : say("revision.more", { one, rest: changes.length - 1 });
}

/** A token by its name; a person or Weft itself by what it is called. */
export function actorOf({ actor, token, user }: Pick<RevisionBody, "actor" | "token" | "user">): string {
  return user?.name ?? token?.name ?? actor.replace(/^(user|token|system):/, "");
}
