// Hrana 2 over HTTP in JSON, as far as a batch needs it: https://github.com/tursodatabase/libsql/blob/main/docs/HTTP_V2_SPEC.md
import type { Rows, SqlValue, Statement } from "./database.ts";

type Value =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

interface Failure {
  readonly message: string;
  readonly code?: string | null;
}

interface StepResult {
  readonly cols: readonly { readonly name?: string | null }[];
  readonly rows: readonly (readonly Value[])[];
}

/** The answer to one of a pipeline's requests. */
type Answer =
  | { readonly type: "ok"; readonly response: { readonly type: string; readonly result?: BatchResult } }
  | { readonly type: "error"; readonly error: Failure };

interface BatchResult {
  readonly step_results: readonly (StepResult | null)[];
  readonly step_errors: readonly (Failure | null)[];
}

const BEGIN = { read: "BEGIN TRANSACTION READONLY", write: "BEGIN IMMEDIATE" } as const;

/** A pipeline's body: the statements in one transaction, each run where the one before was; then the stream ends. */
export function pipelineOf(statements: readonly Statement[], mode: keyof typeof BEGIN): string {
  const after = (step: number) => ({ type: "ok", step });
  const commit = statements.length + 1;
  const steps = [
    { stmt: { sql: BEGIN[mode], want_rows: false } },
    ...statements.map(({ sql, params }, at) => ({
      condition: after(at),
      stmt: { sql, args: params.map(wired), want_rows: true },
    })),
    { condition: after(commit - 1), stmt: { sql: "COMMIT", want_rows: false } },
    { condition: { type: "not", cond: after(commit) }, stmt: { sql: "ROLLBACK", want_rows: false } },
  ];
  return JSON.stringify({ requests: [{ type: "batch", batch: { steps } }, { type: "close" }] });
}

/** The rows of each of so many statements. Error where the transaction was not committed, with what the server says of the step that failed. */
export function rowsOf(body: unknown, count: number): readonly Rows[] {
  const [first] = (body as { readonly results?: readonly Answer[] }).results ?? [];
  if (first?.type === "error") throw errorOf(first.error);
  const { step_results: results, step_errors: errors } = first?.response?.result ?? {};
  if (results === undefined || errors === undefined) throw new Error("A libSQL server's answer is none to a batch");
  // The ROLLBACK that comes last has nothing to say.
  const steps = count + 2;
  for (let step = 0; step < steps; step++) {
    const failure = errors[step];
    if (failure !== null && failure !== undefined) throw errorOf(failure);
    if (results[step] === null || results[step] === undefined)
      throw new Error(`A libSQL server passed step ${step} of ${steps} over and said no reason`);
  }
  return results.slice(1, count + 1).map((result) => {
    const { cols, rows } = result as StepResult;
    return {
      columns: cols.map(({ name }) => name ?? ""),
      rows: rows.map((row) => row.map(readValue)),
      read: null,
      written: null,
    };
  });
}

/** What a server says of a call or a step; its code comes first, since a lock is known by it. */
export function errorOf({ message, code }: Failure): Error {
  return new Error(typeof code === "string" ? `${code}: ${message}` : message);
}

function wired(value: SqlValue): Value {
  if (value === null) return { type: "null" };
  if (typeof value === "number") return { type: "float", value };
  if (typeof value === "string") return { type: "text", value };
  return { type: "blob", base64: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")) };
}

function readValue(value: Value): SqlValue {
  switch (value.type) {
    case "null":
      return null;
    case "integer": {
      const read = Number(value.value);
      if (!Number.isSafeInteger(read)) throw new RangeError("A libSQL server's integer is too large for a number");
      return read;
    }
    case "blob":
      return Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
    default:
      return value.value;
  }
}
