// A new life's answer from the control plane, or the lack of it, and when it can be served.
import type { RefusedJoin } from "#api/zone.ts";
import { reasonOf } from "#relay/log.ts";
import type { JoinAnswer } from "#relay/registrar/outbox.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import { proxyText } from "#relay/zone.ts";
import type { JoiningOptions } from "./options.ts";
import type { Streamed } from "./streamed.ts";

export interface Settling {
  /** Null when it may stay; else the control plane's reason. */
  settle(registration: Registration, answering: Promise<JoinAnswer>): Promise<string | null>;
  /** Of a join that was taken here without the control plane's answer. */
  refused(join: RefusedJoin): void;
  /** Waits for the snapshot that has it, and then compiles it here. */
  makeServable(registration: Registration): Promise<void>;
}

export function createSettling(options: JoiningOptions, { end }: Pick<Streamed, "end">): Settling {
  const { log, patience, registrar, newcomers, identities, onChange } = options;

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

  return { settle, refused, makeServable };
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value).unref());
}
