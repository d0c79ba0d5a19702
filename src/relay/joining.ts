// Joining and leaving: the use cases of a proxy at this relay, whether the control plane can be reached or not.
import type { EndEvent, HolderAnswer, HolderQuestion, LifeEvent } from "#api/replica.ts";
import type { Envelope, RefusedJoin } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { Sealed } from "#model/sealed.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { createEnding, type Ending } from "./ending.ts";
import { createHolders } from "./holders.ts";
import type { Identities } from "./identity/identities.ts";
import { type Log, reasonOf } from "./log.ts";
import { type Tally, tallyUp } from "./metrics.ts";
import type { Newcomers } from "./newcomers.ts";
import { ADMISSIONS } from "./registrar/admission/admission-kinds.ts";
import {
  type Admission,
  type Admitted,
  type Authenticated,
  admit,
  authenticate,
  type Bearer,
  type ProxyResource,
  type Refusal,
} from "./registrar/admission.ts";
import type { EventLog, NewEvent } from "./registrar/event-log.ts";
import type { JoinAnswer, Outbox } from "./registrar/outbox.ts";
import { isSameProxy, joinOf, readyInbounds } from "./registrar/readiness.ts";
import { redirected } from "./registrar/redirection.ts";
import { type Elsewhere, isUnreached, type Registrar, type Registration, typeOf } from "./registrar/registrar.ts";
import { addressOf, type Comer, createRoster, placeOf } from "./registrar/roster.ts";
import { lifeEvent } from "./replica/event.ts";
import type { Replicas } from "./replica/replicas.ts";
import {
  type Caller,
  type Joined,
  kindOfProxy,
  type ProxyKey,
  type ProxyName,
  proxyPath,
  proxyText,
  type StreamJoin,
} from "./zone.ts";

/**
 * How long a join waits for the control plane's answer, and then for the snapshot that has it, and how long its Envoy is
 * asked whether it listens before peers hear of it all the same; milliseconds.
 */
export interface Patience {
  readonly answer: number;
  readonly snapshot: number;
  readonly listen?: number;
}

export interface JoiningOptions {
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
  readonly registrar: Registrar;
  readonly newcomers: Newcomers;
  readonly identities: Identities;
  readonly events: EventLog;
  readonly outbox: Pick<Outbox, "answerTo" | "wake">;
  readonly tally: Tally;
  readonly replicas: Pick<Replicas, "tell" | "told" | "find" | "all" | "rival">;
  readonly envelope: () => Envelope | null;
  readonly views: () => readonly View[];
  /** This relay's id. */
  readonly relay: string;
  /** Whether the zone has other relays. */
  readonly hasOthers: () => boolean;
  /** Ingresses and egresses of every zone, as of the same moment. */
  readonly zoneProxies: () => readonly ZoneProxy[];
  /** Null before the first answer or failure. */
  readonly isReachable: () => boolean | null;
  readonly isStopping: () => boolean;
  /** The control plane has taken a newcomer: what the zone's issuer may name is to be looked at. */
  readonly onTaken: (registration: Registration) => void;
  /** Resolves at the next snapshot, or after so many milliseconds. */
  readonly nextSnapshot: (milliseconds: number) => Promise<void>;
  /** A newcomer is about to be compiled here. */
  readonly onNewcomer?: () => void;
  readonly onChange: () => void;
}

export type Registered = { readonly ok: true; readonly created: boolean } | Refusal;

