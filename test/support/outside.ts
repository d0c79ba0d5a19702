// A server outside the mesh with TLS of its own: a CA that nobody knows, and a certificate that it signed.
import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { loadX509 } from "#trust/x509.ts";

export interface OutsideServer {
  readonly port: number;
  /** PEM of the CA that vouches for it. */
  readonly ca: string;
  count(): number;
  /** CN of the client certificate of the last request; null where there was none. */
  lastClient(): string | null;
  close(): Promise<void>;
}

/**
 * HTTPS on this machine: answers `name path` to whoever accepts a certificate for `host` and, with `clients` (PEM of a CA), shows
 * one that it vouches for.
 */
export async function httpsServer(name: string, host: string, clients?: string): Promise<OutsideServer> {
  const { cert, key, ca } = await certificateFor(host);
  let last: string | null = null;
  let count = 0;
  const demanding = clients === undefined ? {} : { ca: clients, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ cert, key, ...demanding }, (incoming, outgoing) => {
    count++;
    last = (incoming.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString() ?? null;
    outgoing.end(`${name} ${incoming.url}`);
  });
  // A handshake that a client breaks off is no failure of the server's.
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    count: () => count,
    lastClient: () => last,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

let authorities = 0;

/** A certificate for `host` and its key, by a CA made for it; all PEM. */
export async function certificateFor(
  host: string,
): Promise<{ readonly cert: string; readonly key: string; readonly ca: string }> {
  const x509 = await loadX509();
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const usages = ["sign", "verify"] as const;
  const pair = (): Promise<webcrypto.CryptoKeyPair> =>
    webcrypto.subtle.generateKey(algorithm, true, usages) as Promise<webcrypto.CryptoKeyPair>;
  const [authority, own] = await Promise.all([pair(), pair()]);
  const times = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...times,
      serialNumber: "01",
      // Two of one name would be taken for one.
      name: `CN=the CA of ${host} ${authorities++}`,
      keys: authority,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(true)],
    },
    webcrypto as never,
  );
  const leaf = await x509.X509CertificateGenerator.create(
    {
      ...times,
      serialNumber: "02",
      subject: `CN=${host}`,
      issuer: ca.subject,
      publicKey: own.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
    },
    webcrypto as never,
  );
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
  return { cert: leaf.toString("pem"), key, ca: `${ca.toString("pem")}\n` };
}
