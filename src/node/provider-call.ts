// Calls providers from Node: none but the operator's own hosts at a private address, no redirect, and no more read than is believed.
import { lookup as resolve } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { MOST_READ, type ProviderCall } from "#account/provider-call.ts";
import { urlProblem } from "#trust/public-url.ts";
import { publicLookup, type Resolve } from "./public-lookup.ts";

/** `resolver` stands in for the system's. */
export function openProviderCall(resolver: Resolve = resolve as Resolve): ProviderCall {
  return (url, { method, headers, body = "", mayBePrivate, signal }) =>
    new Promise((done, fail) => {
      const wrong = urlProblem(url, mayBePrivate);
      if (wrong !== null) return fail(new Error(`the URL ${wrong}`));
      const send = url.startsWith("https:") ? requestHttps : requestHttp;
      const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
      // A connection of its own: one that is kept could outlive what its name resolves to.
      const own = { lookup: publicLookup(mayBePrivate, resolver), agent: false, signal, maxHeaderSize: 16_384 };
      const request = send(url, { method, headers: { ...headers, ...length }, ...own }, (response) => {
        const parts: Buffer[] = [];
        let read = 0;
        response.on("data", (part: Buffer) => {
          read += part.length;
          parts.push(part);
          if (read > MOST_READ) response.destroy(new Error(`its answer is larger than ${MOST_READ} bytes`));
        });
        response.on("end", () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
        response.on("error", fail);
      });
      request.on("error", fail);
      request.end(body);
    });
}
