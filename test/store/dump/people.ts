// People of the day that is dumped: a password with a second factor, a passkey, sessions, a member, an invitation, a wrong guess.
import { codeOf, openBrowser } from "#test/app/account-suite.ts";
import { call, type Organisation, type Subject } from "#test/app/subject.ts";
import { type MadeAnswer, makePasskey } from "#test/authenticator.ts";

const PASSWORD = "correct horse battery";
const OWN = { "sec-fetch-site": "same-origin" };

export async function fillPeople(given: Subject, organisation: Organisation): Promise<void> {
  // Passkeys belong to a host that has a name.
  const url = given.url.replace("127.0.0.1", "localhost");
  const subject: Subject = { ...given, url, fetch: (path, init) => fetch(`${url}${path}`, init) };
  const ann = openBrowser(subject);
  const person = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const did = async (answer: ReturnType<typeof call>, status: number): Promise<Awaited<typeof answer>> => {
    const { status: was, text } = await answer;
    if (was !== status) throw new Error(`${was} ${text}`);
    return answer;
  };
  await did(ann.call("POST", "/v1/account", person), 201);
  const { json } = await did(ann.call("POST", "/v1/account/totp", { password: PASSWORD }), 200);
  await did(ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(json.uri) }), 204);
  const guess = { email: person.email, password: "a wrong guess" };
  await did(openBrowser(subject).call("POST", "/v1/account/sign-in", guess), 401);
  await did(openBrowser(subject).call("POST", "/v1/account/reset", { email: person.email }), 202);
  await did(ann.call("POST", "/v1/organisations", { name: "anns" }), 201);
  await did(organisation.call("POST", "/v1/invitations", { email: "bo@example.com", role: "viewer" }), 201);

  const post = (path: string, body: unknown, headers = {}) =>
    call(subject, "POST", `/v1/account/${path}`, { body, headers: { ...OWN, ...headers } });
  const options = await did(post("passkey-sign-up/options", { name: "Cy", email: "cy@example.com" }), 200);
  const ceremony = { challenge: options.json.challenge, origin: url, rpId: "localhost" };
  const credential = credentialOf(makePasskey("ES256").create(ceremony));
  await did(post("passkey-sign-up", { credential }), 201);
}

/** What a browser sends of a passkey. */
function credentialOf({ id, clientDataJson, authenticatorData }: MadeAnswer): object {
  const response = {
    clientDataJSON: clientDataJson,
    authenticatorData,
    transports: ["internal"],
    publicKeyAlgorithm: -7,
  };
  return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
}
