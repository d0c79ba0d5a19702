// Mails on their way: nobody waits for them, and one that is not taken is tried once more.
import type { Language } from "#account/accounts.ts";
import type { Mailer } from "./mailer.ts";
import { messageOf, type Subject } from "./message.ts";

/** Writes a mail and sends it in the background. */
export type Post = (
  subject: Subject,
  language: Language,
  to: { readonly email: string },
  link?: string,
  values?: Readonly<Record<string, string>>,
) => void;

export function openPost(mailer: Mailer, background: (work: Promise<unknown>, label: string) => void): Post {
  return (subject, language, to, link, values) => {
    const message = messageOf(subject, language, to, link, values);
    background(
      mailer.send(message).catch(() => mailer.send(message)),
      "a mail was not sent",
    );
  };
}
