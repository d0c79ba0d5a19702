// Provenance of Envoy fields: every write of a policy says from which conf values it came; a failed policy is undone.
import { pointerStep } from "#model/json.ts";

/** A place in a matched conf: which policy type, which of its rules, which value. Resolved to origins when asked. */
export interface Source {
  readonly policy: string;
  readonly list: "to" | "subsets" | "rules" | "default";
  /** Index in the list; 0 for `to` and `default`; -1 = whatever rules of the policy hold here. */
  readonly item: number;
  /** JSON pointer of the value in that rule's conf; "" = the whole. */
  readonly pointer: string;
  /** KRI of the MeshHTTPRoute whose own policies are meant; the tracer enters it. */
  readonly route?: string;
}

/** One written value: `holder[key]`, or `holder` itself where a whole object was put into a list. */
export interface Write {
  readonly holder: object;
  readonly key: string | null;
  readonly sources: readonly Source[];
}

/** A policy's value that could not be turned into Envoy's config; the rest of the proxy is served without it. */
export interface Complaint {
  readonly source: Source;
  readonly reason: string;
}

export interface Trace {
  readonly writes: readonly Write[];
  readonly complaints: readonly Complaint[];
}

/** What policies write through. */
export class Tracer implements Trace {
  readonly writes: Write[] = [];
  readonly complaints: Complaint[] = [];
  readonly #undo: (() => void)[] = [];
  /** Writes by holder, as far as they were counted; made when the first copy is, since thousands of copies ask. */
  #holders = new Map<object, Write[]>();
  #counted = 0;
  #route: string | undefined;

  /** Sets a field; with sources, remembers where its value came from. */
  set<T extends object, K extends keyof T & string>(
    holder: T,
    key: K,
    value: T[K],
    ...sources: readonly Source[]
  ): void {
    const had = Object.hasOwn(holder, key);
    const before = holder[key];
    this.#undo.push(() => {
      if (had) holder[key] = before;
      else delete holder[key];
    });
    holder[key] = value;
    if (sources.length > 0) this.writes.push({ holder, key, sources: this.#placed(sources) });
  }

  /** Takes a field away. */
  unset<T extends object, K extends keyof T & string>(holder: T, key: K): void {
    if (!Object.hasOwn(holder, key)) return;
    const before = holder[key];
    this.#undo.push(() => {
      holder[key] = before;
    });
    delete holder[key];
  }

  /** Puts an object into a list at `index`. */
  insert<T extends object>(list: T[], index: number, value: T, ...sources: readonly Source[]): void {
    this.#undo.push(() => {
      list.splice(list.indexOf(value), 1);
    });
    list.splice(index, 0, value);
    this.note(value, ...sources);
  }

  /** Remembers where a whole object came from that was built apart and is part of what is inserted. */
  note(holder: object, ...sources: readonly Source[]): void {
    if (sources.length > 0) this.writes.push({ holder, key: null, sources: this.#placed(sources) });
  }

  /** A copy of a body or a part of it, whose values have the same origins. */
  copy<T extends object>(body: T): T {
    const twins = new Map<object, object>();
    const copied = copyOf(body, twins) as T;
    const known = this.#writesByHolder();
    for (const [holder, twin] of twins) {
      for (const { key, sources } of known.get(holder) ?? []) this.writes.push({ holder: twin, key, sources });
    }
    return copied;
  }

  /** A value that Envoy could not take; the caller writes something safe instead. */
  complain(source: Source, reason: string): void {
    this.complaints.push({ source: this.#placed([source])[0] ?? source, reason });
  }

  /** While `work` runs, sources mean the policies that hold for one MeshHTTPRoute only. */
  within<T>(route: string, work: () => T): T {
    const before = this.#route;
    this.#route = route;
    try {
      return work();
    } finally {
      this.#route = before;
    }
  }

  #writesByHolder(): ReadonlyMap<object, readonly Write[]> {
    for (; this.#counted < this.writes.length; this.#counted++) {
      const write = this.writes[this.#counted] as Write;
      const list = this.#holders.get(write.holder);
      if (list === undefined) this.#holders.set(write.holder, [write]);
      else list.push(write);
    }
    return this.#holders;
  }

  #placed(sources: readonly Source[]): readonly Source[] {
    const route = this.#route;
    return route === undefined ? sources : sources.map((source) => ({ ...source, route }));
  }

  /** Runs a policy; where it fails, undoes what it wrote, keeps the complaint and answers false. */
  attempt(policy: string, work: () => void): boolean {
    const mark = this.#undo.length;
    const written = this.writes.length;
    try {
      work();
      return true;
    } catch (error) {
      while (this.#undo.length > mark) this.#undo.pop()?.();
      this.writes.length = written;
      this.#holders = new Map();
      this.#counted = 0;
      const reason = error instanceof Error ? error.message : "could not be applied";
      this.complain({ policy, list: "to", item: -1, pointer: "" }, reason);
      return false;
    }
  }
}

function copyOf(value: unknown, twins: Map<object, object>): unknown {
  if (value === null || typeof value !== "object") return value;
  // A hole is no JSON: its content stands under a symbol.
  if (Object.getOwnPropertySymbols(value).length > 0) return value;
  const twin: unknown = Array.isArray(value)
    ? value.map((item) => copyOf(item, twins))
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member, twins)]));
  twins.set(value, twin as object);
  return twin;
}

/** JSON pointers (RFC 6901) of every object inside a body. */
export function pointersOf(body: object): ReadonlyMap<object, string> {
  const found = new Map<object, string>();
  walk(body, "", found);
  return found;
}

function walk(value: unknown, path: string, found: Map<object, string>): void {
  if (value === null || typeof value !== "object" || found.has(value)) return;
  found.set(value, path);
  for (const [key, item] of Object.entries(value)) walk(item, `${path}/${pointerStep(key)}`, found);
}
