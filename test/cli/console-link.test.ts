// The link that lets whoever sits before `weft up` into the console: it signs in, and ends the one before it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createClient } from "#api/client.ts";
import { consoleLink } from "#cli/up/console-link.ts";
import { openOrganisation } from "#cli/up/seed.ts";
import { Sealed } from "#model/sealed.ts";
import { planeOfFile } from "./plane.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();

/** Status of a sign-in with the link's token, as its page does it. */
async function opens(link: string | undefined): Promise<number> {
  const [, token] = (link ?? "").split("#token=");
  const answer = await fetch(`${plane.url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  return answer.status;
}

test("each start has a link of its own, for a day; the one before it ends", async () => {
  const folder = tempFolder();
  const secret = () => new Sealed(readFileSync(plane.operatorSecretFile, "utf8").trim());
  const organisation = await openOrganisation(folder, plane.url, secret);
  const first = await consoleLink(folder, plane.url, organisation);
  const { port } = new URL(plane.url);
  expect(first).toMatch(new RegExp(`^http://localhost:${port}/console/sign-in#token=weft_api_[\\w-]+$`));
  expect(await opens(first)).toBe(201);
  const second = await consoleLink(folder, plane.url, organisation);
  expect([await opens(first), await opens(second)]).toEqual([401, 201]);
  const { items } = await organisation.client.call("listTokens", { params: { organisation: "demo" } });
  const live = items.filter(({ name, revokedAt }) => name === "console link of weft up" && revokedAt === null);
  expect(live).toHaveLength(1);
  const lasts = Date.parse(live[0]?.expiresAt ?? "") - Date.parse(live[0]?.createdAt ?? "");
  expect(Math.round(lasts / 3_600_000)).toBe(24);
});

test("where none can be made, there is none", async () => {
  const gone = { client: createClient({ url: "http://127.0.0.1:9", fetch: globalThis.fetch }), tokenFile: "", url: "" };
  expect(await consoleLink(tempFolder(), plane.url, gone)).toBeUndefined();
});
