// The address by which people reach a control plane: what links in mails and answers of providers lead to.

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * As it is configured. Otherwise as the call says, where it names this machine itself, and as it listens where it does not: whoever
 * writes a Host header must not choose where somebody's mail leads.
 */
export function originFrom(publicUrl: string | undefined, listening: () => string): (request: Request) => string {
  return (request) => {
    if (publicUrl !== undefined) return publicUrl;
    const { hostname, origin } = new URL(request.url);
    return LOOPBACK.test(hostname) ? origin : listening();
  };
}
