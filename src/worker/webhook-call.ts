// Calls receivers of webhooks from a worker. The platform connects to no private address; what the URL itself says is looked at here.
import { lateProblem, PATIENCE, type Receivers, retryAfterOf, statusProblem } from "#control/webhook/receiver.ts";
import { urlProblem } from "#trust/public-url.ts";

export const receivers: Receivers = {
  allowPrivate: false,
  async call(url, { headers, body, signal }) {
    const wrong = urlProblem(url, false);
    if (wrong !== null) return { status: null, retryAfter: null, problem: `its URL ${wrong}` };
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      // Nothing of it is shown, so nothing is read.
      await response.body?.cancel();
      const retryAfter = retryAfterOf(response.headers.get("retry-after"), Date.now());
      return { status: response.status, retryAfter, problem: statusProblem(response.status) };
    } catch {
      const problem = signal.aborted ? lateProblem(PATIENCE) : "it cannot be reached";
      return { status: null, retryAfter: null, problem };
    }
  },
};
