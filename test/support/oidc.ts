// A real OIDC provider on this machine, and a person's browser that signs in there.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface Claims {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export interface OidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in there, by what is typed as login. */
  readonly people: Map<string, Claims>;
  /** Requests for the discovery document so far. */
  readonly discovered: () => number;
  /** While true it takes connections and answers nothing. */
  silent: boolean;
  /** Begins to answer, once it is known where it sends browsers back to. */
  serve(redirectUri: string): void;
  /** Goes where the address leads, signs in or says no; gives the address that leads back. */
  visit(url: string, login: string | null): Promise<string>;
  close(): Promise<void>;
}

/** Listens at once, so that its address is known to who is configured with it. */
export async function openOidcProvider(): Promise<OidcProvider> {
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  let discovered = 0;
  const server = createServer((request, response) => {
    if (request.url?.includes(".well-known") === true) discovered += 1;
    if (!made.silent) answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const made: OidcProvider = {
    issuer,
    clientId: "weft",
    clientSecret: "a secret of the client, long enough",
    people,
    discovered: () => discovered,
    silent: false,
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: made.clientId,
            client_secret: made.clientSecret,
            redirect_uris: [redirectUri],
            scope: "openid email profile",
          },
        ],
        claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
        pkce: { required: () => true },
        cookies: { keys: ["a key of this test"] },
        findAccount: (_, id) => {
          const claims = people.get(id);
          return claims === undefined ? undefined : { accountId: claims.sub, claims: () => ({ ...claims }) };
        },
      });
      answer = provider.callback();
    },
    visit: (url, login) => visit(issuer, url, login),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

/** Follows redirects within the issuer, and fills its forms in: a login, then the consent. */
async function visit(issuer: string, start: string, login: string | null): Promise<string> {
  const cookies = new Map<string, string>();
  const ask = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return response;
  };
  let response = await ask(start);
  for (let step = 0; step < 20; step += 1) {
    const location = response.headers.get("location");
    if (location !== null) {
      const next = new URL(location, issuer);
      if (next.origin !== issuer) return next.href;
      response = await ask(next.href);
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`no form: ${response.status} ${page.slice(0, 500)}`);
    if (login === null) response = await ask(new URL(`${new URL(action, issuer).pathname}/abort`, issuer).href);
    else
      response = await ask(
        new URL(action, issuer).href,
        prompt === "login" ? { prompt, login, password: "any" } : { prompt },
      );
  }
  throw new Error("the provider sends in circles");
}
