// The console's files: one page for every address below /console/, what it loads, and the policy under which a browser runs them.
import { Fault } from "#model/fault.ts";
import { toBase64Url } from "#trust/bytes.ts";

/** A file of the console as it was built. */
export interface ConsoleFile {
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string;
  readonly type: string;
  /** How the body is packed: `br`, `gzip`; null = not at all. */
  readonly encoding: string | null;
}

/** The console's files, by their paths below /console/; null where there is none of that name. */
export type ConsoleFiles = (path: string, accepts: string) => Promise<ConsoleFile | null>;

const PAGE = "index.html";
/** Files whose names have a hash of what is in them. */
const LASTING = /^assets\//;
const NONCE_PLACE = "</head>";

/** Where a browser that asks for the control plane's own address is sent. */
export function sendToConsole(request: Request): Response | null {
  if (!(request.headers.get("accept") ?? "").includes("text/html")) return null;
  return new Response(null, { status: 302, headers: { location: "/console/" } });
}

/**
 * Answers a GET below /console/. Null where the address is of a file that is none: everything else is a page's address and
 * gets the one page. `nonce` are 16 random bytes. Fault `absent` where no console was built.
 */
export async function answerConsole(
  request: Request,
  files: ConsoleFiles,
  nonce: Uint8Array,
): Promise<Response | null> {
  const path = new URL(request.url).pathname.replace(/^\/console\/?/, "");
  const isFile = LASTING.test(path);
  if (!isFile) return pageOf(files, toBase64Url(nonce));
  const file = await files(path, request.headers.get("accept-encoding") ?? "");
  if (file === null) return null;
  return new Response(file.body, {
    headers: {
      "content-type": file.type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(file.encoding !== null && { "content-encoding": file.encoding }),
    },
  });
}

async function pageOf(files: ConsoleFiles, nonce: string): Promise<Response> {
  const file = await files(PAGE, "");
  if (file === null) {
    throw new Fault("absent", "This control plane has no console: `npm run build` makes its files in dist/console");
  }
  const html = await new Response(file.body).text();
  // Parts of the page that bring styles of their own read the nonce there.
  const marked = html.replace(
    NONCE_PLACE,
    `<meta property="csp-nonce" content="${nonce}" nonce="${nonce}" />${NONCE_PLACE}`,
  );
  return new Response(marked, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy": contentSecurityPolicy(nonce),
      "permissions-policy":
        "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
      "cross-origin-opener-policy": "same-origin",
    },
  });
}

/** Scripts and styles of this host alone, nothing inline but styles with the nonce. */
function contentSecurityPolicy(nonce: string): string {
  const rules = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": `'self' 'nonce-${nonce}'`,
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(rules)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
