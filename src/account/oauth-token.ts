// The two calls of a sign-in at a provider: a code for tokens, and tokens for who it is.
import type { GenericOAuthConfig, GenericOAuthUserInfo } from "better-auth/plugins/generic-oauth";
import { decodeJwt } from "jose";
import type { Provider } from "./provider.ts";
import type { AskProvider } from "./provider-call.ts";

export type Tokens = Awaited<ReturnType<NonNullable<GenericOAuthConfig["getToken"]>>>;

interface Code {
  readonly tokenUrl: string;
  readonly code: string;
  readonly redirectURI: string;
  readonly codeVerifier?: string | undefined;
}

/** RFC 6749 §4.1.3, the client's secret in the body, with PKCE. */
export async function exchangeCode(
  { clientId, clientSecret }: Provider,
  ask: AskProvider,
  { tokenUrl, code, redirectURI, codeVerifier }: Code,
): Promise<Tokens> {
  const form = new URLSearchParams({
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectURI },
    ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
    ...{ client_id: clientId, client_secret: clientSecret.reveal() },
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const said = (await ask(tokenUrl, { method: "POST", headers, body: form.toString() })) as Readonly<
    Record<string, unknown>
  >;
  const text = (member: string): string | undefined => {
    const value = said?.[member];
    return typeof value === "string" ? value : undefined;
  };
  const [accessToken, idToken, tokenType, scope] = ["access_token", "id_token", "token_type", "scope"].map(text);
  return {
    ...(accessToken !== undefined && { accessToken }),
    ...(idToken !== undefined && { idToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(scope !== undefined && { scopes: scope.split(/[\s,]+/) }),
    raw: said as Record<string, unknown>,
  };
}

/** By the ID token, which the library has verified by then, where it tells the address; else by asking. */
export async function readUser(
  ask: AskProvider,
  { idToken, accessToken = "" }: Tokens,
  userInfoUrl: string | null,
): Promise<GenericOAuthUserInfo | null> {
  const claims = idToken === undefined ? null : decodeJwt(idToken);
  if (typeof claims?.sub === "string" && typeof claims.email === "string") return profileOf(claims);
  if (userInfoUrl === null) return null;
  return profileOf(await ask(userInfoUrl, { headers: { authorization: `Bearer ${accessToken}` } }));
}

function profileOf(said: unknown): GenericOAuthUserInfo | null {
  if (typeof said !== "object" || said === null) return null;
  const claims = said as Readonly<Record<string, unknown>>;
  const isVerified = claims.email_verified === true || claims.email_verified === "true";
  return {
    ...claims,
    id: claims.sub ?? claims.id,
    image: claims.picture,
    emailVerified: isVerified,
  } as GenericOAuthUserInfo;
}
