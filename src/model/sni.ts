// Server names: what a client's TLS hello says of the destination it means.
import { SYSTEM_NAMESPACE } from "./policy-role.ts";
import type { Meta } from "./resource.ts";
import { LABEL, SERVICE_TAG, type Tags } from "./tag.ts";

/** Envoy takes no longer one (UpstreamTlsContext.sni), and refuses the cluster that has it. */
const LONGEST = 255;

/** The key under which the mesh stands among the tags; a tag of that name says nothing. */
const MESH = "mesh";

/**
 * Of a service tag: `backend{mesh=default,version=v1}`; the mesh always stands in it. One that would be too long is told by its
 * hash: `a601e0c00295a9fbe.default.tags`.
 */
export function tagSni(mesh: string, tags: Tags): string {
  const keys = Object.keys(tags).filter((key) => key !== SERVICE_TAG && key !== MESH);
  const inside = [...keys, MESH].sort().map((key) => `${key}=${key === MESH ? mesh : tags[key]}`);
  const sni = `${tags[SERVICE_TAG]}{${inside.join(",")}}`;
  return sni.length > LONGEST ? `a${fnv1a64(sni)}.${mesh}.tags` : sni;
}

/**
 * The name of a real resource in the hash form, the same in every zone: what its zone calls one that was made there, with the
 * Kubernetes namespace unless that is the system's; else its name.
 */
export function sniName({ name, labels }: Pick<Meta, "name" | "labels">): string {
  if (labels[LABEL.origin] !== "zone") return name;
  const own = labels[LABEL.displayName] ?? name;
  const namespace = labels[LABEL.namespace];
  return namespace === undefined || namespace === SYSTEM_NAMESPACE ? own : `${own}.${namespace}`;
}

/** Suffix of the hash form by short name. */
const SUFFIX = { msvc: "ms", extsvc: "mes", mzsvc: "mzms" } as const;

/** Of a real resource's port with mtls backends: `a601e0c00295a9fbe.backend.8080.default.ms`. */
export function hashSni(shortName: keyof typeof SUFFIX, mesh: string, name: string, port: number): string {
  const cut = (part: string): string => (part.length > 62 ? `${part.slice(0, 62)}x` : part);
  return `a${fnv1a64(`${name};${mesh};`)}.${cut(name)}.${port}.${cut(mesh)}.${SUFFIX[shortName]}`;
}

/** Of a real resource's port toward MeshIdentity: `sni.msvc.default.east.backend.8080`. */
export function resourceSni(
  shortName: keyof typeof SUFFIX,
  { mesh, name, labels }: Pick<Meta, "mesh" | "name" | "labels">,
  port: { readonly name?: string; readonly port: number },
): string {
  const zone = labels[LABEL.origin] === "zone" ? labels[LABEL.zone] : undefined;
  const parts = ["sni", shortName, mesh, zone, labels[LABEL.displayName] ?? name, port.name ?? String(port.port)];
  return parts.filter((part) => part !== undefined).join(".");
}

/** FNV-1a, 64 bits, of UTF-8 text; 16 hexadecimal digits. */
export function fnv1a64(text: string): string {
  // Four limbs of sixteen bits: the prime is 2^40 + 435, and texts may be as long as a table of names.
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2] as [number, number, number, number];
  for (const byte of utf8(text)) {
    const low = a ^ byte;
    const first = low * 435;
    const second = b * 435 + (first >>> 16);
    const third = c * 435 + (low << 8) + (second >>> 16);
    d = (d * 435 + (b << 8) + (third >>> 16)) & 0xffff;
    a = first & 0xffff;
    b = second & 0xffff;
    c = third & 0xffff;
  }
  return [d, c, b, a].map((limb) => limb.toString(16).padStart(4, "0")).join("");
}

/** The bytes of a text, without TextEncoder: pure floors have no globals of the web. */
function utf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      at++;
    }
  }
  return bytes;
}
