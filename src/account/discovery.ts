// What an OIDC provider says of itself: its endpoints and its keys, read by us, so that the library calls nobody by itself.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { Fault } from "#model/fault.ts";
import type { Provider } from "./provider.ts";
import type { AskProvider } from "./provider-call.ts";

export interface Discovered {
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly userInfoUrl: string | null;
  readonly algorithms: string[];
  readonly keys: JWTVerifyGetKey;
}

/** A token under a key that is not there has the keys asked for again, but not more often; milliseconds. */
const COOLDOWN = 30_000;

/** Fault `unavailable` where its document does not hold. */
export async function discover({ name, issuer }: Provider, ask: AskProvider, clock: () => number): Promise<Discovered> {
  const said = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const document = (typeof said === "object" && said !== null ? said : {}) as Readonly<Record<string, unknown>>;
  const text = (member: string): string | null => {
    const value = document[member];
    return typeof value === "string" && URL.canParse(value) ? value : null;
  };
  const [authorizationUrl, tokenUrl, jwksUrl] = [
    text("authorization_endpoint"),
    text("token_endpoint"),
    text("jwks_uri"),
  ];
  const signed = document.id_token_signing_alg_values_supported;
  const algorithms = (Array.isArray(signed) ? signed : ["RS256"]).filter(
    (one) => typeof one === "string" && one !== "none",
  );
  // Who answers for another issuer could vouch for its people (OpenID Connect Discovery 1.0 §4.3).
  const isOwn = text("issuer")?.replace(/\/$/, "") === issuer.replace(/\/$/, "");
  const told = text("issuer");
  if (authorizationUrl === null || tokenUrl === null || jwksUrl === null || told === null || !isOwn)
    throw new Fault("unavailable", `${name} does not answer; try again, or sign in another way`, {
      cause: isOwn ? `the document of ${issuer} lacks an endpoint` : `the document of ${issuer} is of ${told}`,
      retryAfter: 10,
    });
  const keys = openKeys(jwksUrl, ask, clock);
  return { issuer: told, authorizationUrl, tokenUrl, userInfoUrl: text("userinfo_endpoint"), algorithms, keys };
}

function openKeys(url: string, ask: AskProvider, clock: () => number): JWTVerifyGetKey {
  let known: { readonly at: number; readonly keys: ReturnType<typeof createLocalJWKSet> } | null = null;
  const read = async () => {
    const at = clock();
    known = { at, keys: createLocalJWKSet((await ask(url)) as JSONWebKeySet) };
    return known;
  };
  return async (header, token) => {
    const now = known ?? (await read());
    try {
      return await now.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || clock() - now.at < COOLDOWN) throw error;
      return (await read()).keys(header, token);
    }
  };
}
