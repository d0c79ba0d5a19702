// One page of metrics: asked of Envoy or of an application, within a bound of time and of size.
import { type IncomingMessage, request } from "node:http";
import { type Family, readMetrics } from "./metric-text.ts";

export interface MetricSource {
  /** For messages. */
  readonly name: string;
  readonly url: string;
}

/** A page beyond this is dropped: it would stand in memory several times. */
const MOST_BYTES = 33_554_432;
const ACCEPT = "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1";

/** The families of the page; rejects with the reason. */
export async function askMetrics({ url }: MetricSource, timeoutMs: number): Promise<Map<string, Family>> {
  const { text, type } = await fetchPage(url, timeoutMs);
  return readMetrics(text, type.startsWith("application/openmetrics-text"));
}

function fetchPage(url: string, timeoutMs: number): Promise<{ readonly text: string; readonly type: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const call = request(url, { headers: { accept: ACCEPT }, agent: false, signal }, (answer: IncomingMessage) => {
      if (answer.statusCode !== 200) {
        answer.resume();
        reject(new Error(`it answered ${answer.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) call.destroy(new Error(`its page is larger than ${MOST_BYTES} bytes`));
        else chunks.push(chunk);
      });
      answer.on("end", () =>
        resolve({ text: Buffer.concat(chunks).toString("utf8"), type: answer.headers["content-type"] ?? "" }),
      );
      answer.on("error", reject);
    });
    call.on("error", (error) => reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
    call.end();
  });
}
