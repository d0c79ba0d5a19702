// Test projects: unit (pure and Node, in parallel) and mesh (real Envoys, one file at a time). The workerd suite has its own config.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/mesh/**", "test/worker/**"],
          testTimeout: 20_000,
          // Many files wait more than they work; one worker less than there are processors would leave those idle.
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          name: "mesh",
          include: ["test/mesh/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
