// Who may come in, and as what: a caller's token, its resource, and whether another proxy has its name.
import type { Sealed } from "#model/sealed.ts";
import { resourcesOf } from "#model/view.ts";
import type { Holders } from "#relay/holders.ts";
import {
  type Admission,
  type Admitted,
  type Authenticated,
  admit,
  authenticate,
  type Bearer,
  type ProxyResource,
  type Refusal,
} from "#relay/registrar/admission.ts";
import { isSameProxy } from "#relay/registrar/readiness.ts";
import type { Elsewhere, Registration } from "#relay/registrar/registrar.ts";
import { type Comer, placeOf, type Roster } from "#relay/registrar/roster.ts";
import type { ProxyKey, ProxyName } from "#relay/zone.ts";
import type { Announcer } from "./announcer.ts";
import type { JoiningOptions } from "./options.ts";

export interface Entrance {
  whoIs(token: Sealed | undefined, proxy?: ProxyName): Promise<Authenticated>;
  enter(proxy: ProxyName, resource: unknown, bearer: Bearer): Admitted;
  /** Admits it and begins, once nobody else has its name. */
  enterAlone<T>(
    proxy: ProxyName,
    resource: unknown,
    bearer: Bearer,
    comer: Pick<Comer, "from" | "instance">,
    begin: (admission: Admission) => T,
  ): Promise<{ readonly ok: true; readonly begun: T } | Refusal>;
  /** What a dataplane was that has come from another relay: its peers have its endpoints, and must not lose them. */
  elsewhere(admission: Admission): Elsewhere | undefined;
}

export interface EntranceOptions {
  readonly roster: Roster;
  readonly holders: Holders;
  /** Hears of those that are turned away. */
  readonly announcer: Pick<Announcer, "refused">;
}

export function createEntrance(options: JoiningOptions, { roster, holders, announcer }: EntranceOptions): Entrance {
  const { clock, registrar } = options;
  const tellRefused = announcer.refused;
  const isShown = options.newcomers.isShown;

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

  function storedAs(mesh: string, name: string): ProxyResource | undefined {
    if (mesh === "") return options.zoneProxies().find((one) => one.name === name);
    const view = options.views().find((one) => one.mesh.name === mesh);
    return view && resourcesOf(view, "Dataplane").find((one) => one.name === name);
  }

  return {
    whoIs,
    enter,
    async enterAlone(proxy, resource, bearer, { from, instance }, begin) {
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
    },
    elsewhere({ mesh, name, resource }) {
      const life = options.replicas.find({ mesh, name });
      const told = life?.event;
      if (told !== undefined) {
        const isSame = isSameProxy(resource, resourceElsewhere({ mesh, name }));
        // The control plane may have told of its readiness sooner, and then its relay tells of it no more.
        return { owner: told.owner, ready: isSame && (told.ready || isShown({ mesh, name, resource })) };
      }
      // A relay that serves alone knows all lives; another one may have died before it could tell of its own.
      const ready =
        options.hasOthers() && (isSameProxy(resource, storedAs(mesh, name)) || isShown({ mesh, name, resource }));
      return life === undefined && !ready ? undefined : { owner: life?.owner ?? "stream", ready };
    },
  };
}
