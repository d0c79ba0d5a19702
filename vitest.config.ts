// Test projects: unit (pure and Node) and mesh (real Envoys). The workerd suite has its own config.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** By default one processor would be left idle; many files wait more than they work. */
const WORKERS = availableParallelism();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/mesh/**", "test/worker/**"],
          testTimeout: 20_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: "mesh",
          include: ["test/mesh/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A mesh is some ten processes, and each file has addresses and networks of its own: more at once would only wait for each other.
          maxWorkers: Math.min(WORKERS, 2),
        },
      },
    ],
  },
});
