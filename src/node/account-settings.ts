// Settings of accounts on Node: how people reach the control plane, how it mails, who else signs people in.
import type { MailSettings } from "./mailer.ts";

export interface AccountSettings {
  /** `https://weft.example`: how people reach it. */
  readonly publicUrl?: string;
  /** How mail is sent; absent = it is shown in the log. */
  readonly mail?: MailSettings;
  /** JSON file with the OIDC providers. */
  readonly oidcFile?: string;
  /** Nobody signs up by themselves. */
  readonly closed?: boolean;
}

export interface AccountTexts {
  readonly publicUrl: string | undefined;
  readonly mailUrl: string | undefined;
  readonly mailFrom: string | undefined;
  readonly mailSecretFile: string | undefined;
  readonly oidcFile: string | undefined;
}

/** Error that names the setting which is wrong, or lacks another one; it repeats no address with a password. */
export function readAccountSettings(texts: AccountTexts, closed: boolean): AccountSettings {
  const { mailUrl, mailFrom, mailSecretFile, oidcFile } = texts;
  const publicUrl = texts.publicUrl?.replace(/\/+$/, "");
  if (publicUrl !== undefined && !(URL.canParse(publicUrl) && new URL(publicUrl).origin === publicUrl))
    throw new Error(`--public-url must be scheme and host alone, as https://weft.example, not ${publicUrl}`);
  if (mailUrl !== undefined && !/^(smtps?|https?):\/\/[^/]/.test(mailUrl))
    throw new Error("--mail-url must begin with smtp://, smtps:// or https://");
  if (mailUrl !== undefined && mailFrom === undefined)
    throw new Error("--mail-url needs --mail-from: the address from which mails come");
  if (publicUrl === undefined && (mailUrl !== undefined || oidcFile !== undefined)) {
    const which = mailUrl === undefined ? "--oidc-file" : "--mail-url";
    throw new Error(`${which} needs --public-url: where links in mails and answers of providers lead to`);
  }
  const secret = mailSecretFile === undefined ? {} : { secretFile: mailSecretFile };
  return {
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(mailUrl === undefined || mailFrom === undefined ? {} : { mail: { url: mailUrl, from: mailFrom, ...secret } }),
    ...(oidcFile === undefined ? {} : { oidcFile }),
    ...(closed && { closed }),
  };
}
