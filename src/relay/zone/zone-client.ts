// The zone protocol's calls, each proved by the relay's key; every answer is checked for its shape.
import type { Client, ClientOptions, ProofRequest } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import { within } from "#api/within.ts";
import type {
  CertificatesRequest,
  CertificatesResponse,
  EnrolResponse,
  Envelope,
  IssuerRequest,
  IssuerResponse,
  ReportRequest,
  ReportResponse,
  SecretsRequest,
  SecretsResponse,
  SnapshotResponse,
  ViewResponse,
} from "#api/zone.ts";
import { NONCE_HEADER } from "#api/zone.ts";
import * as shape from "#api/zone-shape.ts";
import { Fault } from "#model/fault.ts";
import { toBase64Url, utf8 } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { signProof } from "#trust/proof.ts";

/** What came, or null for "nothing new" (304). */
export interface Tagged<T> {
  readonly body: T;
  readonly etag: string;
}

export interface ZoneClient {
  /**
   * `base` is what the relay has (see `baseOf`), empty for nothing. `waitSeconds` > 0 asks the control plane to hold the
   * answer until there is something new.
   */
  snapshot(base: string, waitSeconds: number, signal: AbortSignal): Promise<SnapshotResponse | null>;
  view(etag: string, signal: AbortSignal): Promise<Tagged<ViewResponse> | null>;
  /** Here and below, `signal` ends the call early: a relay that stops does not wait for answers. */
  certificates(request: CertificatesRequest, signal?: AbortSignal): Promise<CertificatesResponse>;
  issuer(request: IssuerRequest, signal?: AbortSignal): Promise<IssuerResponse>;
  secrets(request: SecretsRequest, signal?: AbortSignal): Promise<SecretsResponse>;
  report(request: ReportRequest, signal?: AbortSignal): Promise<ReportResponse>;
  /** The proof of a `GET` that somebody else makes; `nonce` null = with the one that came last. */
  prove(path: string, nonce: string | null): Promise<string>;
}

export interface ZoneClientOptions {
  readonly url: string;
  readonly fetch: ClientOptions["fetch"];
  readonly enrolment: EnrolResponse;
  readonly sign: Parameters<typeof signProof>[2];
  readonly chance: (length: number) => Uint8Array;
  /** Bound of every call that is not held; milliseconds. */
  readonly timeout: number;
}

/** Every method throws a Fault: the control plane's own, or `unavailable` when no good answer came. */
export function createZoneClient(options: ZoneClientOptions): ZoneClient {
  const { url, fetch, enrolment, sign, chance, timeout } = options;
  let newest = "";
  const prove = async ({ method, path, body, nonce }: ProofRequest): Promise<string> => {
    const bh = toBase64Url(await digestBytes(utf8(body)));
    const jti = toBase64Url(chance(16));
    return signProof({ jti, htm: method, htu: path, bh, aud: enrolment.controlPlane, nonce }, enrolment, sign);
  };
  const client: Client = createClient({
    url,
    async fetch(to, init) {
      const answer = await fetch(to, init);
      newest = answer.headers.get(NONCE_HEADER) ?? newest;
      return answer;
    },
    prove,
  });
  return {
    prove: (path, nonce) => prove({ method: "GET", path, body: "", nonce: nonce ?? newest }),
    async snapshot(base, waitSeconds, signal) {
      const headers = {
        ...(base === "" ? {} : { "if-none-match": `"${base}"` }),
        ...(waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {}),
      };
      const answer = await guarded(() => client.exchange("snapshot", { headers, signal }));
      return answer.status === 304 ? null : checked(shape.snapshotResponse, answer.body);
    },
    async view(etag, signal) {
      const headers: Record<string, string> = etag === "" ? {} : { "if-none-match": etag };
      const answer = await guarded(() => client.exchange("view", { headers, signal }));
      if (answer.status === 304) return null;
      return { body: checked(shape.viewResponse, answer.body), etag: answer.headers.get("etag") ?? "" };
    },
    certificates: async (body, end) =>
      checked(
        shape.certificatesResponse,
        await guarded(() =>
          within(timeout, ending(end), (signal) => client.call("certificates", { body: writable(body), signal })),
        ),
      ),
    issuer: async (body, end) =>
      checked(
        shape.issuerResponse,
        await guarded(() => within(timeout, ending(end), (signal) => client.call("issuer", { body, signal }))),
      ),
    secrets: async (body, end) =>
      checked(
        shape.secretsResponse,
        await guarded(() =>
          within(timeout, ending(end), (signal) => client.call("secrets", { body: writable(body), signal })),
        ),
      ),
    report: async (body, end) =>
      checked(
        shape.reportResponse,
        await guarded(() =>
          within(timeout, ending(end), (signal) => client.call("report", { body: writable(body), signal })),
        ),
      ),
  };
}

function ending(signal: AbortSignal | undefined): readonly AbortSignal[] {
  return signal === undefined ? [] : [signal];
}

/** Version with the envelope's position: so that a new envelope is news too where the version stays. */
export function baseOf({ version, epoch, sequence }: Pick<Envelope, "version" | "epoch" | "sequence">): string {
  return `${version}:${epoch}.${sequence}`;
}

/** Whether the control plane could not be asked, as opposed to having refused. */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Fault && (error.code === "unavailable" || error.code === "internal" || error.code === "too-many")
  );
}

// A time-out, a body cut short and a proxy's HTML page are all the same to a relay: no answer.
async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("unavailable", "The control plane gave no answer in time", { cause: error });
  }
}

/** What is sent is only read, but the route table's types know no readonly. */
type Writable<T> = T extends object ? { -readonly [Key in keyof T]: Writable<T[Key]> } : T;

function writable<T>(body: T): Writable<T> {
  return body as Writable<T>;
}

interface Shape<T> {
  safeParse(body: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

function checked<T>(type: Shape<T>, body: unknown): T {
  const parsed = type.safeParse(body);
  if (!parsed.success) throw new Fault("unavailable", "The control plane's answer has another shape than expected");
  return parsed.data;
}
