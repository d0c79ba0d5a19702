// D1 databases of a real workerd for who is outside of it: a batch is one call, whatever it holds.
import { Miniflare } from "miniflare";
import type { D1 } from "#store/d1.ts";

/** A statement as it is sent; bytes go as lists of numbers, which is how D1 itself gives them back. */
interface Sent {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const SCRIPT = `export default {
  async fetch(request, env) {
    const { name, statements } = await request.json();
    const bound = ({ sql, values }) =>
      env[name].prepare(sql).bind(...values.map((one) => (Array.isArray(one) ? new Uint8Array(one) : one)));
    try {
      return Response.json(await env[name].batch(statements.map(bound)));
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
}`;

export interface D1Server {
  /** Its binding, which answers and refuses as D1 does. */
  binding(name: string): D1<Sent>;
  close(): Promise<void>;
}

/**
 * Empty ones. Miniflare's own bindings outside of workerd ask it twice for each statement while this process stands still, and
 * break where it takes long.
 */
export function openD1Server(names: readonly string[]): D1Server {
  const flare = new Miniflare({ modules: true, script: SCRIPT, d1Databases: [...names] });
  return {
    binding: (name) => ({
      prepare: (sql) => ({
        bind: (...values) => ({ sql, values: values.map((one) => (one instanceof Uint8Array ? [...one] : one)) }),
      }),
      async batch(statements) {
        const body = JSON.stringify({ name, statements });
        const answer = await flare.dispatchFetch("http://d1.example/", { method: "POST", body });
        if (!answer.ok) throw new Error(await answer.text());
        return (await answer.json()) as Awaited<ReturnType<D1["batch"]>>;
      },
    }),
    close: () => flare.dispose(),
  };
}
