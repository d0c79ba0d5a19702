// A fleet of relays in front of real workers: enrolled, and calling as a relay calls, each with its proof.
import { WebSocket } from "ws";
import { BELL_PATH } from "#api/bell.ts";
import { NONCE_HEADER, PROOF_HEADER } from "#api/zone.ts";
import { enrolRelay, type Relay } from "#test/app/relay.ts";
import { createMesh, createOrganisation, type Subject } from "#test/app/subject.ts";
import { digestText } from "#trust/digest.ts";
import { signProof } from "#trust/proof.ts";
import { CLOCK_HEADER } from "./front.ts";

export interface Caller {
  /** Calls with a proof, and again with the refusal's nonce where its own has grown old; throws where it is refused for good. */
  call(method: "GET" | "POST", path: string, at: number | null, more?: Sent): Promise<Response>;
  /** Comes to the bell; resolves when it has been rung first. */
  knock(at: number | null): Promise<WebSocket>;
  /** ETag of what it holds. */
  etag: string;
}

export interface Sent {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** So many relays, some to an organisation, each in a zone of its own, with the first snapshot. */
export async function openFleet(subject: Subject, relays: number, each: number): Promise<readonly Caller[]> {
  const callers: Caller[] = [];
  for (let made = 0; made < relays; ) {
    const organisation = await createOrganisation(subject);
    await createMesh(organisation);
    for (let index = 0; index < each && made < relays; index++, made++)
      callers.push(openCaller(subject, await enrolRelay(subject, organisation, `z${index}`)));
  }
  for (const caller of callers) await settle(caller);
  return callers;
}

/** Until it holds the newest: what others were enrolled for was published for it, too. */
async function settle(caller: Caller): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const known = caller.etag === "" ? {} : { headers: { "if-none-match": caller.etag } };
    const answer = await caller.call("GET", "/v1/zone/snapshot", null, known);
    if (answer.status === 304) return;
    caller.etag = answer.headers.get("etag") ?? caller.etag;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("a relay does not come to rest");
}

function openCaller(subject: Subject, relay: Relay): Caller {
  let nonce = "";
  const { tenant, zone, relay: id, controlPlane: aud, keys } = relay;
  const headersOf = async (htm: string, htu: string, at: number | null, { body = "", headers = {} }: Sent) => {
    const claims = { jti: crypto.randomUUID(), htm, htu, bh: await digestText(body), aud, nonce };
    const proof = await signProof(claims, { tenant, zone, relay: id }, keys.private);
    return { ...headers, [PROOF_HEADER]: proof, ...(at !== null && { [CLOCK_HEADER]: String(at) }) };
  };
  const caller: Caller = {
    etag: "",
    async call(method, path, at, sent = {}) {
      for (let tries = 1; ; tries++) {
        const init = {
          method,
          headers: await headersOf(method, path, at, sent),
          ...(sent.body && { body: sent.body }),
        };
        const answer = await subject.fetch(path, init);
        nonce = answer.headers.get(NONCE_HEADER) ?? nonce;
        await answer.clone().arrayBuffer();
        if (answer.status < 400 || (answer.status === 503 && caller.etag === "")) return answer;
        if (tries > 5 || answer.status !== 401)
          throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      }
    },
    async knock(at) {
      const headers = await headersOf("GET", BELL_PATH, at, {});
      const socket = new WebSocket(`${subject.url.replace(/^http/, "ws").replace(/\/$/, "")}${BELL_PATH}`, { headers });
      return new Promise((resolve, reject) => {
        socket.once("message", () => resolve(socket));
        socket.once("unexpected-response", (_, answer) => reject(new Error(`the bell answered ${answer.statusCode}`)));
        socket.once("error", reject);
      });
    },
  };
  return caller;
}
