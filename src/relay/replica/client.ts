// Calls to another relay of the zone: proved by this relay's key, over TLS that only the other's own CA vouches for.
import { Agent, request } from "node:https";
import { parseJson } from "#api/json-text.ts";
import {
  HOLDER_PATH,
  type HolderAnswer,
  type HolderQuestion,
  REPLICA_PATH,
  type ReplicaMessage,
} from "#api/replica.ts";
import { holderAnswer, replicaMessage } from "#api/replica-shape.ts";
import { type EnrolResponse, NONCE_HEADER, PROOF_HEADER, type Reach } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { toBase64Url, utf8 } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { signProof } from "#trust/proof.ts";

/** Another relay, as the envelope names it. */
export interface Peer extends Reach {
  readonly id: string;
}

export interface ReplicaClient {
  /** Fault `unavailable` when no good answer came, else the other's refusal. */
  call(peer: Peer, message: ReplicaMessage, signal: AbortSignal): Promise<ReplicaMessage>;
  /** Whether another proxy holds a name there; faults as of `call`. */
  ask(peer: Peer, question: HolderQuestion, signal: AbortSignal): Promise<HolderAnswer>;
  close(): void;
}

export interface ReplicaClientOptions {
  readonly enrolment: EnrolResponse;
  readonly sign: Parameters<typeof signProof>[2];
  readonly chance: (length: number) => Uint8Array;
  /** Milliseconds that a call may take. */
  readonly timeout: number;
}

/** An answer longer than this is none of a relay's. */
const MOST_BYTES = 16 * 1024 * 1024;

export function createReplicaClient({ enrolment, sign, chance, timeout }: ReplicaClientOptions): ReplicaClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, timeout: 30_000 });
  /** The nonce that each relay gave last. */
  const nonces = new Map<string, string>();

  async function proof(peer: Peer, path: string, body: string): Promise<string> {
    const bh = toBase64Url(await digestBytes(utf8(body)));
    const claims = { jti: toBase64Url(chance(16)), htm: "POST", htu: path, bh, aud: peer.id };
    return signProof({ ...claims, nonce: nonces.get(peer.id) ?? "" }, enrolment, sign);
  }

  async function once(peer: Peer, path: string, body: string, signal: AbortSignal): Promise<Answer> {
    const answer = await send(peer, path, body, { proof: await proof(peer, path, body), agent, timeout, signal });
    if (answer.nonce !== undefined) nonces.set(peer.id, answer.nonce);
    return answer;
  }

  /** The checked answer to what is sent there as JSON. */
  async function post<T>(peer: Peer, path: string, sent: object, shape: Shape<T>, signal: AbortSignal): Promise<T> {
    const body = JSON.stringify(sent);
    const known = nonces.get(peer.id);
    let answer = await once(peer, path, body, signal);
    // The first call has no nonce, and one that is too old is answered with another.
    if (answer.status === 401 && nonces.get(peer.id) !== known) answer = await once(peer, path, body, signal);
    if (answer.status !== 200) throw refusalOf(peer, answer);
    const checked = shape.safeParse(parseJson(answer.body));
    if (!checked.success)
      throw new Fault("unavailable", `The relay ${peer.id} does not answer as a relay of this release does`);
    return checked.data;
  }

  return {
    call: (peer, message, signal) => post(peer, REPLICA_PATH, message, replicaMessage, signal),
    ask: (peer, question, signal) => post(peer, HOLDER_PATH, question, holderAnswer, signal),
    close: () => agent.destroy(),
  };
}

/** What checks an answer. */
interface Shape<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly nonce: string | undefined;
}

interface Sending {
  readonly proof: string;
  readonly agent: Agent;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

function send(
  { address, ca }: Peer,
  path: string,
  body: string,
  { proof, agent, timeout, signal }: Sending,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new Fault("unavailable", `No answer from the relay at ${address}`, { cause }));
    const headers = {
      [PROOF_HEADER]: proof,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const call = request(`https://${address}${path}`, { method: "POST", ca, agent, headers, signal }, (from) => {
      const chunks: Buffer[] = [];
      let length = 0;
      from.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MOST_BYTES) call.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      from.on("error", fail);
      from.on("end", () => {
        const nonce = from.headers[NONCE_HEADER];
        resolve({
          status: from.statusCode ?? 0,
          body: new Uint8Array(Buffer.concat(chunks)),
          nonce: typeof nonce === "string" ? nonce : undefined,
        });
      });
    });
    // Of the whole call, and not of silence: a host that is gone must not hold it.
    const timer = setTimeout(() => call.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
    call.on("error", fail);
    call.on("close", () => clearTimeout(timer));
    call.end(body);
  });
}

function refusalOf(peer: Peer, { status, body }: Answer): Fault {
  let detail = "";
  try {
    detail = String((JSON.parse(Buffer.from(body).toString("utf8")) as { detail?: unknown }).detail ?? "");
  } catch {
    // The status says enough.
  }
  const code = status === 401 ? "unauthenticated" : status === 403 ? "forbidden" : "unavailable";
  return new Fault(code, `The relay ${peer.id} at ${peer.address} answered ${status}: ${detail.slice(0, 300)}`);
}
