// Calls providers from a worker. The platform connects to no private address; what the URL itself says is looked at here.
import { MOST_READ, type ProviderCall } from "#account/provider-call.ts";
import { urlProblem } from "#trust/public-url.ts";

export const callProvider: ProviderCall = async (url, { method, headers, body, mayBePrivate, signal }) => {
  const wrong = urlProblem(url, mayBePrivate);
  if (wrong !== null) throw new Error(`the URL ${wrong}`);
  const sent = { method, headers, signal, ...(body === undefined ? {} : { body }) };
  const response = await fetch(url, { ...sent, redirect: "manual" });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return { status: response.status, text: text + decoder.decode() };
    read += part.value.length;
    if (read > MOST_READ) {
      await reader?.cancel();
      throw new Error(`its answer is larger than ${MOST_READ} bytes`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
};
