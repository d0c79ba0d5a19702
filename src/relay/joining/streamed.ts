// Lives that have or had streams at this relay: how they begin, and how they end with their streams or without.
import { createEnding, type Ending } from "#relay/ending.ts";
import type { Admission } from "#relay/registrar/admission.ts";
import { redirected } from "#relay/registrar/redirection.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import { addressOf, placeOf, type Roster } from "#relay/registrar/roster.ts";
import type { Caller, StreamJoin } from "#relay/zone.ts";
import type { Announcer } from "./announcer.ts";
import type { Entrance } from "./entrance.ts";
import type { JoiningOptions } from "./options.ts";

/** A stream's life, and what ends the one or the other. */
export interface Begun {
  readonly registration: Registration;
  readonly isNew: boolean;
  readonly ending: Ending;
  readonly detach: () => void;
}

const UNKNOWN: Caller = { from: "", instance: "", answers: () => Promise.resolve(false) };

export interface Streamed {
  /** A life of this stream. It awaits nothing: the name is this proxy's from the moment when it was seen to be free. */
  open(request: StreamJoin, admitted: Admission): Begun;
  /** What is to be done when a stream has closed. */
  closing(begun: Begun): () => void;
  /** Ends a life, and its streams with the reason. */
  end(registration: Registration, reason: string): void;
  /** Ends a life. While it has a stream it drains, and its key stays until that closes. False where it had ended. */
  finish(registration: Registration, announced?: boolean): boolean;
  /** A life that has ended is served no more. */
  withdraw(registration: Registration, announced?: boolean): void;
  /** Nothing needs its config or its key any more. */
  forget(registration: Registration): void;
  /** The life that a stream of this relay belongs to, though another may have its name by now. */
  lifeOf(registration: string): Registration | undefined;
}

export interface StreamedOptions {
  readonly roster: Roster;
  readonly announcer: Pick<Announcer, "gone">;
  readonly elsewhere: Entrance["elsewhere"];
}

export function createStreamed(options: JoiningOptions, { roster, announcer, elsewhere }: StreamedOptions): Streamed {
  const { registrar, newcomers, identities, onChange } = options;
  /** Lives that have or had streams, by registration. */
  const ends = new Map<string, { readonly registration: Registration; readonly endings: Set<Ending> }>();

  function end(registration: Registration, reason: string): void {
    if (!finish(registration)) return;
    for (const ending of ends.get(registration.id)?.endings ?? []) ending.abort(reason);
  }

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
      if (at < registration.at) announcer.gone({ mesh, name, id }, false);
    announcer.gone(registration, announced);
    newcomers.drop(registration);
    onChange();
  }

  function forget(registration: Registration): void {
    newcomers.drop(registration);
    ends.delete(registration.id);
    void identities.forget(registration);
  }

  return {
    open(request, admitted) {
      const admission = { ...redirected(admitted, request.redirection), versions: request.versions };
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
    },
    // It stands here so that it keeps nothing of the stream's request.
    closing({ registration, ending, detach }) {
      return () => {
        detach();
        ends.get(registration.id)?.endings.delete(ending);
        if (registrar.find(registration)?.id === registration.id) return;
        // It had left while it drained: nothing needs its config or its key any more.
        if (registrar.find(registration) === undefined) forget(registration);
        else ends.delete(registration.id);
      };
    },
    end,
    finish,
    withdraw,
    forget,
    lifeOf: (id) => ends.get(id)?.registration,
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
