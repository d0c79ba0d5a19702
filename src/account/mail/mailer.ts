// Ways to send mail: by HTTP, or to the log where nothing is configured. SMTP needs sockets, and is Node's (node/smtp-mailer.ts).
import type { Sealed } from "#model/sealed.ts";
import { UNSENT_MAIL } from "#trust/redact.ts";
import type { Message } from "./message.ts";

/** Sends one mail. Error where it was not taken; its text has neither the mail's text nor a secret. */
export type Send = (message: Message) => Promise<void>;

export interface Mailer {
  /** Whether anything leaves this machine. */
  readonly sends: boolean;
  readonly send: Send;
}

type Note = (level: "info" | "warn", label: string, fields: Readonly<Record<string, unknown>>) => void;

/** How long a mail server may take; milliseconds. */
export const MAIL_PATIENCE = 15_000;

/** Nothing is sent: who reads the log opens the links. The one place where they stand in a log. */
export function logMailer(log: Note): Mailer {
  return {
    sends: false,
    async send({ to, subject, text }) {
      log("info", UNSENT_MAIL, { to, subject, text });
    },
  };
}

/** `POST url` with `{from, to, subject, text, html}` and a bearer token; any 2xx means that the mail was taken. */
export function httpMailer(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  { url, from, token }: { readonly url: string; readonly from: string; readonly token: Sealed | null },
): Mailer {
  return {
    sends: true,
    async send(message) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token === null ? {} : { authorization: `Bearer ${token.reveal()}` }),
        },
        body: JSON.stringify({ from, ...message }),
        redirect: "manual",
        signal: AbortSignal.timeout(MAIL_PATIENCE),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the mail service answered ${response.status}`);
    },
  };
}
