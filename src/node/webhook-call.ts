// Calls receivers of webhooks from Node: never a private address, whatever a name resolves to, and no more read than is shown.
import { lookup as resolve } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import {
  type Answer,
  lateProblem,
  PATIENCE,
  type Receivers,
  retryAfterOf,
  statusProblem,
} from "#control/webhook/receiver.ts";
import { urlProblem } from "#trust/public-url.ts";
import { publicLookup, type Resolve } from "./public-lookup.ts";

/** What is read of an answer before the connection is closed; bytes. */
const MOST_READ = 16_384;
const MOST_HEADERS = 16_384;

/**
 * `allowPrivate`: private addresses and plain HTTP, for development and tests. `resolver` stands in for the system's;
 * `patience` is how long a call may take, milliseconds.
 */
export function openReceivers(
  allowPrivate: boolean,
  resolver: Resolve = resolve as Resolve,
  patience: number = PATIENCE,
): Receivers {
  const lookup = publicLookup(allowPrivate, resolver);
  return {
    allowPrivate,
    patience,
    call: (url, { headers, body, signal }) =>
      new Promise<Answer>((done) => {
        const fail = (problem: string): void => done({ status: null, retryAfter: null, problem });
        // The rules may have become stricter since it was made.
        const wrong = urlProblem(url, allowPrivate);
        if (wrong !== null) return fail(`its URL ${wrong}`);
        const send = url.startsWith("https:") ? requestHttps : requestHttp;
        const request = send(
          url,
          {
            method: "POST",
            headers: { ...headers, "content-length": Buffer.byteLength(body) },
            lookup,
            signal,
            // A connection of its own: one that is kept could outlive what its name resolves to.
            agent: false,
            maxHeaderSize: MOST_HEADERS,
          },
          (response) => {
            const status = response.statusCode ?? 0;
            const retryAfter = retryAfterOf(response.headers["retry-after"], Date.now());
            const end = (): void => {
              done({ status, retryAfter, problem: statusProblem(status) });
              response.destroy();
            };
            let read = 0;
            response.on("data", (part: Buffer) => {
              read += part.length;
              if (read > MOST_READ) end();
            });
            // The status has come: what is wrong with the rest changes nothing.
            response.on("end", end).on("error", end).on("aborted", end);
          },
        );
        request.on("error", (error: NodeJS.ErrnoException) =>
          fail(signal.aborted ? lateProblem(patience) : problemOf(error)),
        );
        request.end(body);
      }),
  };
}

const SELF_SIGNED = "its certificate, or a CA that it sends, is self-signed and not trusted here";
const UNTRUSTED = "its certificate is of no CA that is trusted here; does it send its intermediates?";

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOTPUBLIC: "its name resolves to a private, loopback, link-local or reserved address",
  ENOTFOUND: "its name does not resolve",
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "it closed the connection before it answered",
  ECONNABORTED: "it closed the connection before it answered",
  EPIPE: "it closed the connection before it answered",
  EAI_AGAIN: "its name could not be resolved now: the resolver gave no answer",
  ETIMEDOUT: "its address takes no connection (timed out)",
  EHOSTUNREACH: "there is no way to its address",
  ENETUNREACH: "there is no way to its address",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is not for the name in its URL",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate is revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: SELF_SIGNED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  HPE_HEADER_OVERFLOW: "the headers of its answer are too large",
};

function problemOf({ code = "" }: NodeJS.ErrnoException): string {
  const own = PROBLEMS[code];
  if (own !== undefined) return own;
  if (code.startsWith("HPE_")) return `what it answered is not HTTP (${code})`;
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return `no TLS connection to it came about (${code})`;
  return code === "" ? "the call failed" : `the call failed (${code})`;
}
