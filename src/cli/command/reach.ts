// `weft reach A B`: may A call B, by which rule, and over which path.
import { EXIT_CODES } from "#api/exit-code.ts";
import { reachText } from "#cli/access/verdict-text.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { printAnswer } from "#cli/output.ts";

interface Options {
  readonly mesh: string;
  readonly port?: string;
  readonly method?: string;
  readonly path?: string;
}

export const command: Command<Options> = {
  about:
    "Tells the rule that decides, those that it beats, and each way that traffic takes: the client's outbound, routes, " +
    "egresses and ingresses, and the proxies at its end. From permissions and routes as they are committed now.\n\n" +
    `Exit code ${EXIT_CODES.ok.code}: every request gets through (with a token, where one is asked for). ${EXIT_CODES.denied.code}: denied, no way, or only some of the requests or proxies.`,
  arguments: [
    { name: "<from>", help: "who calls: a service, a dataplane, Type/name, a KRI or a SPIFFE ID" },
    { name: "<to>", help: "who is called: the same, or what is outside the mesh" },
  ],
  options: [
    { ...MESH_OPTION, help: "mesh of both" },
    { flags: "--port <port>", help: "one port of the callee, by name or number" },
    { flags: "--method <method>", help: "of requests with this method: GET" },
    { flags: "--path <path>", help: "of requests to this path: /orders" },
  ],
  examples: [
    "weft reach web backend",
    "weft reach web backend --method GET --path /orders",
    "weft reach Dataplane/web-1 MeshService/backend --port 8080 -o json",
    "weft reach spiffe://default/web backend || echo no",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [from = "", to = ""] = args;
    const { mesh, port, path, output } = options;
    const method = options.method?.toUpperCase();
    if (path !== undefined && !path.startsWith("/")) throw usage(`--path ${path} is no path`, `write --path /${path}`);
    if (method !== undefined && !/^[A-Z]+(-[A-Z]+)*$/.test(method))
      throw usage(`--method ${options.method} is no method of HTTP`, "write --method GET");
    const query = {
      from,
      to,
      mesh,
      ...(port !== undefined && { port }),
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
    };
    const answer = await askOfMesh(
      connect(invocation),
      {
        mesh,
        what: `whether ${from} may call ${to} could not be told`,
        absent: `weft access -m ${mesh} lists who calls whom; -m MESH chooses another mesh`,
      },
      (client, organisation) => client.call("reach", { params: { organisation }, query }),
    );
    const { outcome } = answer.verdict;
    printAnswer(terminal, output, { value: answer, name: outcome, text: () => reachText(terminal, answer) });
    return EXIT_CODES[outcome === "allowed" || outcome === "open" ? "ok" : "denied"].code;
  },
};
