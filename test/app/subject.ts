// A control plane under test, as the suite sees it: somebody who answers requests, and the operator's secret.

export interface Subject {
  /** `path` begins with a slash. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly operatorSecret: string;
  /** The base that `next` addresses begin with. */
  readonly url: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  readonly json: any;
}

/** An organisation with an admin token, and short ways to call its routes. */
export interface Organisation {
  readonly name: string;
  readonly id: string;
  readonly token: string;
  /** Calls a path below `/o/{name}`; a body that is no text is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The same with another token. */
  as(token: string): Organisation;
}

/** Calls any path. */
export async function call(
  subject: Subject,
  method: string,
  path: string,
  options: {
    readonly token?: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const { token, body, headers = {} } = options;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await subject.fetch(path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(answered);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text: answered, json };
}

let count = 0;

/** A name that no other test has. */
export function freshName(): string {
  count += 1;
  return `t${Math.random().toString(36).slice(2, 8)}${count}`;
}

export async function createOrganisation(subject: Subject, name = freshName()): Promise<Organisation> {
  const answer = await call(subject, "POST", "/v1/organisations", { token: subject.operatorSecret, body: { name } });
  if (answer.status !== 201) throw new Error(`no organisation: ${answer.status} ${answer.text}`);
  return organisationOf(subject, name, answer.json.organisation.id, answer.json.token.token);
}

/** The organisation as its token calls it. */
export function organisationOf(subject: Subject, name: string, id: string, token: string): Organisation {
  return {
    name,
    id,
    token,
    call: (method, path, body, headers = {}) =>
      call(subject, method, `/o/${name}${path}`, { token, headers, ...(body === undefined ? {} : { body }) }),
    as: (other) => organisationOf(subject, name, id, other),
  };
}

/** An API token of the organisation with these scopes. */
export async function createToken(organisation: Organisation, scopes: readonly string[]): Promise<string> {
  const answer = await organisation.call("POST", "/v1/tokens", { name: scopes.join("+"), scopes });
  if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${answer.text}`);
  return answer.json.token;
}

export const mesh = (name: string, spec: object = {}): object => ({ type: "Mesh", name, ...spec });

export const timeout = (meshName: string, name: string, seconds = 5): object => ({
  type: "MeshTimeout",
  mesh: meshName,
  name,
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

export const dataplane = (meshName: string, name: string, service: string, extra: object = {}): object => ({
  type: "Dataplane",
  mesh: meshName,
  name,
  networking: { address: "10.0.0.1", inbound: [{ port: 8080, tags: { "kuma.io/service": service, ...extra } }] },
});

/** The mesh, made, and the one zone `east` that its dataplanes are in. */
export async function createMesh(organisation: Organisation, name = "default", spec: object = {}): Promise<void> {
  await organisation.call("PUT", "/zones/east", { type: "Zone", name: "east" });
  const answer = await organisation.call("PUT", `/meshes/${name}`, mesh(name, spec));
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`no mesh: ${answer.status} ${answer.text}`);
}
