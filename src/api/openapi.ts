// The OpenAPI 3.1 document, made from the route table and the kinds' shapes.

import { FAULTS } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import type * as z from "#model/lazy-zod.ts";
import { EVENT_STREAM } from "./event.ts";
import { itemSchema, jsonSchema, type Schema } from "./item-schema.ts";
import { KUMA_VERSION } from "./kuma-version.ts";
import { problem } from "./problem-shape.ts";
import { type Auth, FAULTS_OF_AUTH, type Route } from "./route.ts";
import { type Operation, operations } from "./routes.ts";
import { wholeRoutes } from "./told.ts";

const BEARER: Readonly<Record<Auth, readonly Schema[]>> = {
  none: [],
  operator: [{ operator: [] }],
  api: [{ token: [] }, { session: [] }],
  person: [{ session: [] }],
  founder: [{ operator: [] }, { session: [] }],
  relay: [{ proof: [] }],
};

/** The whole document. `server` is the address that the paths stand below. */
export function openapiDocument(server: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  const rows = wholeRoutes();
  for (const operation of operations()) {
    if (operation.alias) continue;
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.route.method]: describe(operation, rows[operation.name]),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Weft",
      version: KUMA_VERSION,
      description: "A hosted service-mesh control plane that speaks Kuma's REST API",
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem), ...Object.fromEntries(ALL_KINDS.flatMap(schemasOfKind)) },
      responses: problemResponses(),
      securitySchemes: {
        operator: { type: "http", scheme: "bearer", description: "The operator's secret of this control plane" },
        token: { type: "http", scheme: "bearer", description: "An API token of the organisation: weft_api_…" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-weft-session",
          description: "A browser's session, over TLS; without TLS the cookie is called weft-session",
        },
        proof: {
          type: "apiKey",
          in: "header",
          name: "weft-proof",
          description: "A short-lived JWS by the relay's key over the call",
        },
      },
    },
  };
}

function describe({ name, path, kind }: Operation, route: Route): Schema {
  const suffix = kind === null ? "" : `-${kind.type}`;
  const words = (text: string): string =>
    text
      .replace("{kinds}", kind?.pluralDisplayName ?? "")
      .replace("{kind}", kind?.singularDisplayName ?? "")
      .replaceAll(/\{(\w+)\}/g, "$1");
  const pathParams = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => ({
    name: param,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId: `${name}${suffix}`,
    summary: words(route.summary),
    tags: [kind?.singularDisplayName ?? route.tag],
    security: BEARER[route.auth],
    parameters: [...pathParams, ...queryParams(route.query), ...headerParams(name, kind)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(bodySchema(route.body, kind)) } }),
    responses: { ...successes(route, kind, name), ...problems(route) },
  };
}

function queryParams(query: unknown): readonly Schema[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(query as z.ZodMiniType) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function isWrite(name: string, kind: Kind | null): boolean {
  return kind !== null && (name.startsWith("put") || name.startsWith("delete"));
}

function headerParams(name: string, kind: Kind | null): readonly Schema[] {
  if (!isWrite(name, kind)) return [];
  const header = (title: string, description: string): Schema => ({
    name: title,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  });
  return [
    header("If-Match", "ETag that must stand there, or * = must exist; otherwise 412"),
    header("Idempotency-Key", "A repeat with the same key changes nothing again and answers alike"),
  ];
}

function successes({ statuses, answer }: Route, kind: Kind | null, name: string): Schema {
  return Object.fromEntries(
    statuses.map((status) => {
      const description = DESCRIPTIONS[status] ?? "Done";
      if (answer === null || status === 304 || status === 204) return [String(status), { description }];
      if (answer === "text" || answer === "events") {
        const media = answer === "text" ? "text/plain" : EVENT_STREAM;
        return [String(status), { description, content: { [media]: { schema: { type: "string" } } } }];
      }
      const content = json(answerSchema(answer, kind, name));
      return [String(status), { description, ...(isWrite(name, kind) && { headers: OF_WRITES }), content }];
    }),
  );
}

const OF_WRITES = {
  "Weft-Revision": {
    description: "The revision that holds the change; the newest where nothing was to be changed",
    schema: { type: "integer" },
  },
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  204: "Done; no content",
  304: "Nothing new",
};

function problems(route: Route): Schema {
  const statuses = [...FAULTS_OF_AUTH[route.auth], ...route.faults].map((code) => FAULTS[code].status);
  const ordered = [...new Set(statuses)].sort((a, b) => a - b);
  return Object.fromEntries(ordered.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]));
}

/** One answer for each status that a fault may have. */
function problemResponses(): Schema {
  const rows = Object.values(FAULTS).map(({ status, title }) => [
    `Problem${status}`,
    { description: title, content: json(reference("Problem")) },
  ]);
  return Object.fromEntries(rows);
}

function json(schema: Schema): Schema {
  return { "application/json": { schema } };
}

function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function bodySchema(body: unknown, kind: Kind | null): Schema {
  return kind === null ? jsonSchema(body as z.ZodMiniType) : reference(`${kind.type}Item`);
}

function answerSchema(answer: unknown, kind: Kind | null, name: string): Schema {
  if (kind !== null && name.startsWith("list")) return reference(`${kind.type}List`);
  if (kind !== null && name.startsWith("get")) return reference(`${kind.type}Item`);
  return jsonSchema(answer as z.ZodMiniType);
}

/** `<Type>Item` and `<Type>List`, named as in Kuma's own document. */
function schemasOfKind(kind: Kind): readonly (readonly [string, Schema])[] {
  return [
    [`${kind.type}Item`, itemSchema(kind)],
    [
      `${kind.type}List`,
      {
        type: "object",
        properties: {
          total: { type: "integer" },
          items: { type: "array", items: reference(`${kind.type}Item`) },
          next: { type: ["string", "null"] },
        },
        required: ["total", "items", "next"],
      },
    ],
  ];
}