export interface Joining {
  join(request: StreamJoin): Promise<Joined>;
  /** Who it is, whatever it wants; a refusal is told where it says as whom it came. */
  authenticate(token: Sealed | undefined, proxy?: ProxyName): Promise<Authenticated>;
  /** Whether it might join, being that run of its supervisor; nothing begins. */
  admit(proxy: ProxyName, resource: unknown, token: Sealed | undefined, instance?: string): Promise<Admitted>;
  /** By REST: the registration is the user's, and outlives every stream. */
  register(proxy: ProxyName, body: unknown, token: Sealed | undefined): Promise<Registered>;
  /** An announced leave: peers lose the endpoint at once. Of a run that is named it ends that run's life alone. */
  leave(proxy: ProxyName, token: Sealed | undefined, instance?: string): Promise<Registered>;
  /** The life that a stream of this relay belongs to, though another may have its name by now. */
  lifeOf(registration: string): Registration | undefined;
  /** Its Envoy listens: peers hear of it, here at once and elsewhere by the control plane. */
  ready(registration: Registration): void;
  /** A life that ended by grace. */
  gone(registration: Registration): void;
  /** Another relay asks who holds a name. */
  holder(question: HolderQuestion): Promise<HolderAnswer>;
  /** Another relay tells of a life: who holds its name here at another place holds it no more. */
  wentOn(event: LifeEvent): void;
  /** Another relay tells that a life has ended, which may be one of this relay. */
  endedElsewhere(end: Pick<EndEvent, "mesh" | "name" | "registration" | "announced">): void;
  /** A life of a relay that is lost has not come back anywhere, or one of this relay was lost with its disk. */
  lost(life: ProxyKey & Pick<EndEvent, "registration">): void;
  /** The control plane does not take a life that began without it: it ends, and its stream with the reason. */
  refused(join: RefusedJoin): void;
  /** Ends lives whose token has been revoked. */
  endRevoked(envelope: Envelope): void;
}

/** A stream's life, and what ends the one or the other. */
interface Begun {
  readonly registration: Registration;
  readonly isNew: boolean;
  readonly ending: Ending;
  readonly detach: () => void;
}

const UNKNOWN: Caller = { from: "", instance: "", answers: () => Promise.resolve(false) };

/** The same refusal is reported so often at the most; milliseconds. */
const REPEAT = 60_000;
const MOST_REMEMBERED = 1000;

