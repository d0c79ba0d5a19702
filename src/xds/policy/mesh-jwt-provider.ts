// One provider of MeshJWT: whose tokens, by which keys, where they are in a request, and what of them goes further.
import type {
  JwtProviderJson,
  RemoteJwksJson,
} from "#envoy/generated/envoy/extensions/filters/http/jwt_authn/v3/config_pb.ts";
import { formatProtoDuration, parseDuration } from "#model/duration.ts";
import { jwksReason } from "#model/jwks.ts";
import { keyServerOf, keyServerReason } from "#model/key-server.ts";
import type { JwtProvider } from "#model/policy/mesh-jwt.ts";
import type { Extras } from "#xds/extras.ts";
import { CLAIMS_KEY } from "#xds/jwt-claims.ts";
import { keyServerCluster } from "#xds/key-server.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TIMEOUT = 5_000_000_000n;
const CACHE = 300_000_000_000n;

/** Null where its keys cannot be used. The cluster of its key server goes into the extras. */
export function providerOf(said: JwtProvider, source: Source, extras: Extras, tracer: Tracer): JwtProviderJson | null {
  const keys = keysOf(said, source, extras, tracer);
  if (keys === null) return null;
  const { issuer, audiences, fromHeaders, fromParams, forward, forwardPayloadHeader, claimToHeaders } = said;
  const skew = Number((parseDuration(said.clockSkew ?? "1m") ?? 0n) / 1_000_000_000n);
  const provider: JwtProviderJson = {
    ...(issuer !== undefined && { issuer }),
    ...(audiences !== undefined && { audiences: [...audiences] }),
    ...keys,
    // The token, unless it is to go no further than the proxy: an application that trusts it needs it.
    forward: forward ?? false,
    payloadInMetadata: CLAIMS_KEY,
    // OAuth writes many scopes into one text.
    normalizePayloadInMetadata: { spaceDelimitedClaims: ["scope"] },
    clockSkewSeconds: skew > 0 ? skew : 60,
  };
  if (fromHeaders !== undefined) {
    provider.fromHeaders = fromHeaders.map(({ name, prefix }) => ({
      name,
      ...(prefix !== undefined && { valuePrefix: prefix }),
    }));
  }
  if (fromParams !== undefined) provider.fromParams = [...fromParams];
  if (forwardPayloadHeader !== undefined) provider.forwardPayloadHeader = forwardPayloadHeader;
  if (claimToHeaders !== undefined) {
    provider.claimToHeaders = claimToHeaders.map(({ header, claim }) => ({ headerName: header, claimName: claim }));
  }
  return provider;
}

/** Headers that a client must not be able to write itself, in every spelling that an application may take for them. */
export function writtenHeaders({ forwardPayloadHeader, claimToHeaders = [] }: JwtProvider): readonly string[] {
  const headers = claimToHeaders.map(({ header }) => header);
  return (forwardPayloadHeader === undefined ? headers : [forwardPayloadHeader, ...headers]).flatMap(spellings);
}

/** Spellings grow with two to the power of dashes; of more dashes only the extremes are told. */
const MOST_DASHES = 5;

/** CGI, WSGI and their like make no difference between `x-user` and `x_user`. */
function spellings(header: string): readonly string[] {
  const parts = header.split(/[-_]/);
  if (parts.length - 1 > MOST_DASHES) return [...new Set([header, parts.join("-"), parts.join("_")])];
  const [first = "", ...rest] = parts;
  return rest.reduce<readonly string[]>(
    (made, part) => made.flatMap((one) => [`${one}-${part}`, `${one}_${part}`]),
    [first],
  );
}

function keysOf(
  { jwks: { remote, inline } = {} as JwtProvider["jwks"] }: JwtProvider,
  source: Source,
  extras: Extras,
  tracer: Tracer,
): Pick<JwtProviderJson, "localJwks" | "remoteJwks"> | null {
  const refused = (pointer: string, reason: string): null => {
    tracer.complain(
      { ...source, pointer: `${source.pointer}/jwks${pointer}` },
      `${reason}; no token of this provider is accepted`,
    );
    return null;
  };
  if (inline !== undefined) {
    const reason = jwksReason(inline);
    return reason === null ? { localJwks: { inlineString: inline } } : refused("/inline", reason);
  }
  const server = remote === undefined ? null : keyServerOf(remote.uri);
  if (remote === undefined || server === null) {
    return refused("/remote/uri", remote === undefined ? "has no keys" : (keyServerReason(remote.uri) ?? ""));
  }
  const cluster = keyServerCluster(server);
  extras.cluster(cluster, { ...source, pointer: `${source.pointer}/jwks/remote/uri` });
  const positive = (text: string | undefined, otherwise: bigint): string => {
    const nanoseconds = text === undefined ? otherwise : (parseDuration(text) ?? 0n);
    return formatProtoDuration(nanoseconds > 0n ? nanoseconds : otherwise);
  };
  const remoteJwks: RemoteJwksJson = {
    httpUri: { uri: remote.uri, cluster: cluster.name as string, timeout: positive(remote.timeout, TIMEOUT) },
    cacheDuration: positive(remote.cacheDuration, CACHE),
    // Fetched ahead of need, and a listener does not wait for a server that is down.
    asyncFetch: { fastListener: true },
    retryPolicy: { numRetries: 3 },
  };
  return { remoteJwks };
}
