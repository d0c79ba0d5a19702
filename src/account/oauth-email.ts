// Who somebody is at a provider without OIDC: its own words of the user, and the address that it has proved.
import type { AskProvider } from "./provider-call.ts";

interface Address {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/** As GitHub answers: the user, and a list of addresses of which one is the primary. Fault `unavailable` where it does not. */
export async function readEmails(
  ask: AskProvider,
  token: string,
  userInfoUrl: string,
  emailsUrl: string,
): Promise<{ id: string; name: string; email: string; emailVerified: boolean } | null> {
  const read = (url: string): Promise<unknown> => ask(url, { headers: { authorization: `Bearer ${token}` } });
  const [user, listed] = await Promise.all([read(userInfoUrl), read(emailsUrl)]);
  const { id, name, login } = (user ?? {}) as {
    readonly id?: number | string;
    readonly name?: string;
    readonly login?: string;
  };
  const addresses = Array.isArray(listed) ? (listed as Address[]) : [];
  const chosen = addresses.find((one) => one.primary && one.verified) ?? addresses.find((one) => one.primary);
  if (id === undefined || chosen === undefined) return null;
  return { id: String(id), name: name ?? login ?? "", email: chosen.email, emailVerified: chosen.verified };
}
