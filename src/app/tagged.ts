// Reads that nothing has changed for: 304, so that who asks again and again is sent nothing.
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { quoted, readEtags, unchanged } from "./answer.ts";

/**
 * A GET of JSON that has no ETag of its own gets a weak one, made of its bytes (RFC 9110 §8.8.1); 304 where If-None-Match names
 * it (§13.1.2). All else is handed on.
 */
export async function tagged(request: Request, response: Response): Promise<Response> {
  const { status, headers } = response;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || status !== 200 || headers.has("etag") || headers.get("content-type") !== "application/json")
    return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const etag = toBase64Url(await digestBytes(bytes));
  const weak = `W/${quoted(etag)}`;
  if (readEtags(request.headers.get("if-none-match"), true)?.includes(etag) === true)
    return unchanged(etag, { etag: weak });
  headers.set("etag", weak);
  return new Response(bytes, { status, headers });
}
