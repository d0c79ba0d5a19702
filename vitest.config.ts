// Test projects: unit (pure and Node), mesh (real Envoys) and e2e (a real browser). The workerd suite has its own config.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { routes } from "./tools/console.mjs";
import { BOUNDS } from "./tools/test-bounds.mjs";
import LongestFirst from "./tools/test-order.mjs";

/** By default one processor would be left idle; many files wait more than they work. */
const WORKERS = availableParallelism();

/** `--sequence.shuffle.files` wants an order of its own. */
const isShuffled = process.argv.some((argument) => argument.startsWith("--sequence.shuffle"));

export default defineConfig({
  test: {
    ...(!isShuffled && { sequence: { sequencer: LongestFirst } }),
    projects: [
      {
        plugins: [routes()],
        test: {
          name: "unit",
          // Modules are loaded once a worker, not once a file; the setup looks after each file for what it left.
          isolate: false,
          globalSetup: ["test/support/run-once.ts"],
          setupFiles: ["test/support/token-keys.ts", "test/support/nothing-left.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/mesh/**", "test/worker/**", "test/e2e/**"],
          ...BOUNDS,
          // Many files wait more than they work: one more than there are processors.
          maxWorkers: WORKERS + 1,
        },
      },
      {
        test: {
          name: "mesh",
          globalSetup: ["test/support/run-once.ts"],
          include: ["test/mesh/**/*.test.ts"],
          ...BOUNDS,
          // A mesh is some ten processes, and each file has addresses and networks of its own: more at once would only wait for each other.
          maxWorkers: Math.min(WORKERS, 2),
        },
      },
      {
        test: {
          name: "e2e",
          globalSetup: ["test/support/run-once.ts"],
          include: ["test/e2e/**/*.test.ts"],
          ...BOUNDS,
          // A page waits more than it works.
          maxWorkers: Math.min(WORKERS + 1, 3),
        },
      },
    ],
  },
});
