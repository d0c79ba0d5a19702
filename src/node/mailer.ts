// The mailer of a control plane on Node, as its settings say: SMTP, HTTP, or the log.
import { readFile } from "node:fs/promises";
import { httpMailer, logMailer, MAIL_PATIENCE, type Mailer } from "#account/mail/mailer.ts";
import { Sealed } from "#model/sealed.ts";

export interface MailSettings {
  /** `smtp://user@host:587`, `smtps://host` or `https://…`. */
  readonly url: string;
  /** `Weft <weft@example.com>`. */
  readonly from: string;
  /** Holds the password of SMTP, or the bearer token of HTTP. */
  readonly secretFile?: string;
}

/** Error where the secret's file cannot be read. */
export async function openMailer(
  mail: MailSettings | undefined,
  log: Parameters<typeof logMailer>[0],
): Promise<Mailer> {
  if (mail === undefined) return logMailer(log);
  const { url, from, secretFile } = mail;
  const secret = secretFile === undefined ? null : new Sealed((await readFile(secretFile, "utf8")).trim());
  return /^https?:/.test(url) ? httpMailer(fetch, { url, from, token: secret }) : smtpMailer(url, from, secret);
}

/** One connection a mail. With `smtp:` it speaks TLS as soon as the server offers it, and before it tells a password in any case. */
function smtpMailer(address: string, from: string, secret: Sealed | null): Mailer {
  const url = new URL(address);
  const secure = url.protocol === "smtps:";
  const pass = secret?.reveal() ?? decodeURIComponent(url.password);
  return {
    sends: true,
    async send({ to, subject, text, html }) {
      const { createTransport } = await import("nodemailer");
      const transport = createTransport({
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
        secure,
        requireTLS: !secure && url.username !== "",
        ...(url.username === "" ? {} : { auth: { user: decodeURIComponent(url.username), pass } }),
        connectionTimeout: MAIL_PATIENCE,
        greetingTimeout: MAIL_PATIENCE,
        socketTimeout: MAIL_PATIENCE,
        // What a text says is never a file or an address to be fetched.
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail({ from, to: { name: "", address: to }, subject, text, html });
      } finally {
        transport.close();
      }
    },
  };
}
