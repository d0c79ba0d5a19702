// Sign-in at OIDC providers: each is asked for its discovery document when somebody first wants to go there.
import type { GenericOAuthConfig, GenericOAuthUserInfo } from "better-auth/plugins/generic-oauth";
import { Fault } from "#model/fault.ts";
import type { AccountStore } from "#store/face/account.ts";
import type { Accounts, OidcRefusal } from "./accounts.ts";
import { type CallbackEmails, openCallbackEmails } from "./callback-email.ts";
import { type Discovered, discover } from "./discovery.ts";
import { CLOSED, cookieIn, headersOf, type Library, type LibraryOptions, sessionIn } from "./library.ts";
import { readEmails } from "./oauth-email.ts";
import { exchangeCode, readUser } from "./oauth-token.ts";
import type { Provider } from "./provider.ts";
import { type AskProvider, openAskProvider, type ProviderCall } from "./provider-call.ts";
import type { Ask } from "./refusal.ts";
import type { RefusedSignIns } from "./refused-sign-in.ts";

/** How long a provider may take to say what it is; milliseconds. */
const PATIENCE = 8000;
/** Control planes have a name or two; more is somebody who makes them up. */
const MOST_ORIGINS = 8;

const SCOPES: readonly string[] = ["openid", "email", "profile"];

export const STATE_COOKIE = "weft.state";

/** What the library says of a callback that came to nothing → what we say. */
const REFUSED: Readonly<Record<string, OidcRefusal>> = {
  access_denied: "denied",
  login_required: "denied",
  consent_required: "denied",
  interaction_required: "denied",
  state_mismatch: "expired",
  state_not_found: "expired",
  state_invalid: "expired",
  email_not_found: "email",
  account_not_linked: "taken",
  [CLOSED]: "closed",
};

interface OidcOptions {
  readonly open: (origin: string, provider: GenericOAuthConfig | null) => Library;
  readonly providers: readonly Provider[];
  readonly store: AccountStore;
  readonly asked: Ask;
  readonly refusals: RefusedSignIns;
  readonly call: ProviderCall;
  readonly clock: () => number;
  readonly log: LibraryOptions["log"];
}

export function openOidc({
  open,
  providers,
  store,
  asked,
  refusals,
  call,
  clock,
  log,
}: OidcOptions): Pick<Accounts, "startOidc" | "finishOidc"> {
  const opened = new Map<string, Library>();
  const emails = openCallbackEmails();

  /** The library with the one provider. Fault `unavailable` where it does not answer: the next call asks again. */
  async function at(origin: string, id: string): Promise<Library> {
    const provider = providers.find((one) => one.id === id);
    if (provider === undefined) throw new Fault("absent", "There is no such provider here");
    const key = JSON.stringify([origin, id]);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const ask = openAskProvider(provider, call);
    const found =
      provider.tokenUrl === undefined ? await within(PATIENCE, discover(provider, ask, clock), provider) : null;
    const library = open(origin, configOf(provider, { store, ask, found, emails }));
    const [there] = await Promise.all((await library.$context).socialProviders);
    if (there?.id !== id) throw silent(provider);
    // The library verifies the ID token and its nonce where a provider has keys; it would fetch them by itself, unguarded.
    if (found !== null) {
      const { issuer, keys: jwks, algorithms } = found;
      const idToken = { jwks, issuer, audience: provider.clientId, algorithms };
      Object.assign(there, { issuer, idToken, requiresIdTokenNonce: true });
    }
    if (opened.size >= MOST_ORIGINS * providers.length) opened.clear();
    opened.set(key, library);
    return library;
  }

  return {
    async startOidc(visitor, id) {
      const library = await at(visitor.origin, id);
      const { headers, response } = await asked(() =>
        library.api.signInSocial({
          body: { provider: id, disableRedirect: true, callbackURL: "/done", errorCallbackURL: "/refused" },
          headers: headersOf(visitor),
          returnHeaders: true,
        }),
      );
      const state = cookieIn(headers, STATE_COOKIE);
      if (response.url === undefined || state === null) throw new TypeError("the library began no sign-in");
      return { url: response.url, state };
    },

    async finishOidc(visitor, id, query, state) {
      const library = await at(visitor.origin, id);
      const cookie = state === "" ? {} : { cookie: `${STATE_COOKIE}=${state}` };
      let headers: Headers;
      let email: string | null;
      try {
        ({ headers } = await library.api.callbackOAuth({
          method: "GET",
          params: { id },
          query,
          headers: headersOf(visitor, cookie),
          returnHeaders: true,
        }));
      } catch (thrown) {
        // Where the browser is to go next is thrown, also when all went well.
        const { headers: told } = (thrown ?? {}) as { readonly headers?: HeadersInit };
        if (told === undefined) return asked(() => Promise.reject(thrown));
        headers = new Headers(told);
      } finally {
        email = emails.take(query.code ?? "");
      }
      const token = sessionIn(headers);
      const held = token === null ? null : await store.sessionOf(token);
      if (token !== null && held !== null) return { token, user: held.user.id };
      const location = headers.get("location") ?? "";
      const code = new URL(location, "https://accounts.invalid").searchParams.get("error") ?? "";
      const refused = REFUSED[code] ?? "provider";
      log("warn", "a sign-in at a provider came to nothing", { provider: id, refused });
      if (refused === "taken" && email !== null) await refusals.note(visitor, { email }, id, "taken");
      return { refused };
    },
  };
}

