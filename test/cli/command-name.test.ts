// What a printed command line begins with: what the reader can type.
import { afterEach, expect, test, vi } from "vitest";
import { commandName } from "#cli/command-name.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  ["npx", "weft zone create east", "npx weft"],
  ["npx", "weft", "npx weft"],
  ["npx", "'weft' 'zone' 'create'", "npx weft"],
  ["npx", "vitest run", "weft"],
  ["npx", "weft-other", "weft"],
  ["test", "weft", "weft"],
])("called by %s as %s: %s", (event, script, expected) => {
  vi.stubEnv("npm_lifecycle_event", event);
  vi.stubEnv("npm_lifecycle_script", script);
  expect(commandName()).toBe(expected);
});
