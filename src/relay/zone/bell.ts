// The relay's connection to the bell: a WebSocket that it asks for with its proof, as it proves every call.
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { BELL_PATH } from "#api/bell.ts";
import { NONCE_HEADER, PROOF_HEADER } from "#api/zone.ts";
import { reasonOf } from "#relay/log.ts";
import type { Knock, Line, Told } from "./listening.ts";

export interface BellOptions {
  /** WebSocket URL of the bell. */
  readonly address: string;
  /** A proof of `GET` on this path; null = with the nonce that came last. */
  readonly prove: (path: string, nonce: string | null) => Promise<string>;
  /** How long the answer to the call may take; milliseconds. */
  readonly timeout?: number;
}

/** Rings are some thirty bytes. */
const LONGEST_MESSAGE = 1024;

/** The bell of a control plane at `http://` or `https://`, with a path if it has one. */
export function bellAddress(url: string): string {
  return `${url.replace(/\/+$/, "").replace(/^http/, "ws")}${BELL_PATH}`;
}

/** Knocks at the control plane. A nonce that has grown old is replaced by that of the refusal, once. */
export function createKnock({ address, prove, timeout = 5000 }: BellOptions): Knock {
  return (told) => {
    let socket: WebSocket | null = null;
    let ended = false;
    const shut = (reason: string): void => {
      if (!ended) told.shut(reason);
    };
    const ask = async (nonce: string | null): Promise<void> => {
      const proof = await prove(BELL_PATH, nonce);
      if (ended) return;
      socket = connect(address, proof, timeout, {
        said: told.said,
        shut,
        refused(answer) {
          const fresh = answer.headers[NONCE_HEADER];
          if (answer.statusCode === 401 && nonce === null && typeof fresh === "string") again(fresh);
          else shut(`the call was answered with ${answer.statusCode ?? "nothing"}`);
        },
      });
    };
    const again = (nonce: string | null): void => void ask(nonce).catch((error: unknown) => shut(reasonOf(error)));
    again(null);
    return {
      send: (text) => socket?.readyState === WebSocket.OPEN && socket.send(text),
      end() {
        ended = true;
        // A good-bye waits for its answer, and half-open connections give none.
        socket?.close(1000);
        socket?.terminate();
      },
    } satisfies Line as Line;
  };
}

function connect(
  address: string,
  proof: string,
  timeout: number,
  { said, shut, refused }: Told & { refused(answer: IncomingMessage): void },
): WebSocket {
  const socket = new WebSocket(address, {
    headers: { [PROOF_HEADER]: proof },
    handshakeTimeout: timeout,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let reason = "";
  let isRefused = false;
  socket.on("unexpected-response", (request, answer) => {
    isRefused = true;
    answer.destroy();
    request.destroy();
    refused(answer);
  });
  socket.on("message", (data, isBinary) => {
    if (!isBinary) said(String(data));
  });
  socket.on("error", (error) => {
    reason = reasonOf(error);
  });
  socket.on("close", (code, told) => {
    if (!isRefused) shut(reason || String(told) || `the connection ended with ${code}`);
  });
  return socket;
}
