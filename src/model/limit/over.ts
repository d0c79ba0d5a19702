// What is said where a limit is reached: its name, its value, what there is, and what to do.
import { Fault } from "#model/fault.ts";
import { LIMITS, type LimitName, type Tier } from "./limit.ts";

/** Fault `conflict`: there would be more than there may be. `used` is how many there are now. */
export function overLimit(
  name: LimitName,
  { tier, most, used }: { readonly tier: Tier; readonly most: number; readonly used: number },
  title?: string,
): Fault {
  const { what, per, remedy } = LIMITS[name];
  const owner = per === "person" ? "a person" : "an organisation";
  const text = `The tier ${tier} allows ${owner} ${most} ${what}, and there are ${used}: ${remedy}, or ask the operator for more`;
  return new Fault("conflict", text, { limit: { name, most, used }, ...(title === undefined ? {} : { title }) });
}

/** Fault `too-large`: zones would be told more of the meshes than an envelope holds. `used` is how much they are told now. */
export function overTold(most: number, used: number, after: number): Fault {
  const { remedy } = LIMITS["told-bytes"];
  const text = `Zones would be told ${after} bytes of the meshes, where an envelope holds ${most} (told-bytes), and now they are told ${used}: ${remedy}`;
  const title = "Could not add to what zones are told";
  return new Fault("too-large", text, { limit: { name: "told-bytes", most, used }, title });
}

/** Fault `too-many`: it was asked too often. `seconds` until the next may come. */
export function overRate(name: LimitName, most: number, seconds: number): Fault {
  const { what } = LIMITS[name];
  const after = Math.max(1, Math.ceil(seconds));
  return new Fault(
    "too-many",
    `There are more than ${most} ${what} a second (${name}): wait ${after}s, then go on slower`,
    {
      retryAfter: after,
      limit: { name, most },
    },
  );
}

/** Fault `too-large`: a body has more bytes than its route takes. */
export function overBytes(most: number): Fault {
  const name: LimitName = most === LIMITS["change-bytes"].most.free ? "change-bytes" : "body-bytes";
  return new Fault("too-large", `The body is larger than ${most} bytes (${name}), the most that this route takes`, {
    limit: { name, most },
  });
}

/** Fault `too-large`: one change is of more resources than may go in one. */
export function overChange(used: number): Fault {
  const name: LimitName = "change-resources";
  const most = LIMITS[name].most.free;
  return new Fault(
    "too-large",
    `The change is of ${used} resources, and at most ${most} go in one (${name}): make it in smaller parts`,
    { limit: { name, most, used } },
  );
}

/** Seconds after which a relay that found no room knocks again. */
const CROWDED = 60;

/** Fault `too-many`: as many relays of the organisation are on the bell as may be. */
export function overBell(most: number): Fault {
  return new Fault(
    "too-many",
    `The organisation has ${most} relays on the bell, the most that it may have (bell-relays): poll until some have left`,
    {
      retryAfter: CROWDED,
      limit: { name: "bell-relays", most },
    },
  );
}

/** Fault `too-many`: as many calls of the organisation wait for their turn as may. */
export function overWaiting(most: number): Fault {
  return new Fault(
    "too-many",
    `There are ${most} calls of the organisation that wait for their turn (waiting-calls): ask less at once`,
    {
      retryAfter: 1,
      limit: { name: "waiting-calls", most },
    },
  );
}
