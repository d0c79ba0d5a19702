// Ways that mails go: SMTP with TLS and a password, HTTP with a token, and the log alone; and what their failures tell.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { logMailer } from "#account/mail/mailer.ts";
import { messageOf, type Subject } from "#account/mail/message.ts";
import { openMailer } from "#node/mailer.ts";
import { openMailBox } from "#test/mail-box.ts";

const ANN = { name: 'Ann <img src=x onerror="alert(1)"> & {name}', email: "ann@example.com" };
const LINK = "https://weft.example/console/reset?token=abc&x=1";

let folder: string;
let secretFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-mail-"));
  secretFile = join(folder, "secret");
  await writeFile(secretFile, "sesame\n");
});
afterEach(() => rm(folder, { recursive: true }));

const noLog = (): void => {};

test.each([
  "verification",
  "reset",
  "password-changed",
  "factor-on",
  "factor-off",
  "passkey-added",
  "passkey-removed",
] satisfies Subject[])(
  "%s is written in both languages, without the person's name; another is shown, never run",
  (subject) => {
    const values = { passkey: ANN.name };
    const [en, zh] = (["en", "zh"] as const).map((language) => messageOf(subject, language, ANN, LINK, values));
    for (const message of [en, zh]) {
      expect(message?.to).toBe(ANN.email);
      const named = subject === "passkey-added" || subject === "passkey-removed";
      expect(message?.text.includes(ANN.name)).toBe(named);
      expect(message?.html).not.toContain("<img");
      expect(message?.html.includes("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; {name}")).toBe(named);
      expect(message?.text.includes(LINK)).toBe(subject === "verification" || subject === "reset");
    }
    expect(en?.subject).not.toBe(zh?.subject);
    expect(zh?.text).toMatch(/\p{Script=Han}/u);
    expect(en?.text).not.toMatch(/\p{Script=Han}/u);
  },
);

test("over SMTP a mail arrives whole, in any script", async () => {
  const box = await openMailBox();
  try {
    const mailer = await openMailer({ url: box.url, from: "Weft <weft@example.com>" }, noLog);
    expect(mailer.sends).toBe(true);
    const message = messageOf("invitation", "zh", ANN, LINK, { organisation: "安\r\nBcc: all@example.com" });
    await mailer.send(message);
    const [mail] = await box.mails(ANN.email, 1);
    expect(mail).toMatchObject({ from: "weft@example.com", subject: message.subject.replace("\r\n", " ") });
    expect(mail?.text).toContain(LINK);
    expect(mail?.raw.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/m);
  } finally {
    await box.close();
  }
});

test("a password is told to nobody but a server that speaks TLS", async () => {
  const told: string[] = [];
  const options = {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (
      { username, password }: { username?: string; password?: string },
      _: unknown,
      done: (error: Error | null, answer?: object) => void,
    ) => {
      told.push(`${username}:${password}`);
      done(null, { user: username });
    },
  };
  const box = await openMailBox(options as never);
  try {
    const url = box.url.replace("smtp://", "smtp://weft@");
    const mailer = await openMailer({ url, from: "weft@example.com", secretFile }, noLog);
    const error = await mailer.send(messageOf("factor-on", "en", ANN)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain("sesame");
    expect(told).toEqual([]);
  } finally {
    await box.close();
  }
});

test("over HTTP a mail is one POST with the token, and what is not taken is an error without it", async () => {
  const calls: {
    readonly method: string | undefined;
    readonly authorization: string | undefined;
    readonly body: unknown;
  }[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method, headers } = request;
      calls.push({ method, authorization: headers.authorization, body: JSON.parse(Buffer.concat(parts).toString()) });
      response.writeHead(status, { location: "http://127.0.0.1:9/" }).end("sesame");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`;
    const mailer = await openMailer({ url, from: "weft@example.com", secretFile }, noLog);
    const message = messageOf("reset", "en", ANN, LINK);
    await mailer.send(message);
    const body = { from: "weft@example.com", ...message };
    expect(calls).toEqual([{ method: "POST", authorization: "Bearer sesame", body }]);
    for (status of [302, 401, 500]) {
      const error = await mailer.send(message).catch((thrown: unknown) => thrown);
      expect(String(error)).toContain(`answered ${status}`);
      expect(String(error)).not.toMatch(/sesame|abc/);
    }
  } finally {
    server.close();
  }
});

test("without any way out a mail is shown in the log", async () => {
  const lines: unknown[] = [];
  const mailer = logMailer((level, label, fields) => lines.push({ level, label, fields }));
  expect(mailer.sends).toBe(false);
  await mailer.send(messageOf("reset", "en", ANN, LINK));
  expect(lines).toEqual([
    expect.objectContaining({
      level: "info",
      fields: expect.objectContaining({ to: ANN.email, text: expect.stringContaining(LINK) }),
    }),
  ]);
});
