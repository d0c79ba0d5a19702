// Bodies of what became of attempts to enrol and to join.
import * as z from "#model/lazy-zod.ts";

const time = z.nullable(z.string());

/** `zone`: of this zone alone. */
export const joinQuery = z.object({ zone: z.exactOptional(z.string()) });

/** In the order in which they come; by when it was done, null = not yet. */
const joinSteps = z.object(() => ({
  tokenMade: z.string(),
  /** The relay was admitted. */
  tokenUsed: time,
  /** The relay has told something by itself. */
  relayConnected: time,
  proxySeen: time,
  configSent: time,
  /** An Envoy has ACKed it. */
  configTaken: time,
  /** Told in meshes that are new and small, and where requests are counted, as an automatic rollback by error rate asks for it. */
  firstRequest: time,
}));

export const joins = z.object(() => ({
  /** An enrolment token each, the newest first. */
  items: z.array(
    z.object({
      zone: z.string(),
      token: z.string(),
      createdAt: z.string(),
      expiresAt: time,
      state: z.enum(["waiting", "used", "expired", "revoked"]),
      relay: z.nullable(z.string()),
      steps: joinSteps,
      /** The first proxy that lives at the relay. */
      proxy: z.nullable(z.object({ mesh: z.string(), name: z.string() })),
      /** Envoy's words, where its config is refused and no Envoy has taken it. */
      rejected: z.nullable(z.string()),
    }),
  ),
  /** Attempts that were refused, the last one first; a hundred of relays, and twenty a zone of proxies. */
  refused: z.array(
    z.object({
      what: z.enum(["relay", "proxy"]),
      /** As `token-used`, `token-expired`; of a proxy `refused`, and its relay gave the reason. */
      code: z.string(),
      reason: z.string(),
      /** May be empty. */
      fix: z.string(),
      zone: z.nullable(z.string()),
      token: z.nullable(z.string()),
      relay: z.nullable(z.string()),
      mesh: z.nullable(z.string()),
      name: z.nullable(z.string()),
      /** At the least. */
      count: z.int(),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
  /**
   * Requests that were seen, the first of each kind: of the twenty proxies of a mesh that came first, until one request has
   * been sent and one has arrived. `sent`: the destination answered below 500, were it with a refusal; `failed`: it did not;
   * `received`: what came in reached the proxy's own program, which answered; `broken`: which did not.
   */
  calls: z.array(
    z.object({
      zone: z.string(),
      mesh: z.string(),
      proxy: z.string(),
      way: z.enum(["sent", "failed", "received", "broken"]),
      /** The destination's name in the proxy's Envoy; null = what came in. */
      to: z.nullable(z.string()),
      firstAt: z.string(),
    }),
  ),
}));
export type JoinsBody = z.infer<typeof joins>;
