// Asking again what was asked before: the control plane answers 304 where nothing has changed, and the earlier answer stands.

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Known {
  readonly etag: string;
  readonly body: string;
  readonly headers: Headers;
}

export interface KnownAnswers {
  readonly fetch: Fetch;
  /** Forgets what was not asked since the last call of this. Whether anything was asked. */
  settle(): boolean;
}

/** Reads of JSON whose answers have an ETag (RFC 9110 §13.1.2); all else is handed on as it is. */
export function knownAnswers(fetch: Fetch): KnownAnswers {
  let known = new Map<string, Known>();
  let asked = new Map<string, Known>();
  let calls = 0;
  return {
    async fetch(url, init) {
      calls += 1;
      const headers = new Headers(init.headers);
      if (init.method !== "GET" || headers.has("if-none-match")) return fetch(url, init);
      // Another token, or another form, may be answered otherwise.
      const key = JSON.stringify([url, headers.get("accept"), headers.get("authorization")]);
      const before = known.get(key);
      if (before !== undefined) headers.set("if-none-match", before.etag);
      const answer = await fetch(url, { ...init, headers });
      if (answer.status === 304 && before !== undefined) {
        asked.set(key, before);
        return new Response(before.body, { headers: before.headers });
      }
      const etag = answer.headers.get("etag");
      if (answer.status !== 200 || etag === null || !answer.headers.get("content-type")?.includes("json"))
        return answer;
      const body = await answer.text();
      asked.set(key, { etag, body, headers: answer.headers });
      return new Response(body, { headers: answer.headers });
    },
    settle() {
      known = asked;
      asked = new Map();
      return calls > 0;
    },
  };
}
