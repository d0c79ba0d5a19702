// The suite of accounts on Node, its mails read from a real SMTP server.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { type MailBox, openMailBox } from "#test/mail-box.ts";
import { type AccountSubject, accountSuite } from "./account-suite.ts";

let folder: string;
let box: MailBox;
let plane: ControlPlane;
let subject: AccountSubject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-account-"));
  box = await openMailBox();
  plane = await runControlPlane({
    stateDir: folder,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    behindProxy: true,
    mail: { url: box.url, from: "Weft <weft@example.com>" },
  });
  subject = {
    url: plane.url,
    operatorSecret: (await readFile(plane.operatorSecretFile, "utf8")).trim(),
    fetch: (path, init) => fetch(`${plane.url}${path}`, init),
    mails: box.mails,
  };
});

afterAll(async () => {
  await plane?.close();
  await box?.close();
  await rm(folder, { recursive: true, force: true });
});

accountSuite(() => subject);
