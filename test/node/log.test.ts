// Credentials of every kind, thrown at a control plane in each place of a request: its log, as it is written, has none of them.
import { expect, test } from "vitest";
import { openLog } from "#node/log.ts";
import { openPeople } from "#test/app/people.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { call, createOrganisation } from "#test/app/subject.ts";
import { UNSENT_MAIL } from "#trust/redact.ts";

test("no credential comes into the log, by whatever part of a request", async () => {
  const lines: string[] = [];
  const log = openLog("debug", { write: (line) => void lines.push(line) });
  const people = await openPeople({ log });
  try {
    const organisation = await createOrganisation(people);
    const relay = await enrolRelay(people, organisation, "east");
    const enrolment = (await organisation.call("POST", "/v1/zones/east/enrolment-tokens", {})).json.token as string;
    const person = await people.person();
    await person.call("POST", "/v1/organisations", { name: "invites" });
    await person.call("POST", "/o/invites/v1/invitations", { email: "new@example.com", role: "viewer" });
    const invitation = /[a-z2-7]{52}/.exec(JSON.stringify(people.invitations))?.[0] ?? "";
    const proof = (await relay.prove("GET", "/v1/zone/snapshot", ""))["weft-proof"] ?? "";
    const secrets = [
      organisation.token,
      enrolment,
      people.operatorSecret,
      invitation,
      proof,
      person.headers.cookie ?? "",
    ];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(20);
      const value = secret.split("=").at(-1) ?? "";
      for (const [path, headers, body] of [
        [`/v1/invitations/${value}`, {}, undefined],
        [`/o/${value}/meshes?token=${value}&name=${value}`, {}, undefined],
        ["/v1/organisations", { authorization: `Bearer ${value}` }, { name: value }],
        ["/v1/session", { cookie: secret, "weft-proof": value, "idempotency-key": value }, `{"token": ${value}`],
        ["/v1/zone/enrol", {}, { token: value, signingKey: value }],
        ["/v1/zone/report", { "weft-proof": value }, { events: value }],
      ] as const)
        await call(people, body === undefined ? "GET" : "POST", path, { headers, ...(body !== undefined && { body }) });
      log("error", "request failed", {
        cause: new Error(`it said ${value}`, { cause: new Error(value) }),
        list: [value],
      });
    }
    const text = lines.join("\n");
    expect(lines.length).toBeGreaterThan(40);
    // The operator's secret of this test has a form of its own.
    const kinds = secrets.filter((secret) => secret !== people.operatorSecret);
    for (const secret of kinds) expect(text).not.toContain(secret.slice(-20));
  } finally {
    await people.close();
  }
});

test("the mail that nobody sends is shown as it is, for its reader is to open the link", () => {
  const lines: string[] = [];
  const text = "https://weft.example/console/verify?token=Zm9vYmFyYmF6cXV4Zm9v";
  openLog("info", { write: (line) => void lines.push(line) })("info", UNSENT_MAIL, { text });
  expect(lines.join()).toContain(text);
});
