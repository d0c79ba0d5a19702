// A call of a Durable Object that the platform ends, moves or cannot reach.
import { Fault } from "#model/fault.ts";

/**
 * What the object answers. Fault `unavailable` where it did not come to an answer (a deployment replaces objects, a machine is
 * emptied, too much waits for it): the same call may be made again. What the object itself throws is thrown on.
 */
export async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!isOfPlatform(cause)) throw cause;
    throw new Fault("unavailable", "The organisation's writer was not reached; try again in a moment.", {
      cause,
      retryAfter: 1,
    });
  }
}

/** As the platform marks its errors (developers.cloudflare.com/durable-objects, error handling). */
function isOfPlatform(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = (error ?? {}) as Readonly<Record<string, unknown>>;
  return retryable === true || overloaded === true || durableObjectReset === true;
}
