// Bodies of the graph of a mesh.
import * as z from "#model/lazy-zod.ts";
import { verdict } from "./access.ts";
import { proxyTally } from "./proxy-tally.ts";

const may = z.exactOptional;

/**
 * `mesh`: `default` unless given. `focus`: a service; `hops` 1 to 5 from it, one unless given. `group`: services of this group
 * alone, without a focus. `size`: services at the most, 1 to 500, 100 unless given. `edges`: edges at the most, 0 to 2000,
 * 2000 unless given.
 */
export const graphQuery = z.object(() => ({
  mesh: may(z.string()),
  focus: may(z.string()),
  hops: may(z.string()),
  group: may(z.string()),
  size: may(z.string()),
  edges: may(z.string()),
}));

const OUTCOMES = ["allowed", "denied", "open", "requests", "mixed", "none"] as const;

export const graph = z.object(() => ({
  mesh: z.string(),
  /** All that there are in the mesh. */
  total: z.object({ nodes: z.int(), edges: z.int() }),
  /** Without a focus those with the most neighbours, by name. */
  nodes: z.array(
    z.object({
      name: z.string(),
      /** `outside`: no proxy of the mesh offers it. */
      kind: z.enum(["service", "gateway", "outside"]),
      zones: z.array(z.string()),
      /** Where it is: `zone:<zone>`, `several` zones, `none`, or `outside` the mesh. */
      group: z.string(),
      proxies: proxyTally,
      /** How many services call it, and are called by it, those that are denied too. */
      callers: z.int(),
      calls: z.int(),
      /** How many of the callers are denied. */
      refused: z.int(),
      /** What whoever has no certificate of the mesh may do; null where there is no way. */
      strangers: z.nullable(z.enum(OUTCOMES)),
    }),
  ),
  /** By callee, then client. In a graph with more than 500 edges those to one service that are decided alike are one, from null. */
  edges: z.array(
    z.object({
      from: z.nullable(z.string()),
      to: z.string(),
      /** How many services it stands for. */
      clients: z.int(),
      verdict,
    }),
  ),
  /** The whole mesh by where services are, and how many calls between and within groups are decided how; empty around a focus. */
  groups: z.object({
    nodes: z.array(
      z.object({
        group: z.string(),
        services: z.int(),
        gateways: z.int(),
        /** Services of which not all proxies are online. */
        faulty: z.int(),
        proxies: proxyTally,
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string(), calls: z.partialRecord(z.enum(OUTCOMES), z.int()) })),
  }),
  /** How many more there would be by focus and hops, or in the group. */
  cut: z.object({ nodes: z.int(), edges: z.int() }),
}));
export type GraphBody = z.infer<typeof graph>;
