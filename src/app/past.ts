// The past as answers show it: what was secret then is withheld now, whatever the scopes are.
import type { DifferenceBody, RevisionBody } from "#api/history.ts";
import { sameContent } from "#control/draft/draft.ts";
import { withoutSecrets } from "#control/secret/inline-key.ts";
import type { Json } from "#model/json.ts";
import { jsonDiff } from "#model/json-diff.ts";
import { kindOfType } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { toWire } from "#model/wire.ts";
import type { RevisionRecord } from "#store/face/history.ts";
import { may } from "#trust/scope.ts";
import type { ApiCall } from "./call.ts";

const PLAIN = { secret: false, readOnly: false };

/** Members of an answer that no user writes. */
const COMPUTED: ReadonlySet<string> = new Set(["creationTime", "modificationTime", "kri", "status"]);

/** Whether the caller may see resources of the type; of kinds that are there no more, whether it may read at all. */
export function mayRead({ caller }: ApiCall, type: string): boolean {
  return may(caller.scopes, "read", kindOfType(type) ?? PLAIN);
}

/** What stood there; null = nothing. */
export function pastBody(resource: Resource | null): RevisionBody["changes"][number]["before"] {
  if (resource === null) return null;
  const { type, mesh, name, labels, spec } = resource;
  // A kind that is there no more is shown as it was stored.
  if (kindOfType(type) === undefined) return { type, mesh, name, labels, spec };
  return toWire(withoutSecrets(resource)) as { type: string; name: string };
}

/** How a resource differs; null where it does not. */
export function differenceOf(
  before: Resource | null,
  after: Resource | null,
): Omit<DifferenceBody, keyof ResourceKey> | null {
  if (before === null && after === null) return null;
  if (before !== null && after !== null && sameContent(before, after)) return null;
  const [old, now] = [pastBody(before), pastBody(after)];
  const patch = old === null || now === null ? [] : jsonDiff(contentOf(old), contentOf(now));
  return {
    change: before === null ? "created" : after === null ? "deleted" : "updated",
    before: old,
    after: now,
    patch: [...patch],
    ...(isWithheld(before, after) && { withheld: true }),
  };
}

/** Whether they differ in what no answer shows. */
function isWithheld(before: Resource | null, after: Resource | null): boolean {
  if (before === null || after === null) return kindOfType((before ?? after)?.type ?? "")?.secret === true;
  const spec = (one: Resource): string => JSON.stringify(one.spec);
  return spec(before) !== spec(after) && spec(withoutSecrets(before)) === spec(withoutSecrets(after));
}

/** The revision with the changes that the caller may see. */
export function revisionBody(call: ApiCall, { changes, ...record }: RevisionRecord): RevisionBody {
  const seen = changes.filter(({ key }) => mayRead(call, key.type));
  return {
    ...record,
    changes: seen.map(({ key, before, after }) => ({ ...key, before: pastBody(before), after: pastBody(after) })),
  };
}

function contentOf(body: object): Json {
  return Object.fromEntries(Object.entries(body).filter(([member]) => !COMPUTED.has(member))) as Json;
}
