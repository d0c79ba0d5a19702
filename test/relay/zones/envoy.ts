// An Envoy of a world: it wants to be there or not, comes back to any relay of its zone while it does, and takes what it is given.
import type { Sealed } from "#model/sealed.ts";
import type { ProxyName } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import type { WorldRelay } from "./relay.ts";
import { pause } from "./until.ts";

export interface WorldEnvoy {
  readonly proxy: ProxyName;
  /** What it offers, and where. */
  readonly service: string;
  readonly address: string;
  readonly port: number;
  /** It should be there. */
  wants: boolean;
  /** Its application answers. */
  healthy: boolean;
  /** Its user registered it: it has no stream. */
  readonly byUser: boolean;
  readonly isUp: boolean;
  /** Why it was not let in last. */
  readonly why: string;
  /** It comes, or comes back, first of all to this relay. */
  come(relay: number): void;
  /** Its stream breaks; it comes back while it wants to. */
  drop(): void;
  /** It says that it leaves, and goes. */
  leave(): Promise<void>;
  settled(): Promise<void>;
}

export interface EnvoyOptions extends Pick<WorldEnvoy, "proxy" | "service" | "address" | "port" | "byUser"> {
  readonly relays: readonly WorldRelay[];
  readonly token: Sealed;
  readonly wireOf: (envoy: WorldEnvoy) => object;
  readonly isOver: () => boolean;
}

interface Stream {
  readonly side: ZoneSide;
  readonly text: string;
  readonly close: () => void;
}

export function createEnvoy({ relays, token, wireOf, isOver, ...named }: EnvoyOptions): WorldEnvoy {
  let first = 0;
  let stream: Stream | null = null;
  let working: Promise<void> = Promise.resolve();
  let why = "";

  const isServed = (): boolean => stream !== null && (named.byUser || relays.some(({ side }) => side === stream?.side));
  const wants = (text: string): boolean => envoy.wants && text === JSON.stringify(wireOf(envoy));
  const drop = (): void => {
    stream?.close();
    stream = null;
  };

  async function tryOnce(side: ZoneSide): Promise<void> {
    const text = JSON.stringify(wireOf(envoy));
    if (named.byUser) {
      const answer = await side.register(named.proxy, JSON.parse(text), token);
      // The answer of a relay that has died meanwhile never arrives.
      if (!relays.some((relay) => relay.side === side)) return;
      if (answer.ok) stream = { side, text, close: () => undefined };
      else why = answer.reason;
      return;
    }
    const joined = await side.join({ ...named.proxy, resource: text, token });
    if (!joined.ok) {
      why = joined.reason;
      return;
    }
    const isStill = wants(text) && relays.some((relay) => relay.side === side) && !joined.ended.aborted;
    if (!isStill) return joined.closed();
    const opened = { side, text, close: joined.closed };
    stream = opened;
    joined.ended.listener = () => {
      why = joined.ended.reason;
      if (stream !== opened) return;
      drop();
      work();
    };
    const { epoch, sequence } = side.served();
    const { mesh, name } = named.proxy;
    side.delivered(opened, { mesh, name, epoch, sequence, state: "acked", reason: "" });
  }

  async function run(): Promise<void> {
    for (let tries = 0; envoy.wants && !isOver(); tries++) {
      if (isServed() && stream !== null && wants(stream.text)) return;
      drop();
      const side = relays[(first + tries) % relays.length]?.side ?? null;
      if (side !== null) await tryOnce(side);
      if (stream === null) await pause(tries < relays.length ? 1 : 10);
    }
  }

  function work(): void {
    working = working.then(run);
  }

  const envoy: WorldEnvoy = {
    ...named,
    wants: false,
    healthy: true,
    get isUp() {
      return envoy.wants && isServed() && stream !== null && wants(stream.text);
    },
    get why() {
      return why;
    },
    come(relay) {
      first = relay;
      envoy.wants = true;
      work();
    },
    drop() {
      drop();
      if (envoy.wants) work();
    },
    leave() {
      envoy.wants = false;
      working = working.then(goodbye);
      return working;
    },
    settled: () => working,
  };

  async function goodbye(): Promise<void> {
    // It has come back before it could say so.
    if (envoy.wants) return;
    const side = stream?.side;
    const stand = relays.find((relay) => relay.side !== null && (relay.side === side || named.byUser))?.side;
    // What a user registered goes when one relay has said that it is gone.
    const answer = await stand?.leave(named.proxy, token);
    if (named.byUser && stand !== undefined && !relays.some((relay) => relay.side === stand)) {
      // The answer of a relay that has died meanwhile never arrives: its user registers anew, and so knows what stands.
      drop();
      envoy.wants = true;
      return run();
    }
    if (named.byUser && stream !== null && answer?.ok !== true) envoy.wants = true;
    else drop();
  }
  return envoy;
}
