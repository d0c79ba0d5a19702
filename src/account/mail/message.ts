// What mails say: subject and text by what they are about and in whose language, and HTML made of the same lines.
import type { Language } from "#account/accounts.ts";

export interface Message {
  readonly to: string;
  readonly subject: string;
  /** Plain text; links stand on lines of their own. */
  readonly text: string;
  readonly html: string;
}

/** What a mail is about. */
export type Subject =
  | "verification"
  | "reset"
  | "password-changed"
  | "factor-on"
  | "factor-off"
  | "passkey-added"
  | "passkey-removed"
  | "invitation";

interface Words {
  readonly subject: string;
  /**
   * Paragraphs; `{…}` is a value, a paragraph `{link}` is the link. None has the person's own name: whoever signs up with
   * somebody else's address would write to them in it.
   */
  readonly lines: readonly string[];
}

const WORDS: Readonly<Record<Subject, Readonly<Record<Language, Words>>>> = {
  verification: {
    en: {
      subject: "Confirm your address for Weft",
      lines: [
        "Hello,",
        "please confirm that this address is yours:",
        "{link}",
        "Sign in to your account there, on whichever device. The link is good for one day. If you have not signed up for Weft, ignore this mail.",
      ],
    },
    zh: {
      subject: "确认您的 Weft 邮箱",
      lines: [
        "您好:",
        "请确认这是您的邮箱地址:",
        "{link}",
        "请在任意设备上登录您的账户以完成确认。链接在一天内有效。如果您没有注册 Weft,请忽略此邮件。",
      ],
    },
  },
  reset: {
    en: {
      subject: "Set a new password for Weft",
      lines: [
        "Hello,",
        "you can set a new password here:",
        "{link}",
        "The link is good once, within one hour. All your sessions will end. If you have not asked for it, ignore this mail: your password stays.",
      ],
    },
    zh: {
      subject: "重设您的 Weft 密码",
      lines: [
        "您好:",
        "您可以在这里设置新密码:",
        "{link}",
        "链接在一小时内有效,只能使用一次。您的所有会话都将结束。如果这不是您的请求,请忽略此邮件,密码不会改变。",
      ],
    },
  },
  "password-changed": {
    en: {
      subject: "Your Weft password has been changed",
      lines: [
        "Hello,",
        "the password of your account has just been changed, and all other sessions have ended.",
        "If it was not you, set a new one at once with “Forgot your password?”.",
      ],
    },
    zh: {
      subject: "您的 Weft 密码已更改",
      lines: [
        "您好:",
        "您账户的密码刚刚被更改,其他会话均已结束。",
        "如果不是您本人所为,请立即通过“忘记密码”设置新密码。",
      ],
    },
  },
  "factor-on": {
    en: {
      subject: "Your Weft account has a second factor",
      lines: [
        "Hello,",
        "from now on a code of your authenticator is asked for after your password. Keep your recovery codes in a safe place.",
        "If it was not you, set a new password and end all other sessions.",
      ],
    },
    zh: {
      subject: "您的 Weft 账户已启用双重验证",
      lines: [
        "您好:",
        "从现在起,输入密码后还需要验证器中的验证码。请妥善保存恢复码。",
        "如果不是您本人所为,请设置新密码并结束其他所有会话。",
      ],
    },
  },
  "factor-off": {
    en: {
      subject: "The second factor of your Weft account is off",
      lines: [
        "Hello,",
        "your password alone opens your account again.",
        "If it was not you, set a new password and switch the second factor on again.",
      ],
    },
    zh: {
      subject: "您的 Weft 账户已关闭双重验证",
      lines: ["您好:", "现在仅凭密码即可登录您的账户。", "如果不是您本人所为,请设置新密码并重新启用双重验证。"],
    },
  },
  "passkey-added": {
    en: {
      subject: "Your Weft account has a new passkey",
      lines: [
        "Hello,",
        "the passkey “{passkey}” has just been added to your account: whoever holds its device can sign in with it.",
        "If it was not you, remove it on the page of your account, end all other sessions and set a new password.",
      ],
    },
    zh: {
      subject: "您的 Weft 账户添加了新的通行密钥",
      lines: [
        "您好:",
        "您的账户刚刚添加了通行密钥“{passkey}”,持有该设备的人可以用它登录。",
        "如果不是您本人所为,请在账户页面将其移除,结束其他所有会话并设置新密码。",
      ],
    },
  },
  "passkey-removed": {
    en: {
      subject: "A passkey of your Weft account has been removed",
      lines: [
        "Hello,",
        "the passkey “{passkey}” no longer signs you in.",
        "If it was not you, end all other sessions and set a new password.",
      ],
    },
    zh: {
      subject: "您的 Weft 账户移除了一个通行密钥",
      lines: ["您好:", "通行密钥“{passkey}”不能再用于登录。", "如果不是您本人所为,请结束其他所有会话并设置新密码。"],
    },
  },
  invitation: {
    en: {
      subject: "You are invited to {organisation} on Weft",
      lines: [
        "Hello,",
        "{inviter} invites you to the organisation {organisation} on Weft:",
        "{link}",
        "The link is good for once, within seven days, and for this address alone. If you do not know what this is about, ignore this mail.",
      ],
    },
    zh: {
      subject: "邀请您加入 Weft 上的 {organisation}",
      lines: [
        "您好:",
        "{inviter} 邀请您加入 Weft 上的组织 {organisation}:",
        "{link}",
        "链接在七天内有效,只能使用一次,且仅限此邮箱。如果您不清楚此事,请忽略此邮件。",
      ],
    },
  },
};

/** The mail. `link` is for subjects whose text has one, `values` for those that name something. */
export function messageOf(
  subject: Subject,
  language: Language,
  to: { readonly email: string },
  link = "",
  values: Readonly<Record<string, string>> = {},
): Message {
  const words = WORDS[subject][language];
  const filled = (line: string): string => line.replaceAll(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  const lines = words.lines.map((line) => (line === "{link}" ? { link } : { text: filled(line) }));
  const text = lines.map((line) => line.link ?? line.text).join("\n\n");
  const body = lines.map((line) =>
    line.link === undefined
      ? `<p>${escaped(line.text)}</p>`
      : `<p><a href="${escaped(line.link)}">${escaped(line.link)}</a></p>`,
  );
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8"><body>${body.join("")}</body></html>`;
  return { to: to.email, subject: filled(words.subject), text: `${text}\n`, html };
}

/** People choose names. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
