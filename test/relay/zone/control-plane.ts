// A control plane at the HTTP border: real signatures, real compiles, real certificates; only its store is a few maps.
import { randomBytes, randomUUID } from "node:crypto";
import { livesDigest } from "#api/lives.ts";
import {
  type CertificatesRequest,
  type Envelope,
  type Join,
  NONCE_HEADER,
  PROOF_HEADER,
  type PublicJwk,
  type Reach,
  type RefusedJoin,
  type RelayEvent,
  type ReportRequest,
  type ZoneIssuing,
} from "#api/zone.ts";
import { COMPILER_VERSION, compile } from "#compile/compile.ts";
import { freeze } from "#model/freeze.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { dataplane as dataplaneKind } from "#model/row/kind.ts";
import { Sealed } from "#model/sealed.ts";
import { leafUris, tagValues } from "#model/spiffe.ts";
import type { View } from "#model/view.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import { fromWire } from "#model/wire.ts";
import { digest } from "#relay/digest.ts";
import { blobsIn, diffSnapshots } from "#snapshot/delta.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { createRoot } from "#trust/authority.ts";
import { fromBase64, toBase64Url, toPem } from "#trust/bytes.ts";
import { parseCsr } from "#trust/csr.ts";
import { createTokenKey, issueDataplaneToken, tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";
import { digestBytes } from "#trust/digest.ts";
import { signEnvelope } from "#trust/envelope.ts";
import { signIntermediate } from "#trust/intermediate.ts";
import { loadIssuer } from "#trust/issuer.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";
import { createNonce, importNonceKey, isFreshNonce } from "#trust/nonce.ts";
import { readProofSigner, verifyProof } from "#trust/proof.ts";

export const ZONE = "east";
const TENANT = "acme2acme2ac";
const CONTROL_PLANE = "cp-1";
export const URL_OF_PLANE = "https://plane.test";

export interface FakePlane {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** While true, calls fail as an unreachable host does. */
  down: boolean;
  epoch: number;
  sequence: number;
  /** Calls by path, in order. */
  readonly calls: string[];
  readonly reports: ReportRequest[];
  readonly joins: Join[];
  /** As they came, by both calls, repeats too; joins that are answered are none of them. */
  readonly events: RelayEvent[];
  /** Answers every join with this reason. */
  refuse: string | null;
  /** Changes what the snapshot answer says before it is sent. */
  tamper:
    | ((body: { envelope: string; sections: Record<string, unknown>; blobs: Record<string, string> }) => void)
    | null;
  enrolmentToken: Sealed;
  /** The snapshot as it stands. */
  snapshot(): Snapshot;
  view(): View;
  put(name: string, wire: object): void;
  remove(name: string): void;
  revoke(jti: string): void;
  /** A bare JWS envelope signed by another key; or, for a zone that is named, by the right one. */
  forge(zone?: string): Promise<string>;
  token(name: string, change?: { jti?: string; tags?: Record<string, string[]>; mesh?: string }): Promise<Sealed>;
  /** Of the first relay. */
  readonly lastEvent: number;
  /** Relays that cannot reach it; they enrol by the tokens `…s-2`, `…s-3`. */
  readonly isDownFor: Set<string>;
  /** Revokes a relay. */
  dismiss(relay: string): void;
  /** What envelopes say of the zone's own issuers. */
  zoneIssuer: ZoneIssuing;
  /** Requests for issuers, in order. */
  readonly issuerCsrs: string[];
  /** Requests for issuers that are refused. */
  readonly refuseKeys: Set<string>;
  /** PEM of the mesh's CA. */
  root: string;
  /** Another CA signs, and the bundle is it alone. */
  changeRoot(): Promise<void>;
  /** Tag keys that each issuer was given, in order; by then nothing keeps its answer from the relay. */
  readonly issued: (readonly string[])[];
  /** Calls that were tried, whether or not it was down. */
  attempts: number;
  /** Which inbounds of a dataplane the control plane takes for ready. */
  ready(name: string): readonly boolean[];
  /** Numbers of events in the order in which they came, by both calls. */
  readonly numbers: number[];
  /** Awaited before a call of this path is answered, and after it was carried out. */
  readonly before: Map<string, () => Promise<unknown>>;
  readonly after: Map<string, (body: unknown) => Promise<unknown>>;
}

export interface PlaneOptions {
  readonly mtls?: boolean;
  readonly leafSeconds?: number;
  readonly clock?: () => number;
  /** What names have been given; none are unless given. */
  readonly addresses?: readonly VirtualAddress[];
}

/** A mesh `default` without dataplanes. */
export async function createPlane({
  mtls = true,
  leafSeconds = 86_400,
  clock = Date.now,
  addresses,
}: PlaneOptions = {}): Promise<FakePlane> {
  const chance = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const envelopeKey = await createKey("sign", "envelope-1");
  const signer = { kid: "envelope-1", key: await importPrivateKey("sign", envelopeKey.privateKey) };
  const strangerKey = await importPrivateKey("sign", (await createKey("sign", "envelope-1")).privateKey);
  const nonceKey = await importNonceKey(new Sealed<Uint8Array>(chance(32)));
  const tokenKey = await createTokenKey("1");
  const tokenSigner = { kid: "1", key: await importPrivateKey("token", tokenKey.privateKey) };
  let root = await createRoot({ mesh: "default", backend: "ca-1", clock, chance });
  let issuer = await loadIssuer([root.certificatePem], root.privateKey);
  const relays = new Map<string, { readonly signingKey: PublicJwk; reach?: Reach; lastEvent: number }>();
  const callerOf = (request: Request): string => readProofSigner(request.headers.get(PROOF_HEADER) ?? "")?.relay ?? "";
  const lastOf = (relay: string): number => relays.get(relay)?.lastEvent ?? 0;
  const cover = (relay: string, number: number): void => {
    const row = relays.get(relay);
    if (row !== undefined) row.lastEvent = number;
  };
  const proofs = new Set<string>();
  const revoked: string[] = [];
  const dataplanes = new Map<string, Resource<DataplaneSpec>>();
  const lives = new Map<string, string>();
  /** When each current life began, and at which relay. */
  const since = new Map<string, { readonly at: number; readonly relay: string }>();
  const begin = ({ name, age = 0 }: Join, relay: string): void => void since.set(name, { at: clock() - age, relay });
  const isOutlived = ({ name, registration, age }: Join, relay: string): boolean => {
    const life = since.get(name);
    if (age === undefined || life === undefined || life.relay === relay || !dataplanes.has(name)) return false;
    return lives.get(name) !== registration && life.at > clock() - age;
  };
  const snapshots = new Map<string, Snapshot>();
  const waiting = new Set<() => void>();
  let isDown = false;
  const mesh = freeze({
    type: "Mesh",
    mesh: "",
    name: "default",
    labels: {},
    creationTime: "",
    modificationTime: "",
    spec: mtls
      ? { mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin", mode: "STRICT" }] } }
      : {},
  }) as Resource<SpecOf<"Mesh">>;
  let current = build();

  function view(): View {
    const Dataplane = [...dataplanes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const whole: View = { mesh, resources: { Dataplane }, bundle: mtls ? [root.certificatePem] : [], departed: [] };
    return addresses === undefined ? whole : { ...whole, addresses };
  }
  function build(): Snapshot {
    const { snapshot } = compile({ zone: ZONE, views: [view()] }, digest);
    snapshots.set(snapshot.version, snapshot);
    return snapshot;
  }
  function step(): void {
    current = build();
    plane.sequence++;
    for (const wake of [...waiting]) wake();
  }
  function envelope(): Envelope {
    return {
      format: 1,
      controlPlane: CONTROL_PLANE,
      tenant: TENANT,
      zone: ZONE,
      epoch: plane.epoch,
      sequence: plane.sequence,
      revision: 1,
      version: current.version,
      previous: "",
      compiler: COMPILER_VERSION,
      relays: [...relays].map(([id, { signingKey, lastEvent, reach }]) => ({
        ...{ id, signingKey, lastEvent, ...reach },
        lives: livesDigest(livesAt(id).map(({ registration }) => registration)),
      })),
      meshes: [
        {
          name: "default",
          tokenKeys: [tokenKey.publicJwk],
          revokedTokens: [...revoked],
          bundle: view().bundle,
          mtls: { enabled: mtls, leafSeconds, zoneIssuer: plane.zoneIssuer },
        },
      ],
    };
  }
  function livesAt(relay: string): readonly { mesh: string; name: string; registration: string }[] {
    return [...lives].flatMap(([name, registration]) =>
      since.get(name)?.relay === relay && dataplanes.has(name) ? [{ mesh: "default", name, registration }] : [],
    );
  }
  function read(name: string, wire: unknown): Resource<DataplaneSpec> {
    const result = fromWire(dataplaneKind, wire, { mesh: "default", name });
    if (result.violations !== undefined) throw new TypeError(JSON.stringify(result.violations));
    return freeze({ ...result.resource, spec: withZoneTag(result.resource.spec, ZONE) });
  }
  function setHealth({ name, ready }: Extract<RelayEvent, { kind: "health" }>): void {
    const resource = dataplanes.get(name);
    const { networking } = resource?.spec ?? {};
    if (resource === undefined || networking?.inbound === undefined) return;
    const inbound = networking.inbound.map(({ state: _, health: __, ...one }, index) =>
      ready[index] === true ? one : { ...one, health: { ready: false }, state: "NotReady" as const },
    );
    dataplanes.set(name, freeze({ ...resource, spec: { ...resource.spec, networking: { ...networking, inbound } } }));
  }
  const keys = {
    keyOf: (name: string, kid: string) => (name === "default" && kid === "1" ? tokenKey.publicJwk : undefined),
    isRevoked: (_: string, jti: string) => revoked.includes(jti),
  };

  async function answerJoin(join: Join, relay: string): Promise<object> {
    const { registration, name } = join;
    plane.joins.push(join);
    if (plane.refuse !== null) return { registration, refused: plane.refuse };
    if (isOutlived(join, relay)) return { registration, refused: "it has joined at another relay since" };
    if (join.dataplane !== undefined) {
      begin(join, relay);
      const claims = await verifyDataplaneToken(join.token ?? "", keys, clock);
      if (!claims.ok) return { registration, refused: claims.reason };
      const resource = read(name, join.dataplane);
      const bearer = { mesh: "default", name, labels: {}, dataplane: { networking: resource.spec.networking ?? {} } };
      if (tokenViolations(claims.claims, bearer).length > 0) return { registration, refused: "token" };
      dataplanes.set(name, resource);
      lives.set(name, registration);
    } else if (lives.get(name) !== registration) return { registration, refused: "not the current registration" };
    const known = dataplanes.get(name);
    if (known === undefined) return { registration, refused: "not registered" };
    if (join.csr === undefined) return { registration, chain: [], expiresAt: null };
    const csr = await parseCsr(fromBase64(join.csr) ?? new Uint8Array());
    if (!csr.ok) return { registration, refused: csr.reason };
    const now = clock();
    const leaf = await signLeaf({
      issuer,
      publicKey: csr.publicKey,
      uris: leafUris("default", { networking: known.spec.networking ?? {} }),
      notBefore: now - 10_000,
      notAfter: now + leafSeconds * 1000,
      serial: createSerial(chance(16)),
    });
    return { registration, chain: [toPem("CERTIFICATE", leaf.der)], expiresAt: new Date(leaf.notAfter).toISOString() };
  }

  const routes: Readonly<
    Record<string, (body: never, request: Request, signal?: AbortSignal | null) => Promise<unknown>>
  > = {
    "GET /v1/zone/snapshot": async (_, request, signal) => {
      const base = /^"([^:"]*):(\d+)\.(\d+)"$/.exec(request.headers.get("if-none-match") ?? "");
      const isNews = (): boolean =>
        base === null ||
        base[1] !== current.version ||
        Number(base[2]) !== plane.epoch ||
        Number(base[3]) !== plane.sequence;
      const held = /wait=(\d+)/.exec(request.headers.get("prefer") ?? "")?.[1];
      if (!isNews() && held !== undefined)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, Number(held) * 1000);
          function done(): void {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
          signal?.addEventListener("abort", done);
          if (signal?.aborted === true) done();
        });
      if (!isNews()) return null;
      const from = snapshots.get(base?.[1] ?? "") ?? null;
      const diff = await diffSnapshots(from, current, blobsIn(current, ...(from === null ? [] : [from])));
      const body = {
        envelope: await signEnvelope(envelope(), signer),
        base: diff.base,
        sections: { ...diff.sections },
        blobs: { ...diff.blobs },
      };
      plane.tamper?.(body);
      return body;
    },
    "GET /v1/zone/view": async () => ({ epoch: plane.epoch, sequence: plane.sequence, views: [view()] }),
    "POST /v1/zone/certificates": async ({ joins, events = [] }: CertificatesRequest, request) => {
      const relay = callerOf(request);
      const before = plane.joins.length;
      const answers = [];
      const refused: RefusedJoin[] = [];
      const others = [...events];
      plane.events.push(...events);
      let isChanged = false;
      // As the real one: a number counts only where none before it is missing.
      const takeBelow = (number: number): void => {
        while (others[0] !== undefined && others[0].number < number) {
          const event = others.shift() as RelayEvent;
          if (event.number === lastOf(relay) + 1 && takeEvent(event, relay, refused)) isChanged = true;
        }
      };
      for (const join of joins) {
        const { event } = join;
        takeBelow(event ?? 0);
        answers.push(await answerJoin(join, relay));
        if (event !== undefined) plane.numbers.push(event);
        if (event === lastOf(relay) + 1) cover(relay, event);
      }
      takeBelow(Number.POSITIVE_INFINITY);
      if (isChanged || plane.joins.slice(before).some((join) => join.event !== undefined)) step();
      return events.length === 0 ? { answers } : { answers, lastEvent: lastOf(relay), refused };
    },
    "POST /v1/zone/issuer": async ({ csr }: { csr: string }) => {
      const tagKeys = [...dataplanes.values()].flatMap((one) => [
        ...tagValues({ networking: one.spec.networking ?? {} }).keys(),
      ]);
      if (plane.refuseKeys.has(csr)) return undefined;
      plane.issuerCsrs.push(csr);
      const made = await signIntermediate({
        root: issuer,
        csr: fromBase64(csr) ?? new Uint8Array(),
        trustDomain: "default",
        tagKeys,
        zone: ZONE,
        seconds: 7 * 86_400,
        clock,
        chance,
      });
      plane.issued.push([...new Set(tagKeys)]);
      return { chain: [made.certificatePem, root.certificatePem], expiresAt: new Date(made.notAfter).toISOString() };
    },
    "POST /v1/zone/report": async (body: ReportRequest, request) => {
      const relay = callerOf(request);
      const row = relays.get(relay);
      if (row !== undefined && body.reach !== undefined) {
        row.reach = body.reach;
        step();
      }
      plane.reports.push(body);
      plane.events.push(...body.events);
      let isChanged = false;
      const refused: RefusedJoin[] = [];
      for (const event of body.events) if (takeEvent(event, relay, refused)) isChanged = true;
      if (isChanged) step();
      const answer = { lastEvent: lastOf(relay), epoch: plane.epoch, sequence: plane.sequence, refused };
      if (body.lives === undefined) return answer;
      const here = livesAt(relay);
      const missing = body.lives.filter((id) => !here.some(({ registration }) => registration === id));
      const extra = here.filter(({ registration }) => body.lives?.includes(registration) === false);
      return { ...answer, lives: { missing, ended: [], extra } };
    },
  };

  /** Whether it was taken: it is not if its number was taken before. */
  function takeEvent(event: RelayEvent, relay: string, refused: RefusedJoin[]): boolean {
    if (event.kind === "joined" && plane.refuse !== null)
      refused.push({ registration: event.join.registration, reason: plane.refuse });
    if (event.number <= lastOf(relay)) return false;
    plane.numbers.push(event.number);
    cover(relay, event.number);
    if (event.kind === "gone" && lives.get(event.name) === event.registration) dataplanes.delete(event.name);
    if (event.kind === "joined" && isOutlived(event.join, relay))
      refused.push({ registration: event.join.registration, reason: "it has joined at another relay since" });
    else if (event.kind === "joined" && event.join.dataplane !== undefined && plane.refuse === null) {
      begin(event.join, relay);
      dataplanes.set(event.join.name, read(event.join.name, event.join.dataplane));
      lives.set(event.join.name, event.join.registration);
    }
    if (event.kind === "health" && lives.get(event.name) === event.registration) setHealth(event);
    return true;
  }

  async function enrol(body: { token: string; signingKey: PublicJwk }): Promise<Response> {
    const [, number] = /^weft_enrolment_t_i_s(?:-(\d))?$/.exec(body.token) ?? [null];
    if (number === null) return problem(401, "The enrolment token is not known");
    const relay = `relay-${number ?? "1"}`;
    const known = relays.get(relay);
    if (known !== undefined && known.signingKey.x !== body.signingKey.x)
      return problem(403, "The token was used by another relay");
    if (known === undefined) relays.set(relay, { signingKey: body.signingKey, lastEvent: 0 });
    if (number !== undefined) step();
    return Response.json({
      controlPlane: CONTROL_PLANE,
      tenant: TENANT,
      organisation: "acme",
      zone: ZONE,
      relay,
      jwks: { keys: [envelopeKey.publicJwk] },
      bell: null,
    });
  }

  async function prove(request: Request, text: string): Promise<string | null> {
    const proof = request.headers.get(PROOF_HEADER) ?? "";
    const key = relays.get(callerOf(request))?.signingKey;
    if (key === undefined) return "no proof";
    const { pathname, search } = new URL(request.url);
    const bh = toBase64Url(await digestBytes(new TextEncoder().encode(text)));
    const call = { htm: request.method, htu: pathname + search, bh, aud: CONTROL_PLANE };
    const outcome = await verifyProof(proof, key, call, (nonce) => isFreshNonce(nonce, nonceKey, clock));
    if (!outcome.ok) return outcome.reason;
    if (request.method === "POST" && proofs.has(outcome.claims.jti)) return "replayed";
    proofs.add(outcome.claims.jti);
    return null;
  }

  const plane: FakePlane = {
    get down() {
      return isDown;
    },
    set down(value) {
      isDown = value;
      // Its connections go with it: what it holds fails at once.
      if (isDown) for (const wake of [...waiting]) wake();
    },
    epoch: 1,
    sequence: 1,
    get lastEvent() {
      return lastOf("relay-1");
    },
    isDownFor: new Set(),
    dismiss(relay) {
      relays.delete(relay);
      step();
    },
    calls: [],
    numbers: [],
    events: [],
    issued: [],
    issuerCsrs: [],
    zoneIssuer: "on",
    refuseKeys: new Set(),
    root: root.certificatePem,
    async changeRoot() {
      root = await createRoot({ mesh: "default", backend: "ca-2", clock, chance });
      issuer = await loadIssuer([root.certificatePem], root.privateKey);
      plane.root = root.certificatePem;
      step();
    },
    attempts: 0,
    ready: (name) =>
      (dataplanes.get(name)?.spec.networking?.inbound ?? []).map(
        ({ state = "Ready", health }) => state === "Ready" && health?.ready !== false,
      ),
    before: new Map(),
    after: new Map(),
    reports: [],
    joins: [],
    refuse: null,
    tamper: null,
    enrolmentToken: new Sealed("weft_enrolment_t_i_s"),
    snapshot: () => current,
    view,
    async fetch(url, init) {
      const request = new Request(url, init);
      plane.attempts++;
      if (plane.down || plane.isDownFor.has(callerOf(request))) throw new TypeError("fetch failed");
      const path = `${request.method} ${new URL(url).pathname}`;
      plane.calls.push(path);
      const text = await request.text();
      const body = text === "" ? null : JSON.parse(text);
      if (path === "POST /v1/zone/enrol") return enrol(body);
      const refused = await prove(request, text);
      const headers = { [NONCE_HEADER]: await createNonce(nonceKey, clock), etag: '"e"' };
      if (refused !== null) return problem(401, refused, headers);
      await Promise.race([plane.before.get(path)?.(), abortOf(init.signal, plane.before.has(path))]);
      const answer = await routes[path]?.(body as never, request, init.signal);
      await plane.after.get(path)?.(body);
      if (plane.down || init.signal?.aborted === true) throw new TypeError("fetch failed");
      if (answer === undefined) return problem(404, "no such path", headers);
      return answer === null ? new Response(null, { status: 304, headers }) : Response.json(answer, { headers });
    },
    put(name, wire) {
      dataplanes.set(name, read(name, wire));
      step();
    },
    remove(name) {
      dataplanes.delete(name);
      step();
    },
    revoke(jti) {
      revoked.push(jti);
      step();
    },
    forge: (zone) =>
      signEnvelope(
        { ...envelope(), sequence: plane.sequence + 1, ...(zone !== undefined && { zone }) },
        zone === undefined ? { kid: "envelope-1", key: strangerKey } : signer,
      ),
    token: async (name, { jti = randomUUID(), tags = {}, mesh: of = "default" } = {}) => {
      const request = { mesh: of, name, tags, type: "", workload: "", jti, validSeconds: 3600 };
      return new Sealed(await issueDataplaneToken(request, tokenSigner, clock));
    },
  };
  return plane;
}

/** Rejects when the call is given up; resolves never where it is held, else at once. */
function abortOf(signal: AbortSignal | null | undefined, isHeld: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!isHeld) resolve();
    const abort = (): void => reject(new TypeError("aborted"));
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
  });
}

function problem(status: number, detail: string, headers: Record<string, string> = {}): Response {
  const body = { type: "/std-errors", status, title: "Refused", detail, details: detail };
  return Response.json(body, { status, headers });
}

/** The wire form of a dataplane that serves `service` and calls `calls`. */
export function wireOf(name: string, service: string, calls: readonly string[] = [], host = 1): object {
  return {
    type: "Dataplane",
    mesh: "default",
    name,
    networking: {
      address: `127.0.0.${host}`,
      inbound: [{ port: 8080, servicePort: 80, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }],
      outbound: calls.map((called, index) => ({ port: 10_001 + index, tags: { "kuma.io/service": called } })),
    },
  };
}
