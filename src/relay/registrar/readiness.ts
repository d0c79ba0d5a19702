// Readiness: peers hear of a newcomer's endpoints only once its Envoy accepts connections on them.
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { Join } from "#api/zone.ts";
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { isOffLimits } from "#relay/address.ts";
import type { Log } from "#relay/log.ts";
import { proxyText } from "#relay/zone.ts";
import type { ProxyResource } from "./admission.ts";
import { type Registration, typeOf } from "./registrar.ts";

type Networking = NonNullable<DataplaneSpec["networking"]>;
type Inbound = NonNullable<Networking["inbound"]>[number];
type Listener = NonNullable<Networking["listeners"]>[number];

export interface ReadinessOptions {
  readonly log: Log;
  /** Whether the life still is the current one and has a stream: without one it is watched again when it is back. */
  readonly isPresent: (registration: Registration) => boolean;
  readonly onReady: (registration: Registration) => void;
  /** Whether listeners of the mesh's dataplanes are served; else none of them ever opens. */
  readonly servesListeners: (mesh: string) => boolean;
  /** How long an Envoy that has acknowledged is asked before peers hear of it all the same; milliseconds. */
  readonly patience?: number;
}

export interface Readiness {
  /**
   * Its Envoy has answered: watch until it accepts connections. `acked` says that it took everything; one that refused
   * a part of it may listen all the same, but patience with it never ends.
   */
  watch(registration: Registration, acked: boolean): void;
  close(): void;
}

/** A relay may be unable to reach a proxy that peers can reach: then peers hear of it after so long. Milliseconds. */
const PATIENCE = 10_000;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;
const CONNECT_TIMEOUT = 1000;

/** An LDS ACK comes before a listener has its certificate and listens, so the port itself is asked. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { log, isPresent, onReady, servesListeners, patience = PATIENCE } = options;
  /** When each was acknowledged, by registration; infinite before. */
  const watched = new Map<string, number>();
  let closed = false;

  async function listens(registration: Registration): Promise<boolean> {
    const answers = await Promise.all(
      addressesOf(registration.resource, servesListeners).map(([host, port]) => opens(host, port)),
    );
    return answers.every(Boolean);
  }

  async function follow(registration: Registration): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!closed && isPresent(registration)) {
      const open = await listens(registration);
      if (closed || !isPresent(registration)) return;
      const since = watched.get(registration.id) ?? Number.POSITIVE_INFINITY;
      if (!open && performance.now() < since + patience) {
        await new Promise((resolve) => setTimeout(resolve, pause).unref());
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        continue;
      }
      if (!open)
        log("warn", "this relay cannot connect to a proxy that has its config; peers are told of it all the same", {
          proxy: proxyText(registration),
        });
      return onReady(registration);
    }
  }

  return {
    watch(registration, acked) {
      if (registration.ready || closed) return;
      const since = watched.get(registration.id);
      const now = acked ? performance.now() : Number.POSITIVE_INFINITY;
      watched.set(registration.id, Math.min(since ?? now, now));
      if (since === undefined) void follow(registration).finally(() => watched.delete(registration.id));
    },
    close() {
      closed = true;
    },
  };
}

/** How a life is announced: with its token, and as not ready where its Envoy does not listen yet. */
export function joinOf(registration: Registration): Join {
  const { mesh, name, id, owner, wire, token, ready, versions } = registration;
  const type = typeOf(registration);
  const told = versions === undefined ? {} : { versions };
  const life = { mesh, name, registration: id, owner, token: token.reveal(), ...told };
  if (type !== "Dataplane") return { ...life, type, ready, ...(wire !== undefined && { dataplane: wire }) };
  const shown = ready ? wire : withoutReadiness(wire as DataplaneSpec);
  return { ...life, ...(wire !== undefined && { dataplane: shown }) };
}

/**
 * Which inbounds are to be shown as ready, by position, once the proxy is, and after them which listeners: those that its
 * owner has not declared otherwise. A zone's proxy is so as a whole.
 */
export function readyInbounds({ mesh, spec }: ProxyResource): readonly boolean[] {
  if (mesh === "") return [true];
  const { inbound = [], listeners = [] } = (spec as DataplaneSpec).networking ?? {};
  return [...inbound.map(isReady), ...listeners.map(isListening)];
}

/** No inbound is ready, and no listener. */
function withoutReadiness<Spec extends DataplaneSpec>(spec: Spec): Spec {
  const { inbound, listeners } = spec.networking ?? {};
  if (inbound === undefined && listeners === undefined) return spec;
  const networking = {
    ...spec.networking,
    ...(inbound && { inbound: inbound.map((one) => (isReady(one) ? { ...one, state: "NotReady" as const } : one)) }),
    ...(listeners && { listeners: listeners.map((one) => ({ ...one, state: "NotReady" as const })) }),
  };
  return { ...spec, networking };
}

/** The same object for the same dataplane. */
const unready = new WeakMap<ProxyResource, ProxyResource>();

/** As peers are told of a dataplane: before its Envoy listens, none of it is ready. */
export function shownAs<Shown extends ProxyResource>(dataplane: Shown, ready: boolean): Shown {
  if (ready) return dataplane;
  const known = unready.get(dataplane) ?? { ...dataplane, spec: withoutReadiness(dataplane.spec) };
  unready.set(dataplane, known);
  return known as Shown;
}

/** Whether the two are one proxy, of which each inbound that is ready in one is ready in the other; labels aside. */
export function isSameProxy(one: ProxyResource, other: ProxyResource | undefined): boolean {
  return other !== undefined && one.type === other.type && textOf(one) === textOf(other);
}

/** All that it is; of its inbounds' health only whether they are ready, however that is written. */
function textOf({ mesh, spec }: ProxyResource): string {
  if (mesh === "") return canonical(spec as unknown as Json);
  const { inbound = [], listeners = [], ...networking } = (spec as DataplaneSpec).networking ?? {};
  const plain = inbound.map(({ state, health, ...rest }) => ({
    ...rest,
    ready: isReady({ state, health } as Inbound),
  }));
  const open = listeners.map((one) => ({ ...one, state: isListening(one) }));
  return canonical({ ...spec, networking: { ...networking, inbound: plain, listeners: open } } as unknown as Json);
}

function isListening({ state = "Ready" }: Listener): boolean {
  return state === "Ready";
}

function isReady({ state, health }: Inbound): boolean {
  // A field that is false is left out of what was read: its owner's `health: {ready: false}` is an empty message.
  return (state ?? "Ready") === "Ready" && (health === undefined || health.ready === true);
}

function addressesOf(
  { mesh, spec }: ProxyResource,
  servesListeners: ReadinessOptions["servesListeners"],
): readonly (readonly [host: string, port: number])[] {
  if (mesh === "") {
    const { address = "", port = 0 } = (spec as ZoneProxy["spec"]).networking ?? {};
    return [[address, port]];
  }
  const { address = "", inbound = [], listeners = [] } = (spec as DataplaneSpec).networking ?? {};
  const served = servesListeners(mesh) ? listeners.filter(isListening) : [];
  return [...inbound.filter(isReady), ...served].map((one) => [one.address || address, one.port ?? 0] as const);
}

/** A name is judged by what it resolves to, and that is what is connected to. */
async function opens(host: string, port: number): Promise<boolean> {
  const found = await lookup(host, { all: true }).catch(() => []);
  for (const { address } of found) if (!isOffLimits(address) && (await accepts(address, port))) return true;
  return false;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
