// The one call that other relays of the zone make, at this relay's own port.
import type { Context } from "hono";
import { parseJson } from "#api/json-text.ts";
import type { ReplicaMessage } from "#api/replica.ts";
import { replicaMessage } from "#api/replica-shape.ts";
import { NONCE_HEADER } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import type { Door } from "#relay/replica/door.ts";

export interface ReplicaSide {
  readonly door: Door;
  answer(relay: string, message: ReplicaMessage): Promise<ReplicaMessage>;
}

/** Faults of the door, and `malformed`; the answer to a fault has a fresh nonce too. */
export async function replicaEvents(context: Context, { door, answer }: ReplicaSide): Promise<Response> {
  context.header(NONCE_HEADER, await door.nonce());
  let body = new Uint8Array();
  const readBody = async (): Promise<Uint8Array> => {
    body = new Uint8Array(await context.req.arrayBuffer());
    return body;
  };
  const relay = await door.enter(context.req.raw, readBody);
  const message = replicaMessage.safeParse(parseJson(body));
  if (!message.success) throw new Fault("malformed", "The body is not what one relay tells another");
  return context.json(await answer(relay, message.data as ReplicaMessage));
}
