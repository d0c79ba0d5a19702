// Joining and leaving: the use cases of a proxy at this relay, whether the control plane can be reached or not.
import type { EndEvent, HolderAnswer, HolderQuestion, LifeEvent } from "#api/replica.ts";
import type { Envelope, RefusedJoin } from "#api/zone.ts";
import type { Sealed } from "#model/sealed.ts";
import { createHolders } from "./holders.ts";
import { createAnnouncer } from "./joining/announcer.ts";
import { createEntrance } from "./joining/entrance.ts";
import type { JoiningOptions } from "./joining/options.ts";
import { createSettling } from "./joining/settling.ts";
import { type Begun, createStreamed } from "./joining/streamed.ts";
import { ADMISSIONS } from "./registrar/admission/admission-kinds.ts";
import type { Admitted, Authenticated, ProxyResource, Refusal } from "./registrar/admission.ts";
import type { JoinAnswer } from "./registrar/outbox.ts";
import { readyInbounds } from "./registrar/readiness.ts";
import { type Registration, typeOf } from "./registrar/registrar.ts";
import { createRoster, placeOf } from "./registrar/roster.ts";
import { type Joined, kindOfProxy, type ProxyKey, type ProxyName, proxyText, type StreamJoin } from "./zone.ts";

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

export function createJoining(options: JoiningOptions): Joining {
  const { clock, log, registrar, identities, events, onChange } = options;
  const roster = createRoster(clock);
  const holders = createHolders({ relay: options.relay, roster, replicas: options.replicas });
  const announcer = createAnnouncer(options);
  const { whoIs, enter, enterAlone, elsewhere } = createEntrance(options, { roster, holders, announcer });
  const streamed = createStreamed(options, { roster, announcer, elsewhere });
  const { settle, refused, makeServable } = createSettling(options, streamed);

  async function join(request: StreamJoin): Promise<Joined> {
    const { from = "", instance = "" } = request.caller ?? {};
    const who = await whoIs(request.token, request);
    const opened = who.ok
      ? await enterAlone(request, request.resource, who.bearer, { from, instance }, (admission) =>
          announced(streamed.open(request, admission)),
        )
      : who;
    if (!opened.ok)
      return { ok: false, code: opened.code === "absent" ? "invalid" : opened.code, reason: opened.reason };
    const { registration, answering, ending } = opened.begun;
    const closed = streamed.closing(opened.begun);
    if (answering === null) tellVersions(registration, request.versions);
    if (answering !== null) {
      const refusal = await settle(registration, answering);
      if (refusal !== null) {
        closed();
        return { ok: false, code: "forbidden", reason: refusal };
      }
    } else if (identities.lacks(registration)) await identities.renew([registration], options.isReachable() === true);
    await makeServable(registration);
    return { ok: true, registration: registration.id, closed, ended: ending };
  }

  /** In the moment in which it was opened: the registrar writes a life after the events that stand there by then. */
  function announced(begun: Begun): Begun & { readonly answering: Promise<JoinAnswer> | null } {
    return { ...begun, answering: begun.isNew ? announcer.begin(begun.registration) : null };
  }

  /** Of a life that goes on with another Envoy, or that the control plane knew nothing of. A new one says it as it joins. */
  function tellVersions(registration: Registration, versions: StreamJoin["versions"]): void {
    if (versions === undefined || registrar.markVersions(registration, versions) === null) return;
    const { mesh, name, id } = registration;
    announcer.add({ kind: "version", mesh, name, registration: id, versions });
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
    const refusal = await settle(registration, announcer.begin(registration));
    await kept();
    return refusal === null ? { ok: true, created } : { ok: false, code: "forbidden", reason: refusal, violations: [] };
  }

  async function leave(proxy: ProxyName, token: Sealed | undefined, instance = ""): Promise<Registered> {
    const who = await whoIs(token, proxy);
    const admitted = who.ok ? enter(proxy, undefined, who.bearer) : who;
    if (!admitted.ok) return admitted;
    // What begins while others are asked is not what leaves.
    const registration = registrar.find(proxy);
    const before = options.replicas.all(proxy).map((life) => life.registration);
    const refusal = instance === "" ? null : await holders.leaveRefusal(proxy, instance);
    if (refusal !== null) return refusal;
    const others = options.replicas.all(proxy).filter((life) => before.includes(life.registration));
    for (const { mesh, name, registration: id } of others) announcer.gone({ mesh, name, id }, true);
    if (registration === undefined && others.length === 0) {
      const reason = `${ADMISSIONS[kindOfProxy(proxy)].noun} "${proxyText(proxy)}" is not registered at this relay`;
      return { ok: false, code: "absent", reason, violations: [] };
    }
    if (registration !== undefined) streamed.finish(registration, true);
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
    lifeOf: streamed.lifeOf,
    ready(life) {
      const registration = registrar.markReady(life);
      if (registration === null) return;
      const { mesh, name, id, resource } = registration;
      const ready = readyInbounds(resource);
      announcer.show(registration, announcer.add({ kind: "health", mesh, name, registration: id, ready }));
      onChange();
    },
    gone(registration) {
      streamed.withdraw(registration);
      streamed.forget(registration);
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
      if (announced || registrar.streams(registration) === 0) streamed.finish(registration, announced);
      else streamed.end(registration, "another relay of the zone took this dataplane for gone; it joins again");
    },
    lost(life) {
      announcer.gone({ ...life, id: life.registration }, false);
      onChange();
    },
    refused,
    endRevoked({ meshes, zoneTokens }) {
      const revoked = new Map(meshes.map(({ name, revokedTokens }) => [name, revokedTokens]));
      revoked.set("", zoneTokens?.revoked ?? []);
      for (const registration of registrar.all())
        if (revoked.get(registration.mesh)?.includes(registration.tokenId) === true)
          streamed.end(registration, `the ${ADMISSIONS[typeOf(registration)].noun}'s token has been revoked`);
    },
  };
}
