// The calls that other relays of the zone make, at this relay's own port.
import type { Context } from "hono";
import { parseJson } from "#api/json-text.ts";
import type { HolderAnswer, HolderQuestion, ReplicaMessage } from "#api/replica.ts";
import { holderQuestion, replicaMessage } from "#api/replica-shape.ts";
import { NONCE_HEADER } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import type { Door } from "#relay/replica/door.ts";

export interface ReplicaSide {
  readonly door: Door;
  answer(relay: string, message: ReplicaMessage): Promise<ReplicaMessage>;
  /** Whether another proxy holds a name here. */
  holder(question: HolderQuestion): Promise<HolderAnswer>;
}

/** Events of lives. Faults of the door, and `malformed`; the answer to a fault has a fresh nonce too. */
export async function replicaEvents(context: Context, side: ReplicaSide): Promise<Response> {
  const { relay, body } = await enter(context, side.door);
  const message = replicaMessage.safeParse(body);
  if (!message.success) throw malformed();
  return context.json(await side.answer(relay, message.data as ReplicaMessage));
}

/** Who holds a name; faults as of events. */
export async function replicaHolder(context: Context, side: ReplicaSide): Promise<Response> {
  const { body } = await enter(context, side.door);
  const question = holderQuestion.safeParse(body);
  if (!question.success) throw malformed();
  return context.json(await side.holder(question.data as HolderQuestion));
}

async function enter(context: Context, door: Door): Promise<{ readonly relay: string; readonly body: unknown }> {
  context.header(NONCE_HEADER, await door.nonce());
  let bytes = new Uint8Array();
  const readBody = async (): Promise<Uint8Array> => {
    bytes = new Uint8Array(await context.req.arrayBuffer());
    return bytes;
  };
  const relay = await door.enter(context.req.raw, readBody);
  return { relay, body: parseJson(bytes) };
}

function malformed(): Fault {
  return new Fault("malformed", "The body is not what one relay tells another");
}
