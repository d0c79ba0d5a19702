// How groups, services and bundles of calls are called.
import type { Say } from "#console/text/say.ts";
import type { GraphNode, Outcome } from "./scene.ts";

const ZONE = "zone:";

/** A zone's own name; the others in the reader's language. */
export function groupText(group: string, say: Say): string {
  if (group.startsWith(ZONE)) return group.slice(ZONE.length);
  return say(`topology.group.${group === "several" || group === "none" ? group : "outside"}`);
}

/** `12 allowed, 3 denied`. */
export function callsText(calls: Readonly<Partial<Record<Outcome, number>>>, say: Say): string {
  return Object.entries(calls)
    .map(([outcome, count]) => say("topology.calls.some", { count, outcome: say(`access.${outcome as Outcome}`) }))
    .join(say("topology.and"));
}

/** How many of its proxies are online; of what is outside, that it is. */
export function healthText({ kind, proxies }: GraphNode, say: Say): string {
  if (kind === "outside") return say("service.outside");
  return say("topology.health", { online: proxies.online, total: proxies.total });
}

/** What a service's looks tell, for those who listen. */
export function nodeText(node: GraphNode, say: Say): string {
  const { kind, group, callers, calls, refused } = node;
  return say("topology.node", {
    ...{ kind: say(`topology.kind.${kind}`), group: groupText(group, say) },
    ...{ callers, calls, refused },
  });
}
