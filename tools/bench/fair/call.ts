// One write of the bench `fair`, over a connection that is kept.
import { type Agent, request } from "node:http";

/** Whose writes, and where. */
export interface Writer {
  /** The control plane's URL. */
  readonly url: string;
  readonly organisation: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number;
  readonly text: string;
}

/** Puts a MeshTimeout of the mesh `default` that selects the proxies with these tags, or all. */
export function writeTimeout(
  agent: Agent,
  { url, organisation, token }: Writer,
  name: string,
  { connectionTimeout, tags }: { readonly connectionTimeout: string; readonly tags?: Readonly<Record<string, string>> },
): Promise<Answer> {
  const to = [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout } }];
  const targetRef = tags === undefined ? { kind: "Mesh" } : { kind: "MeshSubset", tags };
  const body = JSON.stringify({ type: "MeshTimeout", mesh: "default", name, spec: { targetRef, to } });
  const path = `${url}/o/${organisation}/meshes/default/meshtimeouts/${name}`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const call = request(path, { method: "PUT", agent, headers, timeout: 60_000 }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          retryAfter: Number(answer.headers["retry-after"] ?? "1"),
          text: Buffer.concat(parts).toString().slice(0, 300),
        }),
      );
    });
    call.on("timeout", () => call.destroy(new Error("no answer within a minute")));
    call.on("error", reject);
    call.end(body);
  });
}
