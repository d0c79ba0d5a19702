// The first steps of an organisation, and which of them are done: told by what stands at the control plane, however it was done.
import type { WireAccess } from "#api/access.ts";
import type { JoinsBody } from "#api/join.ts";
import type { ProxyPageBody } from "#api/proxy-list.ts";
import type { RelayBody } from "#api/weft.ts";

export const STEPS = ["organisation", "mesh", "zone", "proxy", "permission", "request"] as const;
export type Step = (typeof STEPS)[number];
/** `next`: the first that is not done. */
export type StepState = "done" | "next" | "later";

type Proxy = ProxyPageBody["items"][number];
type Call = JoinsBody["calls"][number];
type Refused = JoinsBody["refused"][number];
type Enrolment = JoinsBody["items"][number];

/** What the control plane says; of one mesh, where there is one. */
export interface FirstFacts {
  readonly mesh: string | null;
  readonly relays: readonly Pick<RelayBody, "id" | "zone" | "online" | "address">[];
  readonly joins: JoinsBody;
  readonly proxies: readonly Pick<Proxy, "name" | "state" | "relay" | "zone" | "refuses">[];
  readonly access: readonly WireAccess[];
}

/** Outcomes with which calls get through, at least some. */
const OPEN: ReadonlySet<string> = new Set(["allowed", "open", "requests", "mixed"]);

/** Pairs of services that call each other; who has no certificate is nobody's service. */
export function pairsOf(access: readonly WireAccess[]): {
  readonly allowed: readonly WireAccess[];
  readonly denied: readonly WireAccess[];
} {
  const pairs = access.filter(({ from }) => from !== "*");
  return {
    allowed: pairs.filter(({ verdict }) => OPEN.has(verdict.outcome)),
    denied: pairs.filter(({ verdict }) => verdict.outcome === "denied"),
  };
}

/** A proxy whose Envoy has taken its config: it is there, refuses nothing, and an Envoy of its relay has ACKed. */
export function readyProxies({ proxies, joins }: Pick<FirstFacts, "proxies" | "joins">): readonly string[] {
  const taken = new Set(joins.items.flatMap(({ relay, steps }) => (steps.configTaken === null ? [] : [relay])));
  return proxies
    .filter(({ state, relay, refuses }) => state === "online" && refuses === null && taken.has(relay))
    .map(({ name }) => name);
}

/** What was seen of calls in the mesh: who sent one that was answered, and whether one has come through. */
export function seenCalls(
  { joins }: Pick<FirstFacts, "joins">,
  mesh: string | null,
): { readonly sent: Call | undefined; readonly received: Call | undefined; readonly failed: Call | undefined } {
  const calls = joins.calls.filter((one) => one.mesh === mesh);
  const first = (...ways: readonly Call["way"][]) => calls.find(({ way }) => ways.includes(way));
  return { sent: first("sent"), received: first("received"), failed: first("failed", "broken") };
}

/** Each step's state. */
export function stepsOf(facts: FirstFacts): Readonly<Record<Step, StepState>> {
  const { sent, received } = seenCalls(facts, facts.mesh);
  const done: Readonly<Record<Step, boolean>> = {
    organisation: true,
    mesh: facts.mesh !== null,
    // One that does not say where it listens serves nobody yet.
    zone: facts.relays.some(({ online, address }) => online && address !== ""),
    proxy: readyProxies(facts).length > 0,
    permission: pairsOf(facts.access).allowed.length > 0,
    request: sent !== undefined && received !== undefined,
  };
  const next = STEPS.find((step) => !done[step]);
  const states = STEPS.map((step) => [step, done[step] ? "done" : step === next ? "next" : "later"] as const);
  return Object.fromEntries(states) as Record<Step, StepState>;
}

/** How long a refusal is told of; milliseconds. */
const LATELY = 3_600_000;

/** Attempts that were refused lately, and after which none has been admitted. */
export function refusalsOf(what: Refused["what"], facts: FirstFacts, now: number): Refused[] {
  const last = Math.max(0, ...facts.joins.items.map(({ steps }) => Date.parse(steps.relayConnected ?? "") || 0));
  return facts.joins.refused.filter(
    (one) =>
      one.what === what &&
      now - Date.parse(one.lastAt) < LATELY &&
      (what === "relay"
        ? Date.parse(one.lastAt) > last
        : one.mesh === facts.mesh && !readyProxies(facts).includes(one.name ?? "")),
  );
}

/** The newest enrolment, where its relay was admitted and has never said where it listens: its own output says why. */
export function admittedOnly({ joins, relays }: Pick<FirstFacts, "joins" | "relays">): Enrolment | undefined {
  const [newest] = joins.items;
  if (newest === undefined || newest.steps.tokenUsed === null) return undefined;
  const relay = relays.find(({ id, zone }) => id === newest.relay && zone === newest.zone);
  return relay === undefined || (relay.address === "" && !relay.online) ? newest : undefined;
}
