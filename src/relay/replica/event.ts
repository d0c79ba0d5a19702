// How a life of this relay is told to the others: as it is, without its token.
import type { HeldLife, LifeEvent } from "#api/replica.ts";
import type { Shown } from "#relay/newcomers.ts";
import type { Registration } from "#relay/registrar/registrar.ts";

/** The life as it is from that event on. */
export function lifeEvent(relay: string, registration: Registration, number: number): LifeEvent {
  const { mesh, name, id, at, owner, ready, resource } = registration;
  return { kind: "life", relay, number, mesh, name, registration: id, at, owner, ready, resource };
}

/** The life by its name alone. */
export function heldLife({ mesh, name, id, at, owner }: Registration): HeldLife {
  return { mesh, name, registration: id, at, owner };
}

/** A life at another relay, as endpoints are told by it. */
export function shownOf({ mesh, name, registration: id, at, ready, resource }: LifeEvent): Shown {
  return { mesh, name, id, at, ready, resource: resource as Shown["resource"] };
}