export function createJoining(options: JoiningOptions): Joining {
  const { clock, log, patience, registrar, newcomers, identities, events, outbox, onChange } = options;
  /** Lives that have or had streams, by registration. */
  const ends = new Map<string, { readonly registration: Registration; readonly endings: Set<Ending> }>();
  const roster = createRoster(clock);
  const holders = createHolders({ relay: options.relay, roster, replicas: options.replicas });
  const told = new Map<string, number>();

  async function whoIs(token: Sealed | undefined, proxy?: ProxyName): Promise<Authenticated> {
    const answer = await authenticate(token, options.envelope(), clock, proxy);
    if (!answer.ok && proxy !== undefined) tellRefused(proxy, answer);
    return answer;
  }

  function enter(proxy: ProxyName, resource: unknown, bearer: Bearer): Admitted {
    const { zone, envelope, views, zoneProxies } = options;
    const meshes = envelope()?.meshes ?? [];
    const admitted = admit(proxy, resource, bearer, {
      zone,
      meshes,
      views: views(),
      zoneProxies: zoneProxies(),
      registered: registrar.find(proxy)?.resource ?? resourceElsewhere(proxy),
    });
    if (!admitted.ok) tellRefused(proxy, admitted);
    return admitted;
  }

  /** As a life at another relay was told to be. */
  function resourceElsewhere(proxy: ProxyKey): Registration["resource"] | undefined {
    return options.replicas.find(proxy)?.event?.resource as Registration["resource"] | undefined;
  }

  /** What a dataplane was that has come from another relay: its peers have its endpoints, and must not lose them. */
  function elsewhere({ mesh, name, resource }: Admission): Elsewhere | undefined {
    const life = options.replicas.find({ mesh, name });
    const told = life?.event;
    if (told !== undefined)
      return { owner: told.owner, ready: told.ready && isSameProxy(resource, resourceElsewhere({ mesh, name })) };
    const stored = storedAs(mesh, name);
    // A relay that serves alone knows all lives; another one may have died before it could tell of its own.
    const ready = options.hasOthers() && isSameProxy(resource, stored);
    return life === undefined && !ready ? undefined : { owner: life?.owner ?? "stream", ready };
  }

  function storedAs(mesh: string, name: string): ProxyResource | undefined {
    if (mesh === "") return options.zoneProxies().find((one) => one.name === name);
    const view = options.views().find((one) => one.mesh.name === mesh);
    return view && resourcesOf(view, "Dataplane").find((one) => one.name === name);
  }

  // Anybody can knock: what is kept of strangers is bounded in number, size and pace.
  function tellRefused({ mesh, name }: ProxyKey, { code, reason }: Refusal): void {
    tallyUp(options.tally.joinsRefused, code);
    log("warn", "a proxy was refused", { mesh: mesh.slice(0, 64), name: name.slice(0, 64), code, reason });
    const known = mesh === "" || options.envelope()?.meshes.some((one) => one.name === mesh) === true;
    if (!known || name === "" || name.length > 253 || code === "unavailable") return;
    const key = `${proxyPath({ mesh, name })}: ${reason}`;
    if (clock() - (told.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT) return;
    if (told.size >= MOST_REMEMBERED) told.clear();
    told.set(key, clock());
    add({ kind: "refused", mesh, name, reason: reason.slice(0, 1000) });
  }

  function add(event: NewEvent): number {
    const { number } = events.add(event);
    outbox.wake();
    return number;
  }

  /** Announces a new life, here and to the control plane. */
  function begin(registration: Registration): Promise<JoinAnswer> {
    if (isUnreached(registration))
      log("warn", "an ingress advertises no address, so no other zone uses it", { proxy: proxyText(registration) });
    const event = events.add({ kind: "joined", join: joinOf(registration) });
    show(registration, event.number);
    onChange();
    return outbox.answerTo(event);
  }

  function show(registration: Registration, number: number): void {
    newcomers.show(registration, number);
    options.replicas.tell(lifeEvent(options.relay, registration, number));
  }

  /** Here, at the other relays and at the control plane. */
  function tellGone({ mesh, name, id }: ProxyKey & Pick<Registration, "id">, announced: boolean): void {
    const number = add({ kind: "gone", mesh, name, registration: id });
    newcomers.hide({ mesh, name, id }, number);
    const { relay, replicas } = options;
    replicas.tell({ kind: "gone", relay, number, mesh, name, registration: id, announced });
  }

  function end(registration: Registration, reason: string): void {
    if (!finish(registration)) return;
    for (const ending of ends.get(registration.id)?.endings ?? []) ending.abort(reason);
  }

  /** Ends a life. While it has a stream it drains, and its key stays until that closes. */
  function finish(registration: Registration, announced = false): boolean {
    const drains = registrar.streams(registration) > 0;
    if (!registrar.end(registration)) return false;
    roster.release(registration, registration.id);
    withdraw(registration, announced);
    if (!drains) forget(registration);
    return true;
  }

  function withdraw(registration: Registration, announced = false): void {
    // What it left behind at other relays has ended with it: one of them may never come back to say so.
    for (const { mesh, name, registration: id, at } of options.replicas.all(registration))
      if (at < registration.at) tellGone({ mesh, name, id }, false);
    tellGone(registration, announced);
    newcomers.drop(registration);
    onChange();
  }

  /** Null when it may stay; else the control plane's reason. */
  async function take(registration: Registration, answer: JoinAnswer): Promise<string | null> {
    if (answer === "unreachable") {
      if (identities.lacks(registration) && !options.isStopping()) await identities.issue(registration);
      return null;
    }
    if ("refused" in answer) {
      end(registration, answer.refused);
      return answer.refused;
    }
    await identities.take(registration, answer);
    options.onTaken(registration);
    return null;
  }

  async function settle(registration: Registration, answering: Promise<JoinAnswer>): Promise<string | null> {
    const late = Symbol("late");
    // Right after a start nobody knows yet: an outbox that reaches nobody says so long before patience ends.
    const bound = options.isReachable() === false ? 0 : patience.answer;
    const answer = await Promise.race([answering, after(bound, late)]);
    if (typeof answer !== "symbol") return take(registration, answer);
    // The join goes on without it. Whatever it says in the end still holds.
    answering
      .then(async (arrived) => {
        if (arrived === "unreachable" || !("refused" in arrived)) await take(registration, arrived);
        else refused({ registration: registration.id, reason: arrived.refused });
      })
      .catch((error: unknown) => log("error", "a late answer could not be taken", { reason: reasonOf(error) }));
    return take(registration, "unreachable");
  }

  /** Of a join that was taken here without the control plane's answer. */
  function refused({ registration: id, reason }: RefusedJoin): void {
    const registration = registrar.all().find((one) => one.id === id);
    if (registration === undefined) return;
    const proxy = proxyText(registration);
    log("warn", "the control plane refuses a proxy that joined while it was out of reach", { proxy, reason });
    end(registration, reason);
  }

  async function makeServable(registration: Registration): Promise<void> {
    const deadline = performance.now() + (options.isReachable() === true ? patience.snapshot : 0);
    while (!newcomers.knows(registration)) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await options.nextSnapshot(left);
    }
    if (!newcomers.knows(registration)) {
      options.onNewcomer?.();
      newcomers.compile(registration);
    }
    onChange();
  }

  async function join(request: StreamJoin): Promise<Joined> {
    const { from = "", instance = "" } = request.caller ?? {};
    const who = await whoIs(request.token, request);
    const opened = who.ok
      ? await enterAlone(request, request.resource, who.bearer, { from, instance }, (admission) =>
          open(request, admission),
        )
      : who;
    if (!opened.ok)
      return { ok: false, code: opened.code === "absent" ? "invalid" : opened.code, reason: opened.reason };
    const { registration, isNew, ending } = opened.begun;
    const closed = closing(opened.begun);
    if (isNew) {
      const refusal = await settle(registration, begin(registration));
      if (refusal !== null) {
        closed();
        return { ok: false, code: "forbidden", reason: refusal };
      }
    } else if (identities.lacks(registration)) await identities.renew([registration], options.isReachable() === true);
    await makeServable(registration);
    return { ok: true, registration: registration.id, closed, ended: ending };
  }

  /** What is to be done when a stream has closed. It stands here so that it keeps nothing of the stream's request. */
  function closing({ registration, ending, detach }: Begun): () => void {
    return () => {
      detach();
      ends.get(registration.id)?.endings.delete(ending);
      if (registrar.find(registration)?.id === registration.id) return;
      // It had left while it drained: nothing needs its config or its key any more.
      if (registrar.find(registration) === undefined) forget(registration);
      else ends.delete(registration.id);
    };
  }

  /** A life of this stream. It awaits nothing: the name is this proxy's from the moment when it was seen to be free. */
  function open(request: StreamJoin, admitted: Admission): Begun {
    const admission = redirected(admitted, request.redirection);
    const { registration, isNew } = registrar.open(admission, "stream", elsewhere(admission));
    const detach = registrar.attach(registration);
    const ending = createEnding();
    const known = ends.get(registration.id) ?? { registration, endings: new Set() };
    known.endings.add(ending);
    ends.set(registration.id, known);
    const { from, instance, answers } = request.caller ?? UNKNOWN;
    const { resource } = admission;
    const place = placeOf(resource);
    const address = addressOf(resource);
    const end = enderOf(ending);
    const drop = roster.add(request, { from, instance, answers, registration: registration.id, place, address, end });
    return { registration, isNew, ending, detach: both(detach, drop) };
  }

  /** Admits it and begins, once nobody else has its name. */
  async function enterAlone<T>(
    proxy: ProxyName,
    resource: unknown,
    bearer: Bearer,
    { from, instance }: Pick<Comer, "from" | "instance">,
    begin: (admission: Admission) => T,
  ): Promise<{ readonly ok: true; readonly begun: T } | Refusal> {
    for (let asked = false; ; asked = true) {
      const admitted = enter(proxy, resource, bearer);
      if (!admitted.ok) return admitted;
      const { admission } = admitted;
      const comer = { from, instance, place: placeOf(admission.resource) };
      if (asked ? !roster.isHeld(proxy, comer) : !holders.mustAsk(proxy, comer))
        return { ok: true, begun: begin(admission) };
      const refusal = await holders.joinRefusal(proxy, comer);
      if (refusal === null) continue;
      tellRefused(proxy, refusal);
      return refusal;
    }
  }

  function forget(registration: Registration): void {
    newcomers.drop(registration);
    ends.delete(registration.id);
    void identities.forget(registration);
  }

  /** What a user is told is done must outlive this relay: it is on its disk, and the zone's others have heard it. */
  async function kept(): Promise<void> {
    await Promise.all([registrar.settled(), events.settled(), options.replicas.told()]);
  }

  async function register(proxy: ProxyName, body: unknown, token: Sealed | undefined): Promise<Registered> {
    const who = await whoIs(token, proxy);
    const admitted = who.ok ? enter(proxy, body, who.bearer) : who;
    if (!admitted.ok) return admitted;
    const created = registrar.find(proxy) === undefined && options.replicas.find(proxy) === undefined;
    const { registration, isNew } = registrar.open(admitted.admission, "user", elsewhere(admitted.admission));
    if (!isNew) return { ok: true, created };
    const refusal = await settle(registration, begin(registration));
    await kept();
    return refusal === null ? { ok: true, created } : { ok: false, code: "forbidden", reason: refusal, violations: [] };
  }

  async function leave(proxy: ProxyName, token: Sealed | undefined, instance = ""): Promise<Registered> {
    const who = await whoIs(token, proxy);
    const admitted = who.ok ? enter(proxy, undefined, who.bearer) : who;
    if (!admitted.ok) return admitted;
    const refusal = instance === "" ? null : await holders.leaveRefusal(proxy, instance);
    if (refusal !== null) return refusal;
    const registration = registrar.find(proxy);
    const others = options.replicas.all(proxy);
    for (const { mesh, name, registration: id } of others) tellGone({ mesh, name, id }, true);
    if (registration === undefined && others.length === 0) {
      const reason = `${ADMISSIONS[kindOfProxy(proxy)].noun} "${proxyText(proxy)}" is not registered at this relay`;
      return { ok: false, code: "absent", reason, violations: [] };
    }
    if (registration !== undefined) finish(registration, true);
    onChange();
    await kept();
    log("info", "a proxy announced its leave", { proxy: proxyText(proxy) });
    return { ok: true, created: false };
  }

  return {
    join,
    authenticate: whoIs,
    async admit(proxy, resource, token, instance) {
      const who = await whoIs(token, proxy);
      if (!who.ok || instance === undefined) return who.ok ? enter(proxy, resource, who.bearer) : who;
      // By which of its addresses it asks tells nothing of the one that its Envoy will call from.
      const entered = await enterAlone(proxy, resource, who.bearer, { from: null, instance }, (admission) => admission);
      return entered.ok ? { ok: true, admission: entered.begun } : entered;
    },
    register,
    leave,
    lifeOf: (id) => ends.get(id)?.registration,
    ready(life) {
      const registration = registrar.markReady(life);
      if (registration === null) return;
      const { mesh, name, id, resource } = registration;
      const ready = readyInbounds(resource);
      show(registration, add({ kind: "health", mesh, name, registration: id, ready }));
      onChange();
    },
    gone(registration) {
      withdraw(registration);
      forget(registration);
    },
    holder: holders.answer,
    wentOn(event) {
      if ((registrar.find(event)?.at ?? Number.POSITIVE_INFINITY) >= event.at) return;
      const place = placeOf(event.resource as ProxyResource);
      roster.endOthers(event, place, `another proxy has taken its name at the relay ${event.relay}; it joins again`);
    },
    endedElsewhere({ mesh, name, registration: id, announced }) {
      const registration = registrar.find({ mesh, name });
      if (registration?.id !== id) return;
      if (announced || registrar.streams(registration) === 0) finish(registration, announced);
      else end(registration, "another relay of the zone took this dataplane for gone; it joins again");
    },
    lost(life) {
      tellGone({ ...life, id: life.registration }, false);
      onChange();
    },
    refused,
    endRevoked({ meshes, zoneTokens }) {
      const revoked = new Map(meshes.map(({ name, revokedTokens }) => [name, revokedTokens]));
      revoked.set("", zoneTokens?.revoked ?? []);
      for (const registration of registrar.all())
        if (revoked.get(registration.mesh)?.includes(registration.tokenId) === true)
          end(registration, `the ${ADMISSIONS[typeOf(registration)].noun}'s token has been revoked`);
    },
  };
}

// What a stream keeps is made where nothing else of its join is in sight: a closure keeps all that its neighbours use.

function enderOf(ending: Ending): (reason: string) => void {
  return (reason) => ending.abort(reason);
}

function both(one: () => void, other: () => void): () => void {
  return () => {
    one();
    other();
  };
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value).unref());
}
