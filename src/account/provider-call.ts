// A call to a provider, as accounts see it. Edges make the calls; here stands where one may lead, and what is believed of its answer.
import { Fault } from "#model/fault.ts";
import { urlProblem } from "#trust/public-url.ts";
import type { Provider } from "./provider.ts";

export interface ProviderRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The operator has written the host: it may be private. Else no private address is connected to, whatever the name resolves to. */
  readonly mayBePrivate: boolean;
  readonly signal: AbortSignal;
}

/** Follows no redirect, and reads no more than MOST_READ; throws where there is no whole answer. */
export type ProviderCall = (
  url: string,
  request: ProviderRequest,
) => Promise<{ readonly status: number; readonly text: string }>;

/** Of an answer; bytes. Documents and key sets have some thousands. */
export const MOST_READ = 256 * 1024;
/** How long one call may take; milliseconds. */
const PATIENCE = 8000;

/** What a call says; JSON. */
export type AskProvider = (
  url: string,
  request?: Partial<Pick<ProviderRequest, "method" | "headers" | "body">>,
) => Promise<unknown>;

/** Asks one provider. Fault `unavailable` where it leads elsewhere than it may, does not answer, or answers no JSON; its `cause` says which. */
export function openAskProvider(provider: Provider, call: ProviderCall): AskProvider {
  const { issuer, authorizationUrl, tokenUrl, userInfoUrl, emailsUrl } = provider;
  const own = new Set(
    [issuer, authorizationUrl, tokenUrl, userInfoUrl, emailsUrl].flatMap((url) =>
      url === undefined ? [] : new URL(url).host,
    ),
  );
  const silent = (cause: unknown): Fault =>
    new Fault("unavailable", `${provider.name} does not answer; try again, or sign in another way`, {
      cause,
      retryAfter: 10,
    });
  return async (url, { method = "GET", headers = {}, body } = {}) => {
    const mayBePrivate = URL.canParse(url) && own.has(new URL(url).host);
    const wrong = urlProblem(url, mayBePrivate);
    if (wrong !== null) throw silent(`a URL that ${provider.issuer} names ${wrong}`);
    const signal = AbortSignal.timeout(PATIENCE);
    const accepting = { accept: "application/json", "user-agent": "weft", ...headers };
    const sent = { method, headers: accepting, mayBePrivate, signal, ...(body === undefined ? {} : { body }) };
    const { status, text } = await call(url, sent).catch((cause: unknown) => Promise.reject(silent(cause)));
    if (status < 200 || status > 299) throw silent(`${new URL(url).origin} answered ${status}`);
    try {
      return JSON.parse(text);
    } catch {
      throw silent(`${new URL(url).origin} answered no JSON`);
    }
  };
}
