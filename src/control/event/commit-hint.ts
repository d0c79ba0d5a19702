// What a commit is told as: hints made of what it wrote, whichever use case made it. Pure.
import type { Hint } from "#api/event.ts";
import { isZoneProxyKind } from "#model/proxy-kind.ts";
import { meshOf } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { Commit, Committed, Write } from "#store/face/commit.ts";
import { someOf } from "./merge.ts";

const PLAN = "plan/";

/** The hints of a commit that has been made. */
export function hintsOfCommit(commit: Commit, { revision }: Pick<Committed, "revision">): readonly Hint[] {
  const { kind, writes, derived = [], statuses = [], dropMeshes = [], registrations = [], certificates = [] } = commit;
  const hints: Hint[] = [];
  if (kind === "revision") {
    const keys = [...writes.map(({ key }) => key), ...dropMeshes.map((name) => ({ type: "Mesh", mesh: "", name }))];
    const meshes = keys.map(meshOf);
    hints.push({ kind, revision, types: someOf(keys.map(({ type }) => type)), meshes: someOf(meshes) });
  }
  const isProxy = ({ key }: Write): boolean => key.type === "Dataplane" || isZoneProxyKind(key.type);
  const steps = kind === "step" ? writes : [];
  const byItself = [...steps.filter((one) => !isProxy(one)), ...derived, ...statuses].map(({ key }) => key);
  if (byItself.length > 0) {
    const types = someOf(byItself.map(({ type }) => type));
    hints.push({ kind: "resource", types, meshes: someOf(byItself.map(({ mesh }) => mesh)) });
  }
  const lives = registrations.map((one) => ("set" in one ? one.set : one.gone).mesh);
  const proxies = [...writes, ...derived].filter(isProxy).map(({ key }) => key.mesh);
  if (lives.length + proxies.length > 0)
    hints.push({ kind: "proxy", meshes: someOf([...lives, ...proxies]), ...zoneOf(commit) });
  if (certificates.length > 0)
    hints.push({ kind: "certificate", meshes: someOf(certificates.map(({ mesh }) => mesh)) });
  else if (commit.issuers !== undefined && Object.values(commit.issuers).some((list) => list.length > 0))
    hints.push({ kind: "certificate", meshes: null });
  if (commit.reach !== undefined) hints.push({ kind: "relay", zone: commit.reach.zone, relay: commit.reach.relay });
  if (commit.writeId.startsWith(PLAN)) hints.push({ kind: "plan", plan: commit.writeId.slice(PLAN.length) });
  return hints;
}

/** The one zone whose proxies it wrote; nothing where they are of several. */
function zoneOf({ writes, registrations = [] }: Commit): { readonly zone?: string } {
  const lives = registrations.flatMap((one) => ("set" in one ? [one.set.zone] : []));
  const labels = writes.flatMap(({ key, after }) =>
    key.type === "Dataplane" || isZoneProxyKind(key.type) ? [after?.labels[LABEL.zone] ?? ""] : [],
  );
  const zones = [...new Set([...lives, ...labels])].filter((zone) => zone !== "");
  return zones.length === 1 && zones[0] !== undefined ? { zone: zones[0] } : {};
}
