// The reference of the measure: a bare grpc-js server over TLS that answers each type with ready bytes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { openServerCertificate } from "#relay/state/server-certificate.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { answer, read } from "../fan-out/ads-message.ts";
import { DELTA } from "../fan-out/ads-method.ts";
import type { Place } from "./clients.ts";

/** Answers of so many bytes, one for each type that a stream asks for. */
export async function startBare(bytes: number): Promise<{ readonly place: Place; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "weft-bare-"));
  const vault = await openVault(join(folder, "tls"), "tls", await openDiskKey(folder));
  const { chainPem, keyPem, caPem } = await openServerCertificate(folder, vault, ["127.0.0.1"], Date.now);
  const messages = new Map<string, Buffer>();
  const answerOf = (url: string): Buffer => {
    const known = messages.get(url) ?? answer(url, bytes);
    messages.set(url, known);
    return known;
  };
  const server = new Server();
  server.addService(DELTA, {
    delta: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on("error", () => undefined);
      call.on("data", (request: Buffer) => {
        const [url, nonce] = read(request, "request");
        if (nonce === "") call.write(answerOf(url));
      });
    },
  });
  const key = { private_key: Buffer.from(keyPem.reveal()), cert_chain: Buffer.from(chainPem) };
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [key]), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    place: { address: `127.0.0.1:${port}`, ca: Buffer.from(caPem), token: "none" },
    close() {
      server.forceShutdown();
      rmSync(folder, { recursive: true });
    },
  };
}
