// The last signed snapshot on disk: packs of blobs named by their content, and one pointer that is replaced at once.
import { createHash } from "node:crypto";
import { link, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EnrolResponse } from "#api/zone.ts";
import type { Digest, Hash } from "#model/json.ts";
import type { SignedSnapshot } from "#relay/zone/signed.ts";
import { verifySigned } from "#relay/zone/signed.ts";
import { openFolder, readText, writeWhole } from "./file.ts";

/** A pointer with more packs than this, or with more dead than live blobs, is written anew in one pack. */
const MOST_PACKS = 16;

interface Pointer {
  readonly envelope: string;
  readonly sections: Readonly<Record<string, Hash>>;
  /** Names of the packs that hold the blobs. */
  readonly packs: readonly string[];
}

export interface Loaded {
  /** The newest that is whole and verifies: the last one, else the one before. */
  readonly signed: SignedSnapshot | null;
  /** What is wrong with the last one; null where nothing is, or there never was one. */
  readonly reason: string | null;
}

export interface SnapshotDisk {
  /** Verifies all of it again: signature, every hash, the version. */
  load(enrolment: EnrolResponse, digest: Digest): Promise<Loaded>;
  /** After an error or a crash at any point the snapshot before it is still whole. */
  save(signed: SignedSnapshot): Promise<void>;
}

/** Opens the folder; one program at a time. */
export async function openSnapshotDisk(folder: string): Promise<SnapshotDisk> {
  await openFolder(folder);
  const pointerPath = join(folder, "current.json");
  /** The one before, for the day when the last one is damaged. */
  const beforePath = join(folder, "before.json");
  /** Packs that are whole on disk, with the blobs of each. */
  const packs = new Map<string, ReadonlySet<Hash>>();
  /** Packs of the snapshot that the pointer names; null while that is not known to be whole. */
  let last: readonly string[] | null = null;

  async function load(enrolment: EnrolResponse, digest: Digest): Promise<Loaded> {
    const newest = await loadOne(pointerPath, enrolment, digest);
    if (newest.signed !== null) return newest;
    const { signed } = await loadOne(beforePath, enrolment, digest);
    last = null;
    return signed === null ? newest : { signed, reason: newest.reason ?? "the current snapshot is missing" };
  }

  async function loadOne(path: string, enrolment: EnrolResponse, digest: Digest): Promise<Loaded> {
    const pointer = parsePointer(await readText(path));
    if (typeof pointer === "string" || pointer === null) return { signed: null, reason: pointer };
    const blobs: Record<Hash, string> = {};
    for (const name of pointer.packs) {
      const text = await readText(join(folder, name));
      const pack = parsePack(text);
      if (text === null || pack === null) return { signed: null, reason: `the pack ${name} is missing or damaged` };
      // Whether or not what it holds is used now: a pack that is not what was written is never named again.
      if (packName(text) === name) packs.set(name, new Set(Object.keys(pack)));
      Object.assign(blobs, pack);
    }
    const candidate = { envelope: pointer.envelope, base: null, sections: pointer.sections, blobs };
    const verified = await verifySigned(candidate, null, enrolment, digest);
    if (!verified.ok) return { signed: null, reason: verified.reason };
    last = pointer.packs;
    return { signed: verified.signed, reason: null };
  }

  async function save({ jws, snapshot }: SignedSnapshot): Promise<void> {
    const { blobs, manifest } = snapshot;
    const kept = [...packs].filter(([, hashes]) => [...hashes].some((hash) => blobs.has(hash)));
    const had = new Set(kept.flatMap(([, hashes]) => [...hashes]));
    const whole = kept.length >= MOST_PACKS || had.size > 2 * blobs.size;
    const fresh = [...blobs].filter(([hash]) => whole || !had.has(hash)).sort(([a], [b]) => (a < b ? -1 : 1));
    const names = whole ? [] : kept.map(([name]) => name);
    if (fresh.length > 0) {
      const text = JSON.stringify(Object.fromEntries(fresh));
      const name = packName(text);
      await writeWhole(join(folder, name), text);
      packs.set(name, new Set(fresh.map(([hash]) => hash)));
      names.push(name);
    }
    const pointer: Pointer = { envelope: jws, sections: manifest.sections, packs: [...new Set(names)] };
    const older = last === null ? [] : await keepBefore(last);
    await writeWhole(pointerPath, JSON.stringify(pointer));
    last = pointer.packs;
    await collect(new Set([...pointer.packs, ...older]));
  }

  /** A second name for the pointer that is about to be replaced; returns the packs that it needs. */
  async function keepBefore(named: readonly string[]): Promise<readonly string[]> {
    try {
      await rm(beforePath, { force: true });
      await link(pointerPath, beforePath);
      return named;
    } catch {
      // A file system without links has the last snapshot alone.
      return [];
    }
  }

  // Only after the pointer stands: until then the old one needs its packs.
  async function collect(live: ReadonlySet<string>): Promise<void> {
    for (const name of packs.keys()) if (!live.has(name)) packs.delete(name);
    const files = await readdir(folder);
    const dead = files.filter((file) => file.endsWith(".pack") && !live.has(file));
    await Promise.all(dead.map((file) => rm(join(folder, file), { force: true })));
  }

  return { load, save };
}

function packName(text: string): string {
  return `${createHash("sha256").update(text).digest("hex").slice(0, 32)}.pack`;
}

function parsePointer(text: string | null): Pointer | string | null {
  if (text === null) return null;
  const damaged = "the pointer to the current snapshot is damaged";
  try {
    const pointer = JSON.parse(text) as Pointer;
    const packs = Array.isArray(pointer.packs) && pointer.packs.every((name) => /^[0-9a-f]{32}\.pack$/.test(name));
    return packs && typeof pointer.envelope === "string" ? pointer : damaged;
  } catch {
    return damaged;
  }
}

function parsePack(text: string | null): Record<Hash, string> | null {
  try {
    return text === null ? null : (JSON.parse(text) as Record<Hash, string>);
  } catch {
    return null;
  }
}
