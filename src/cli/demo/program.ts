// The demo's two programs: plain HTTP servers that know nothing of a mesh.
import { createServer, type Server } from "node:http";

export interface ProgramOptions {
  readonly port: number;
  /** Where web finds backend: the outbound port of its own Envoy. */
  readonly backend: string;
}

/** By name; the one table of the demo's programs. */
export const PROGRAMS = { web: webServer, backend: backendServer } as const;
export type ProgramName = keyof typeof PROGRAMS;

/** Answers every path with who asked and how often. */
function backendServer(): Server {
  let count = 0;
  return createServer((request, response) => {
    count++;
    const answer = {
      program: "backend",
      path: request.url ?? "/",
      count,
      peer: peerOf(request.headers["x-forwarded-client-cert"]),
    };
    response.setHeader("content-type", "application/json");
    response.end(`${JSON.stringify(answer)}\n`);
  });
}

/** Asks backend on each request and shows its answer, or why there is none. */
function webServer({ backend }: ProgramOptions): Server {
  return createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    void ask(new URL(request.url ?? "/", backend)).then(({ status, body }) => {
      response.statusCode = status === 200 ? 200 : 502;
      response.end(`${JSON.stringify({ program: "web", backend: { status, body } })}\n`);
    });
  });
}

async function ask(url: URL): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    return {
      status: answer.status,
      body: answer.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : text.trim(),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { status: 0, body: `no answer from ${url.origin}: ${cause}` };
  }
}

/** The SPIFFE ID that the Envoy in front has verified, where it says so. */
function peerOf(header: string | string[] | undefined): string | null {
  return /URI=(spiffe:[^;,]+)/.exec(String(header ?? ""))?.[1] ?? null;
}
