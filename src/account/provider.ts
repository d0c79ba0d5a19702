// What is configured of OIDC providers: read from JSON, all mistakes at once.
import * as z from "#model/lazy-zod.ts";
import { Sealed } from "#model/sealed.ts";
import { shapeViolations } from "#model/shape-violation.ts";

const https = z.string().check(z.url({ protocol: /^https?$/, error: "must be an http or https URL" }));

/** One provider, as an operator writes it. */
const providerShape = z.strictObject(() => ({
  /** Stands in URLs and beside what it vouches for: it stays what it is. */
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "must be of lower case letters, digits and '-'" })),
  /** What the button says. */
  name: z.string().check(z.minLength(1), z.maxLength(50)),
  /** Its discovery document is below it. https://github.com is known, and has none. */
  issuer: https,
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
  scopes: z.exactOptional(z.array(z.string())),
  /** Addresses are its people's own though it does not say so: a company's own directory. */
  trustEmail: z.exactOptional(z.boolean()),
  /** For what is OAuth 2 without discovery: all three, or none. */
  authorizationUrl: z.exactOptional(https),
  tokenUrl: z.exactOptional(https),
  userInfoUrl: z.exactOptional(https),
  /** Where it lists addresses with what it has proved of them, as GitHub does. */
  emailsUrl: z.exactOptional(https),
}));

type Shape = z.infer<typeof providerShape>;

export interface Provider extends Omit<Shape, "clientSecret"> {
  readonly clientSecret: Sealed;
}

/** Those that are no OIDC providers, by their issuer. */
const KNOWN: Readonly<
  Record<string, Pick<Shape, "authorizationUrl" | "tokenUrl" | "userInfoUrl" | "emailsUrl" | "scopes">>
> = {
  "https://github.com": {
    authorizationUrl: "https://github.com/login/oauth/authorize",
    tokenUrl: "https://github.com/login/oauth/access_token",
    userInfoUrl: "https://api.github.com/user",
    emailsUrl: "https://api.github.com/user/emails",
    scopes: ["read:user", "user:email"],
  },
};

/** Of the text of a file or a secret; none where it is empty. Error that names each wrong field and repeats no value. */
export function readProviders(text: string | undefined, where: string): readonly Provider[] {
  if (text === undefined || text.trim() === "") return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${where} must be JSON: a list of providers`);
  }
  const parsed = z.array(providerShape).safeParse(value);
  const faults = parsed.success
    ? together(parsed.data)
    : shapeViolations(parsed.error.issues, value).map(({ field, reason }) => `${field || "the whole"} ${reason}`);
  if (!parsed.success || faults.length > 0) throw new Error(`${where} does not hold: ${faults.join("; ")}`);
  return parsed.data.map(({ clientSecret, ...rest }) => ({
    ...KNOWN[rest.issuer.replace(/\/$/, "")],
    ...rest,
    clientSecret: new Sealed(clientSecret),
  }));
}

/** What no field alone can tell. */
function together(providers: readonly Shape[]): readonly string[] {
  return providers.flatMap(({ id, authorizationUrl, tokenUrl, userInfoUrl }, at) => [
    ...(providers.findIndex((other) => other.id === id) === at ? [] : [`[${at}].id ${id} is there twice`]),
    ...(new Set([authorizationUrl, tokenUrl, userInfoUrl].map((url) => url === undefined)).size === 1
      ? []
      : [`[${at}] authorizationUrl, tokenUrl and userInfoUrl are given together or not at all`]),
  ]);
}
