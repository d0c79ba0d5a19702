// gRPC statuses: the codes that the relay gives, and how one is written into trailers.

/** Codes by name (gRPC's statuscodes.md). */
export const GRPC_STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcStatus = keyof typeof GRPC_STATUS;

/** Trailers that end a call with this status. */
export function statusTrailers(status: GrpcStatus, details: string): Readonly<Record<string, string>> {
  const code = { "grpc-status": String(GRPC_STATUS[status]) };
  return details === "" ? code : { ...code, "grpc-message": percentEncoded(details) };
}

/** Bytes of UTF-8 outside of printable ASCII, and `%`, as `%XX` (gRPC over HTTP/2, Status-Message). */
function percentEncoded(text: string): string {
  return text.replace(/[^ -~]+|%/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
