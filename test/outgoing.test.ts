// What the control plane calls by itself: a table, so that no URL that somebody else wrote is fetched past the one guard.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const FLOORS = ["api", "store", "trust", "account", "control", "app", "worker", "node"];

/** File → whose URL it calls. Users' URLs, and those that providers name, go through `urlProblem` (trust/public-url.ts) and nowhere else. */
const CALLERS: Readonly<Record<string, "users" | "operator's">> = {
  "account/mail/mailer.ts": "operator's",
  "node/mailer.ts": "operator's",
  "node/provider-call.ts": "users",
  "node/traces.ts": "operator's",
  "node/webhook-call.ts": "users",
  "worker/accounts.ts": "operator's",
  "worker/provider-call.ts": "users",
  "worker/watch.ts": "operator's",
  "worker/webhook-call.ts": "users",
};

/** How all post to the operator's collector of traces. */
const COLLECTOR = readFileSync(join(SRC, "control/watch/collector.ts"), "utf8");

const CALL =
  /(?<![.\w])fetch\((?:url|`|"|\w+Url|\w+\.url)|from "node:(?:https?|tls)"|globalThis\.fetch|httpMailer\(fetch/;
/** It listens, or asks for nothing but types. */
const NO_CALL = /import (?:type )?\{[^}]*\} from "node:http";/g;

const files = FLOORS.flatMap((floor) =>
  readdirSync(join(SRC, floor), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [`${floor}/${file}`, readFileSync(join(SRC, floor, file), "utf8")] as const),
);

test("whoever calls out is in the table", () => {
  const found = files
    .filter(([, text]) => CALL.test(/requestHttp|createServer/.test(text) ? text.replace(/createServer.*/, "") : text))
    .filter(([, text]) => CALL.test(text.replace(NO_CALL, "")))
    .map(([file]) => file);
  expect(found.sort()).toEqual(Object.keys(CALLERS).sort());
});

test("what users wrote is called through the guard, and no redirect is followed", () => {
  for (const [file, text] of files) {
    if (CALLERS[file] === undefined) continue;
    if (CALLERS[file] === "users") expect(text, file).toContain("urlProblem(url");
    if (/\bfetch\((?:url|\w+\.url)/.test(text) && !text.includes("httpMailer((url"))
      expect(/postTo\(/.test(text) ? COLLECTOR : text, file).toContain('redirect: "manual"');
  }
});
