// Load reports as bytes (envoy.service.load_stats.v3): who reports, and of each cluster how many requests ended and how many failed.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** Requests that ended since the report before. */
export interface ClusterLoad {
  readonly name: string;
  readonly total: number;
  readonly errors: number;
}

export interface LoadStats {
  /** Id of the node; empty where the request has none. */
  readonly node: string;
  readonly clusters: readonly ClusterLoad[];
}

/** Clusters that one report may tell of. */
const MOST_CLUSTERS = 5000;

/** Reads a LoadStatsRequest; null for bytes that are none, or that tell of too many clusters. Other fields are skipped. */
export function readLoadStats(bytes: Uint8Array): LoadStats | null {
  let node = "";
  const clusters: ClusterLoad[] = [];
  try {
    eachField(bytes, (field, type, reader) => {
      if (type !== WireType.LengthDelimited) return false;
      if (field === 1) node = readNodeId(reader.bytes());
      else if (field === 2) clusters.push(readCluster(reader.bytes()));
      else return false;
      return true;
    });
  } catch {
    return null;
  }
  return clusters.length > MOST_CLUSTERS ? null : { node, clusters };
}

/** `id` of an envoy.config.core.v3.Node. */
function readNodeId(bytes: Uint8Array): string {
  let id = "";
  eachField(bytes, (field, type, reader) => {
    if (field !== 1 || type !== WireType.LengthDelimited) return false;
    id = reader.string();
    return true;
  });
  return id;
}

/** An envoy.config.endpoint.v3.ClusterStats, its localities summed. */
function readCluster(bytes: Uint8Array): ClusterLoad {
  let name = "";
  let [successes, errors] = [0, 0];
  eachField(bytes, (field, type, reader) => {
    if (type !== WireType.LengthDelimited || (field !== 1 && field !== 2)) return false;
    if (field === 1) name = reader.string();
    else {
      eachField(reader.bytes(), (inner, kind, locality) => {
        if (kind !== WireType.Varint || (inner !== 2 && inner !== 4)) return false;
        const count = Number(locality.uint64());
        if (inner === 2) successes += count;
        else errors += count;
        return true;
      });
    }
    return true;
  });
  return { name, total: successes + errors, errors };
}

function eachField(bytes: Uint8Array, take: (field: number, type: WireType, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!take(field, type, reader)) reader.skip(type, field);
  }
}

/** A LoadStatsResponse that asks for all clusters so often; null = for none, once a day. */
export function writeLoadQuestion(periodSeconds: number | null): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(2, WireType.LengthDelimited).bytes(
    new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(periodSeconds ?? 86_400)
      .finish(),
  );
  if (periodSeconds !== null) writer.tag(4, WireType.Varint).bool(true);
  return writer.finish();
}
