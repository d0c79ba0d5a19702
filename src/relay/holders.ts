// Holders: one proxy at a time has a name in a zone. While it is there, at whichever relay, another one is refused.
import type { HolderAnswer, HolderQuestion } from "#api/replica.ts";
import { ADMISSIONS } from "./registrar/admission/admission-kinds.ts";
import type { Refusal } from "./registrar/admission.ts";
import type { Comer, Roster } from "./registrar/roster.ts";
import type { OtherRival, Replicas } from "./replica/replicas.ts";
import { kindOfProxy, type ProxyName } from "./zone.ts";

export interface HoldersOptions {
  /** This relay's id. */
  readonly relay: string;
  readonly roster: Roster;
  readonly replicas: Pick<Replicas, "all" | "rival">;
}

export interface Holders {
  /** Whether it must be asked who holds the name: somebody else does here, or the name lives at another relay. */
  mustAsk(proxy: ProxyName, comer: Comer): boolean;
  /** Why it cannot join: another proxy that answers holds the name. Null when none does any more. */
  joinRefusal(proxy: ProxyName, comer: Comer): Promise<Refusal | null>;
  /** Why a run cannot end the name's life: it is another run's. */
  leaveRefusal(proxy: ProxyName, instance: string): Promise<Refusal | null>;
  /** Another relay asks. */
  answer(question: HolderQuestion): Promise<HolderAnswer>;
}

export function createHolders({ relay, roster, replicas }: HoldersOptions): Holders {
  async function rival({ mesh, name }: ProxyName, comer: Comer): Promise<OtherRival | null> {
    const proxy = { mesh, name };
    const [here, elsewhere] = await Promise.all([
      roster.rival(proxy, comer),
      replicas.rival({ ...proxy, from: comer.from, instance: comer.instance, place: comer.place }),
    ]);
    return here === null ? elsewhere : { ...here, relay };
  }

  return {
    mustAsk: (proxy, comer) => roster.isHeld(proxy, comer) || replicas.all(proxy).length > 0,
    async joinRefusal(proxy, comer) {
      const found = await rival(proxy, comer);
      if (found === null) return null;
      return refused(
        `name: another ${titled(proxy)} is there: ${textOf(found)}. ` +
          "A name is one proxy's: end that one first (a crash may have left its Envoy running), or give this one a name of its own",
      );
    },
    async leaveRefusal(proxy, instance) {
      const leaver = { instance, from: null, place: null };
      let found = await rival(proxy, leaver);
      // Another run may have come while others were asked.
      while (found === null && roster.isHeld(proxy, leaver)) found = await rival(proxy, leaver);
      if (found === null) return null;
      return refused(
        `name: the ${titled(proxy)} is another run's, and goes on: ${textOf(found)}. Who is not that run has nothing to leave`,
      );
    },
    async answer(question) {
      return { rival: await roster.rival(question, question) };
    },
  };
}

function refused(reason: string): Refusal {
  return { ok: false, code: "conflict", reason, violations: [] };
}

function titled(proxy: ProxyName): string {
  const { noun } = ADMISSIONS[kindOfProxy(proxy)];
  return `${noun} ${JSON.stringify(proxy.name)}${proxy.mesh === "" ? "" : ` of mesh ${JSON.stringify(proxy.mesh)}`}`;
}

/** Where it listens, from where it is connected, to which relay, and since when. */
function textOf({ address, from, relay, since }: OtherRival): string {
  const caller = from === "" ? "" : ` from ${from}`;
  return `it listens at ${address || "no address"} and is connected${caller} to the relay ${relay} since ${new Date(since).toISOString()}`;
}
