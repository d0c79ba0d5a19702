// What is told of lives: here, to the zone's other relays, and to the control plane.
import { tallyUp } from "#relay/metrics.ts";
import type { Refusal } from "#relay/registrar/admission.ts";
import type { NewEvent } from "#relay/registrar/event-log.ts";
import type { JoinAnswer } from "#relay/registrar/outbox.ts";
import { joinOf } from "#relay/registrar/readiness.ts";
import { isUnreached, type Registration } from "#relay/registrar/registrar.ts";
import { lifeEvent } from "#relay/replica/event.ts";
import { type ProxyKey, proxyPath, proxyText } from "#relay/zone.ts";
import type { JoiningOptions } from "./options.ts";

export interface Announcer {
  /** Numbers the event; the control plane hears of it. */
  add(event: NewEvent): number;
  /** A new life, here and to the control plane, with its answer. */
  begin(registration: Registration): Promise<JoinAnswer>;
  /** A life as the event of that number has it, here and at the other relays. */
  show(registration: Registration, number: number): void;
  /** A life's end, here, at the other relays and at the control plane. */
  gone(life: ProxyKey & Pick<Registration, "id">, announced: boolean): void;
  refused(proxy: ProxyKey, refusal: Refusal): void;
}

/** The same refusal is reported so often at the most; milliseconds. */
const REPEAT = 60_000;
const MOST_REMEMBERED = 1000;

export function createAnnouncer(options: JoiningOptions): Announcer {
  const { clock, log, newcomers, events, outbox, replicas, relay } = options;
  const told = new Map<string, number>();

  function add(event: NewEvent): number {
    const { number } = events.add(event);
    outbox.wake();
    return number;
  }

  function show(registration: Registration, number: number): void {
    newcomers.show(registration, number);
    replicas.tell(lifeEvent(relay, registration, number));
  }

  return {
    add,
    show,
    begin(registration) {
      if (isUnreached(registration))
        log("warn", "an ingress advertises no address, so no other zone uses it", { proxy: proxyText(registration) });
      const event = events.add({ kind: "joined", join: joinOf(registration) });
      show(registration, event.number);
      options.onChange();
      return outbox.answerTo(event);
    },
    gone({ mesh, name, id }, announced) {
      const number = add({ kind: "gone", mesh, name, registration: id });
      newcomers.hide({ mesh, name, id }, number);
      replicas.tell({ kind: "gone", relay, number, mesh, name, registration: id, announced });
    },
    // Anybody can knock: what is kept of strangers is bounded in number, size and pace.
    refused({ mesh, name }, { code, reason }) {
      tallyUp(options.tally.joinsRefused, code);
      log("warn", "a proxy was refused", { mesh: mesh.slice(0, 64), name: name.slice(0, 64), code, reason });
      const known = mesh === "" || options.envelope()?.meshes.some((one) => one.name === mesh) === true;
      if (!known || name === "" || name.length > 253 || code === "unavailable") return;
      const key = `${proxyPath({ mesh, name })}: ${reason}`;
      if (clock() - (told.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT) return;
      if (told.size >= MOST_REMEMBERED) told.clear();
      told.set(key, clock());
      add({ kind: "refused", mesh, name, reason: reason.slice(0, 1000) });
    },
  };
}
