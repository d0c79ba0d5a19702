// A mail server on this machine that keeps what it is sent.
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface BoxedMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** As it came. */
  readonly raw: string;
}

export interface MailBox {
  readonly url: string;
  readonly port: number;
  /** Those to the address, oldest first, once there are so many. Error after ten seconds. */
  mails(to: string, count: number): Promise<readonly BoxedMail[]>;
  close(): Promise<void>;
}

/** Takes everything; `options` of the server itself. */
export async function openMailBox(options: SMTPServerOptions = {}): Promise<MailBox> {
  const kept: BoxedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const raw = Buffer.concat(parts).toString("utf8");
        const { rcptTo, mailFrom } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        for (const { address } of rcptTo) kept.push({ to: address, from, raw, ...read(raw) });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    async mails(to, count) {
      const end = Date.now() + 10_000;
      for (;;) {
        const found = kept.filter((mail) => mail.to === to);
        if (found.length >= count) return found;
        if (Date.now() > end) throw new Error(`${found.length} mails to ${to}, not ${count}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Subject and plain text of a mail (RFC 2047, RFC 2045). */
function read(raw: string): { readonly subject: string; readonly text: string } {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, " ");
  const subject = /^Subject: (.*)$/m.exec(unfolded)?.[1] ?? "";
  const words = subject.replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=\s*/gi, (_, way: string, text: string) =>
    way.toUpperCase() === "B" ? Buffer.from(text, "base64").toString("utf8") : quoted(text.replaceAll("_", " ")),
  );
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw);
  const way = /Content-Transfer-Encoding: (\S+)/.exec(part?.[0] ?? "")?.[1] ?? "7bit";
  const body = part?.[1] ?? "";
  const decode: Readonly<Record<string, () => string>> = {
    base64: () => Buffer.from(body, "base64").toString("utf8"),
    "quoted-printable": () => quoted(body.replaceAll("=\r\n", "")),
  };
  return { subject: words, text: (decode[way] ?? (() => body))().replaceAll("\r\n", "\n") };
}

function quoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
