// Who somebody is at a provider without OIDC: its own words of the user, and the address that it has proved.

interface Address {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/** As GitHub answers: the user, and a list of addresses of which one is the primary. Null where it does not answer. */
export async function readEmails(
  token: string,
  userInfoUrl: string,
  emailsUrl: string,
): Promise<{ id: string; name: string; email: string; emailVerified: boolean } | null> {
  const read = async (url: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, accept: "application/json", "user-agent": "weft" };
    // Nowhere else than where the operator said: the token would go along.
    const response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(8000) });
    return response.ok ? response.json() : null;
  };
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
