// The use case "join": newcomers are registered and get their leaves in one commit; renewals move no head.
import type { CertificatesRequest, CertificatesResponse, Join, MeshLeaf, RelayEvent } from "#api/zone.ts";
import { leafIssuer } from "#control/authority/held-issuer.ts";
import { isListed, patchIssuers } from "#control/authority/issuer-book.ts";
import { draftOf } from "#control/draft/draft.ts";
import type { ProofUse, RelayCaller } from "#control/face/caller.ts";
import { proxiesLeft } from "#control/limit/quota.ts";
import { planEvent } from "#control/report/event.ts";
import { noteRefused, reachedNumber, refuseDisorder, refusedIn } from "#control/report/taken-events.ts";
import type { TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { trustOf } from "#control/view/view.ts";
import {
  actorOf,
  draftZone,
  isEmpty,
  lastEventOf,
  lifeOf,
  nodeName,
  stepOf,
  type ZoneDraft,
} from "#control/zone/draft.ts";
import { overLimit } from "#model/limit/over.ts";
import type { Resource } from "#model/resource.ts";
import { toBase32 } from "#trust/bytes.ts";
import { joinKindOf, planJoin } from "./join.ts";
import type { WantedLeaf } from "./join-kind.ts";
import { issueLeaf } from "./leaf-issue.ts";

type Answer = CertificatesResponse["answers"][number];

const OK = 200;

/**
 * One answer a join, in the order asked: a refused one stops no other. Other events of the relay are taken among them by
 * their numbers, as far as none is missing before. Throws ProofRepeated when the proof was used before; Fault `malformed`
 * for numbers that don't rise.
 */
export function joinProxies(
  tenant: Tenant,
  relay: RelayCaller,
  proof: ProofUse,
  { joins, events = [] }: CertificatesRequest,
): Promise<CertificatesResponse> {
  refuseDisorder(events);
  return onNewest(tenant, async (state) => {
    const draft = draftZone(state, relay);
    const last = lastEventOf(draft);
    const reached = reachedNumber(last, [
      ...joins.flatMap(({ event }) => event ?? []),
      ...events.map(({ number }) => number),
    ]);
    // A join that comes again is answered again, and begins a life that must end as it did.
    const due = events.filter(({ kind, number }) => number <= reached && (number > last || kind === "gone"));
    const answers = await answerInOrder(tenant, draft, joins, due);
    await commitJoins(tenant, state, draft, proof, reached > last ? reached : null);
    if (events.length === 0) return { answers };
    await noteRefused(tenant, draft, due);
    return { answers, lastEvent: reached, ...refusedIn(draft) };
  });
}

/** An event goes before the first join with a higher number. */
async function answerInOrder(
  tenant: Tenant,
  draft: ZoneDraft,
  joins: readonly Join[],
  events: readonly RelayEvent[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const seen = new Set<string>();
  let next = 0;
  const takeBelow = async (number: number): Promise<void> => {
    for (let event = events[next]; event !== undefined && event.number < number; event = events[++next])
      await planEvent(tenant, draft, event);
  };
  for (const join of joins) {
    await takeBelow(join.event ?? 0);
    const key = `${join.mesh}/${join.name}`;
    if (seen.has(key))
      answers.push({ registration: join.registration, refused: "name: it stands in this batch twice" });
    else answers.push(await answerJoin(tenant, draft, join));
    seen.add(key);
  }
  await takeBelow(Number.POSITIVE_INFINITY);
  return answers;
}

async function answerJoin(tenant: Tenant, draft: ZoneDraft, join: Join): Promise<Answer> {
  const { registration } = join;
  const full = await refusedByQuota(tenant, draft, join);
  if (full !== null) return { registration, refused: full };
  const before = {
    planned: new Map(draft.planned),
    lives: new Map(draft.lives),
    registrations: draft.registrations.length,
  };
  const outcome = await planJoin(tenant, draft, join);
  if ("refused" in outcome) return { registration, refused: outcome.refused };
  const leaves = await leavesFor(tenant, draft, join, outcome.proxy);
  if (!("refused" in leaves)) return { registration, ...leaves };
  undo(draft, before);
  return { registration, refused: leaves.refused };
}

/** Why one proxy more may not join; null = it may, or is no newcomer. What relays let in while they were cut off is never refused by number. */
async function refusedByQuota(tenant: Tenant, draft: ZoneDraft, { mesh, name }: Join): Promise<string | null> {
  if (mesh === "" || draftOf(draft, { type: "Dataplane", mesh, name }) !== null) return null;
  const tier = await tenant.tier();
  const planned = [...draft.planned.values()].filter(
    ({ key, before, after }) => key.type === "Dataplane" && before === null && after !== null,
  );
  const left = proxiesLeft(draft.state, planned.length, tier);
  if (left === null || left > 0) return null;
  const most = tier.limits.proxies ?? 0;
  return `quota: ${overLimit("proxies", { tier: tier.tier, most, used: most - left }).message}`;
}

type LeafAnswer = Omit<Extract<Answer, { readonly chain: unknown }>, "registration"> | { readonly refused: string };

const NONE = { chain: [], expiresAt: null };

/** An empty chain where the mesh has no mTLS, or no certificate was asked for; a zone's proxy has one by mesh. */
async function leavesFor(tenant: Tenant, draft: ZoneDraft, join: Join, proxy: Resource): Promise<LeafAnswer> {
  const wanted = joinKindOf(join).leaves(join, proxy);
  if (join.mesh !== "") return wanted[0] === undefined ? NONE : leafFor(tenant, draft, join, wanted[0]);
  if (wanted.length === 0) return NONE;
  const chains: Record<string, MeshLeaf> = {};
  // One mesh whose CA is broken keeps a zone's proxy from no other.
  for (const one of wanted) chains[one.mesh] = await leafFor(tenant, draft, join, one);
  return { ...NONE, chains };
}

async function leafFor(
  tenant: Tenant,
  draft: ZoneDraft,
  join: Join,
  { mesh, named, csr }: WantedLeaf,
): Promise<MeshLeaf> {
  const state = draft.state.meshes.get(mesh);
  if (state === undefined) return { refused: `mesh: mesh of name ${mesh} is not found` };
  const trust = await trustOf(state, tenant.vault);
  if (!trust.mtls.enabled) return NONE;
  const { zone } = draft.relay;
  const tokenId = lifeOf(draft, join.mesh, join.name)?.tokenId ?? null;
  const name = join.mesh === "" ? nodeName(join.name) : join.name;
  const { noun } = joinKindOf(join);
  const issuer = await leafIssuer(tenant, draft, mesh, trust);
  const order = { mesh, name, noun, named, zone, csr, tokenId };
  const leaf = await issueLeaf(order, issuer, trust.mtls.leafSeconds, tenant.deps);
  if ("refused" in leaf) return leaf;
  draft.certificates.push(leaf.row);
  return { chain: leaf.chain, expiresAt: leaf.expiresAt };
}

/** A join whose request for a certificate is refused is refused as a whole. */
function undo(
  draft: ZoneDraft,
  before: {
    readonly planned: ZoneDraft["planned"];
    readonly lives: ZoneDraft["lives"];
    readonly registrations: number;
  },
): void {
  draft.planned.clear();
  for (const [key, value] of before.planned) draft.planned.set(key, value);
  draft.lives.clear();
  for (const [key, value] of before.lives) draft.lives.set(key, value);
  draft.registrations.length = before.registrations;
}

/**
 * `number` is the event that the relay has come to, null where it is the one before: a lower event may still be on its way
 * in a report, and must not count as taken.
 */
async function commitJoins(
  tenant: Tenant,
  state: TenantState,
  draft: ZoneDraft,
  proof: ProofUse,
  number: number | null,
): Promise<void> {
  const step = stepOf(draft);
  const { certificates, relay } = draft;
  const issuers = { put: draft.issuers };
  const used = { ...proof, status: OK };
  const first = certificates.some(
    ({ mesh, name }) => name !== "" && state.meshes.get(mesh)?.certified.has(name) === false,
  );
  const spreads = draft.issuers.some(({ mesh }) => isListed(state.issuers, mesh));
  if (isEmpty(step) && number === null && !first && !spreads) {
    await tenant.store.record({ proof: used, certificates, issuers });
    patchIssuers(state.issuers, issuers);
    return;
  }
  await tenant.commit({
    // Not the proof's id: a repeat must meet the used proof, and not find the first commit as its own lost answer.
    writeId: toBase32(tenant.deps.chance(15)),
    kind: "step",
    actor: actorOf(relay),
    reason: "join",
    ...step,
    certificates,
    issuers,
    claims: draft.claims,
    proof: used,
    readSequence: state.heads.sequence,
    ...(number !== null && { events: [{ zone: relay.zone, relay: relay.relay, number }] }),
  });
}
