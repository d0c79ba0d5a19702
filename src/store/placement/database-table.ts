// The table of named databases as an operator writes it: JSON, each name with where the database is and whom it takes.

/** One row; of `file`, `binding` and `url` it has exactly one. */
export interface DatabaseRow {
  /** A libSQL file, within the state folder unless the path is absolute; Node alone. */
  readonly file?: string;
  /** Name of a D1 binding; Workers alone. */
  readonly binding?: string;
  /** A libSQL server: `https://…`, `http://…` or `libsql://…`. */
  readonly url?: string;
  /** File with the server's token; Node alone. */
  readonly tokenFile?: string;
  /** Name of the Worker's secret with the server's token. */
  readonly tokenSecret?: string;
  /** Where it is; on Workers a Durable Object's location hint, such as `weur`. */
  readonly region?: string;
  /** True: it takes no new organisations. */
  readonly closed?: boolean;
}

export type DatabaseTable = ReadonlyMap<string, DatabaseRow>;

/** What each edge can open, and what names its servers' tokens. */
const EDGES = {
  node: { local: "file", token: "tokenFile" },
  workers: { local: "binding", token: "tokenSecret" },
} as const;

const NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads `{"main": {"file": "tenants.db"}, "eu-1": {"url": "https://…", "region": "weur"}}`. Error with all that is wrong; `where` names the text. */
export function readDatabaseTable(text: string, where: string, edge: keyof typeof EDGES): DatabaseTable {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${where} is no JSON`, { cause });
  }
  if (!isObject(read)) throw new Error(`${where} must be a JSON object: names of databases, each with its row`);
  const rows = Object.entries(read);
  const problems = rows.flatMap(([name, row]) => problemsOf(name, row, EDGES[edge]));
  if (rows.length === 0) problems.push("it names no database");
  if (problems.length > 0) throw new Error(`${where} is refused:\n${problems.map((one) => `- ${one}`).join("\n")}`);
  return new Map(rows as [string, DatabaseRow][]);
}

function problemsOf(name: string, row: unknown, { local, token }: (typeof EDGES)[keyof typeof EDGES]): string[] {
  const problems: string[] = [];
  const say = (reason: string): void => void problems.push(`${name}: ${reason}`);
  if (!NAME.test(name)) say("a name is of lower case letters, digits and '-', and starts with a letter");
  if (!isObject(row)) return [...problems, `${name}: must be an object with ${local} or url`];
  const known: Readonly<Record<string, "string" | "boolean">> = {
    ...{ [local]: "string", url: "string", [token]: "string" },
    ...{ region: "string", closed: "boolean" },
  };
  for (const [field, value] of Object.entries(row)) {
    const type = known[field];
    if (type === undefined) say(`${field} is unknown; known here are ${Object.keys(known).join(", ")}`);
    else if (typeof value !== type || value === "")
      say(`${field} must be ${type === "string" ? "a text" : "true or false"}`);
  }
  const { url, [local]: near, [token]: secret } = row;
  if ((url === undefined) === (near === undefined)) say(`needs either ${local} or url`);
  if (typeof url === "string" && !/^(https?|libsql):\/\/[^/]/.test(url))
    say("url must begin with https://, http:// or libsql://");
  if (secret !== undefined && url === undefined) say(`${token} is for a url`);
  return problems;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