interface Around {
  readonly store: AccountStore;
  readonly ask: AskProvider;
  /** What it says of itself; null where it is OAuth 2 without discovery. */
  readonly found: Discovered | null;
  readonly emails: CallbackEmails;
}

/** The provider in the library's words. It is told how to get tokens and people, so that it calls nobody by itself. */
function configOf(provider: Provider, { store, ask, found, emails }: Around): GenericOAuthConfig {
  const { id, name, clientId, clientSecret, scopes = SCOPES, trustEmail, userInfoUrl, emailsUrl } = provider;
  const authorizationUrl = found?.authorizationUrl ?? provider.authorizationUrl ?? "";
  const tokenUrl = found?.tokenUrl ?? provider.tokenUrl ?? "";
  return {
    providerId: id,
    name,
    clientId,
    clientSecret: clientSecret.reveal(),
    scopes: found === null || scopes.includes("openid") ? [...scopes] : ["openid", ...scopes],
    pkce: true,
    authorizationUrl,
    tokenUrl,
    ...emails.listening({
      getToken: (data) => exchangeCode(provider, ask, { ...data, tokenUrl }),
      getUserInfo:
        found === null && emailsUrl !== undefined && userInfoUrl !== undefined
          ? (tokens) => readEmails(ask, tokens.accessToken ?? "", userInfoUrl, emailsUrl)
          : (tokens) => readUser(ask, tokens, found === null ? (userInfoUrl ?? null) : found.userInfoUrl),
    }),
    ...(found !== null && { accountSubject: ({ profile }) => String(profile.sub ?? "") }),
    async mapProfileToUser(profile: GenericOAuthUserInfo) {
      const email = typeof profile.email === "string" ? profile.email.toLowerCase() : "";
      const emailVerified = trustEmail === true || profile.emailVerified === true;
      if (emailVerified && email !== "") await claim(store, email);
      return { email, emailVerified, name: nameOf(profile, email) };
    },
  };
}

/** Who signed up with an address and never proved it loses it to whom the provider says it belongs. */
async function claim(store: AccountStore, email: string): Promise<void> {
  const user = await store.findUser({ email });
  if (user !== null && !user.emailVerified) await store.claimEmail(user.id);
}

function nameOf({ name, preferred_username }: GenericOAuthUserInfo, email: string): string {
  const said = [name, preferred_username].find((text) => typeof text === "string" && text.trim() !== "");
  return String(said ?? email.split("@")[0])
    .replaceAll(/\p{Cc}/gu, "")
    .trim()
    .slice(0, 100);
}

function silent({ name, issuer }: Provider): Fault {
  return new Fault("unavailable", `${name} does not answer; try again, or sign in another way`, {
    cause: `no discovery document of ${issuer}`,
    retryAfter: 10,
  });
}

async function within<T>(milliseconds: number, promise: Promise<T>, provider: Provider): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(provider)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
