// `weft demo-program NAME`: how `weft up` starts the demo's programs.
import type { Command } from "#cli/command.ts";
import { PROGRAMS, type ProgramName } from "#cli/demo/program.ts";
import { Failure, reasonOf, usage } from "#cli/failure.ts";
import { wholeNumber } from "#cli/number.ts";
import { stopSignals } from "#cli/stop-signal.ts";

interface Options {
  readonly port: string;
  readonly backend: string;
}

export const command: Command<Options> = {
  arguments: [{ name: "<name>", help: Object.keys(PROGRAMS).join(" or ") }],
  options: [
    { flags: "--port <port>", help: "port on 127.0.0.1", required: true },
    { flags: "--backend <url>", help: "where web asks", default: "http://127.0.0.1:10001" },
  ],
  examples: ["weft demo-program backend --port 10081"],
  endsItself: true,
  async run({ args, options, terminal }) {
    const name = args[0]!;
    if (!Object.hasOwn(PROGRAMS, name))
      throw usage(`there is no demo program ${name}`, `known: ${Object.keys(PROGRAMS).join(", ")}`);
    const port = wholeNumber("--port", options.port, 65_535);
    const { stop } = stopSignals();
    const server = PROGRAMS[name as ProgramName]({ port, backend: options.backend });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        reject(
          new Failure("failed", {
            what: `${name} cannot listen`,
            where: `127.0.0.1:${port}`,
            why: reasonOf(error),
            fix: "choose another --port",
          }),
        );
      });
      server.listen(port, "127.0.0.1", resolve);
    });
    terminal.err(`${name} listens on 127.0.0.1:${(server.address() as { port: number }).port}\n`);
    await stop;
    server.close();
    server.closeAllConnections();
    return 0;
  },
};
