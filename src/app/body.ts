// Request bodies: bounded while they are read, so that no length header has to be believed.
import { parseJson } from "#api/json-text.ts";
import { Fault } from "#model/fault.ts";
import { overBytes } from "#model/limit/over.ts";
import type { Call } from "./call.ts";

/** Bytes of the body. Fault `too-large` that names the limit, before more than the limit was held. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) throw overBytes(limit);
  // HTTP ends a body at its declared length: it is taken in one piece, without a stream of its own.
  if (declared !== null) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.length > limit) throw overBytes(limit);
    return bytes;
  }
  if (request.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      throw overBytes(limit);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/** The JSON value of the body. Fault `unsupported-type`, `too-large` or `malformed`. */
export async function readJson(call: Call): Promise<unknown> {
  const type = call.request.headers.get("content-type");
  if (type !== null && !/^\s*application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw new Fault("unsupported-type", "The body must be JSON: send content-type application/json");
  }
  // Nothing is unpacked: a few bytes could become any number of them.
  if (!/^\s*(identity\s*)?$/i.test(call.request.headers.get("content-encoding") ?? "")) {
    throw new Fault("unsupported-type", "The body must come as it is: packed bodies (content-encoding) are not taken");
  }
  return parseJson(await call.bytes());
}
