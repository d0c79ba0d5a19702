// Readiness: peers hear of a newcomer's endpoints only once its Envoy accepts connections on them.
import { connect } from "node:net";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { Log } from "#relay/log.ts";
import { proxyText } from "#relay/zone.ts";
import type { Registration } from "./registrar.ts";

type Inbound = NonNullable<NonNullable<DataplaneSpec["networking"]>["inbound"]>[number];

export interface ReadinessOptions {
  readonly log: Log;
  /** Whether the life still is the current one. */
  readonly isCurrent: (registration: Registration) => boolean;
  readonly onReady: (registration: Registration) => void;
}

export interface Readiness {
  /** Its Envoy has acknowledged its config: watch until it accepts connections. A second call does nothing. */
  watch(registration: Registration): void;
  close(): void;
}

/** A relay may be unable to reach a proxy that peers can reach: then peers hear of it after so long. Milliseconds. */
const PATIENCE = 10_000;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;

/** An LDS ACK comes before a listener has its certificate and listens, so the port itself is asked. */
export function createReadiness({ log, isCurrent, onReady }: ReadinessOptions): Readiness {
  const watched = new Set<string>();
  let closed = false;

  async function accepts(registration: Registration): Promise<boolean> {
    const answers = await Promise.all(addressesOf(registration.resource).map(([host, port]) => opens(host, port)));
    return answers.every(Boolean);
  }

  async function follow(registration: Registration): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    let pause = FIRST_PAUSE;
    while (!closed && isCurrent(registration)) {
      const open = await accepts(registration);
      if (closed || !isCurrent(registration)) return;
      if (!open && performance.now() < deadline) {
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
    watch(registration) {
      if (registration.ready || watched.has(registration.id)) return;
      watched.add(registration.id);
      void follow(registration).finally(() => watched.delete(registration.id));
    },
    close() {
      closed = true;
    },
  };
}

/** Which inbounds are to be shown as ready, by position, once the proxy is: those that its owner has not declared otherwise. */
export function readyInbounds({ spec }: Resource<DataplaneSpec>): readonly boolean[] {
  return (spec.networking?.inbound ?? []).map(isReady);
}

/** The same dataplane before its Envoy listens: no inbound is ready. */
export function withoutReadiness<Spec extends DataplaneSpec>(spec: Spec): Spec {
  const { networking } = spec;
  if (networking?.inbound === undefined) return spec;
  const inbound = networking.inbound.map((one) => (isReady(one) ? { ...one, state: "NotReady" as const } : one));
  return { ...spec, networking: { ...networking, inbound } };
}

function isReady({ state, health }: Inbound): boolean {
  return (state ?? "Ready") === "Ready" && health?.ready !== false;
}

function addressesOf({ spec }: Resource<DataplaneSpec>): readonly (readonly [host: string, port: number])[] {
  const { address = "", inbound = [] } = spec.networking ?? {};
  return inbound.filter(isReady).map((one) => [one.address ?? address, one.port ?? 0] as const);
}

function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
