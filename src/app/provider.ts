// Handlers of sign-ins at providers: the browser goes there, and comes back.
import { newProviderStart } from "#api/account.ts";
import { checkBody } from "#api/check.ts";
import { Fault } from "#model/fault.ts";
import { fromBase64Url, textOf, toBase64Url, utf8 } from "#trust/bytes.ts";
import { visitorOf } from "./account.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Call, type Handler, param } from "./call.ts";
import { personCookie } from "./person.ts";
import { refuseOthers } from "./session.ts";
import { errandCookie, errandIn } from "./session-cookie.ts";
import { noteSignIn } from "./sign-in-note.ts";

export const startProvider: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const { from = "/" } = checkBody(newProviderStart, await readJson(call));
  const { url, state } = await call.app.accounts.startOidc(visitorOf(call), param(call, "provider"));
  const value = `${state}~${toBase64Url(utf8(from))}`;
  return pretty({ url }, 200, { "set-cookie": errandCookie(call.request, "oidc", value) });
};

/** Whatever comes of it, the browser goes to the console: it shows a page, and who sent it here is no page of ours. */
export const finishProvider: Handler<"none"> = async (call) => {
  const [state = "", back = ""] = (errandIn(call.request, "oidc") ?? "").split("~");
  try {
    const query = Object.fromEntries(call.url.searchParams);
    const answer = await call.app.accounts.finishOidc(visitorOf(call), param(call, "provider"), query, state);
    if ("refused" in answer) return goTo(call, `/sign-in?refused=${answer.refused}`);
    await noteSignIn(call, answer.user, { way: param(call, "provider") });
    return goTo(call, pathOf(back), await personCookie(call, answer.token));
  } catch (thrown) {
    const { app, requestId } = call;
    if (!(thrown instanceof Fault)) app.log("error", "a provider's answer failed", { requestId, cause: thrown });
    return goTo(call, "/sign-in?refused=provider");
  }
};

/** The cookie is the browser's, and so may be what anybody likes: only a path of the console is followed. */
function pathOf(back: string): string {
  const bytes = fromBase64Url(back);
  const { success, data } = newProviderStart.safeParse({ from: (bytes === null ? null : textOf(bytes)) ?? "/" });
  return success ? (data.from ?? "/") : "/";
}

function goTo(call: Call, path: string, setCookie?: string): Response {
  const response = new Response(null, { status: 303, headers: { location: `/console${path}` } });
  response.headers.append("set-cookie", errandCookie(call.request, "oidc", ""));
  if (setCookie !== undefined) response.headers.append("set-cookie", setCookie);
  return response;
}
