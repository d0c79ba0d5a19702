// Usage: every count is what stands, and every limit is the one that is enforced.
import { afterAll, beforeAll, expect, test } from "vitest";
import { INVITATION_LIFE } from "#control/member/invitations.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { dataplane, enrol, faultOf, mesh, type Org, openPlane, type Plane, signUp, timeout, zone } from "./harness.ts";

let plane: Plane;
let org: Org;
beforeAll(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
});
afterAll(() => plane.close());

const used = async (): Promise<Readonly<Record<string, number>>> => {
  const { items } = await org.control.usage(org.admin);
  return Object.fromEntries(items.map(({ what, used: count }) => [what, count]));
};

test("each thing that is made counts one more, and what is deleted or revoked no more", async () => {
  const before = await used();
  expect(before).toMatchObject({ meshes: 0, zones: 0, relays: 0, proxies: 0, tokens: 1, revisions: 0, plans: 0 });
  await org.apply([zone("east"), mesh()]);
  await org.apply([timeout("slow", 5), dataplane("web-1", "web")]);
  const relay = await enrol(org, "east");
  const { writer } = org.control;
  const token = await writer.createToken(org.admin, { name: "ci", scopes: ["read"], expiresAt: null });
  await writer.createWebhook(org.admin, {
    url: "https://hook.example",
    events: ["revision.committed"],
    description: "",
  });
  const after = await used();
  expect(after).toMatchObject({ meshes: 1, zones: 1, relays: 1, proxies: 1, tokens: 2, webhooks: 1, revisions: 2 });
  expect((after.resources ?? 0) - (before.resources ?? 0)).toBeGreaterThanOrEqual(4);
  expect(after["audit-entries"]).toBeGreaterThan(before["audit-entries"] ?? 0);
  await writer.revokeToken(org.admin, token.id);
  await writer.revokeRelay(org.admin, "east", relay.relay);
  await org.apply([], ["Dataplane/default/web-1"]);
  // A relay that is trusted no more is a revision too.
  expect(await used()).toMatchObject({ relays: 0, proxies: 0, tokens: 1, revisions: 4 });
});

test("the limit that is told is the one at which the next is refused", async () => {
  const { writer, members } = org.control;
  const hook = () =>
    writer.createWebhook(org.admin, { url: "https://hook.example", events: ["revision.committed"], description: "" });
  for (let have = (await used()).webhooks ?? 0; have < LIMITS.webhooks.most["self-hosted"]; have++) await hook();
  expect((await faultOf(hook())).code).toBe("conflict");
  const invite = (index: number) => members.invite(org.admin, { email: `g${index}@example.com`, role: "viewer" });
  for (let index = 0; index < LIMITS.invitations.most["self-hosted"]; index++) await invite(index);
  expect((await faultOf(invite(-1))).code).toBe("conflict");
  // The address is invited anew: its place is its own.
  await invite(0);
  expect(await used()).toMatchObject({
    webhooks: LIMITS.webhooks.most["self-hosted"],
    invitations: LIMITS.invitations.most["self-hosted"],
  });
  // Those that nobody answered take nobody's place once they have ended.
  plane.now += INVITATION_LIFE;
  expect((await used()).invitations).toBe(0);
  await invite(-1);
  expect((await used()).invitations).toBe(1);
  expect(await members.invitations(org.admin)).toHaveLength(LIMITS.invitations.most["self-hosted"] + 1);
});

test("who may read nothing sees no count", async () => {
  expect((await faultOf(org.control.usage({ ...org.admin, scopes: ["token:read"] }))).code).toBe("forbidden");
});
