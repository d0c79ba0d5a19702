// What a policy is for, in a few words.

interface TargetRef {
  readonly kind?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sectionName?: string;
}

/** `Dataplane app=web`; null = all that the mesh has. */
export function targetText(spec: unknown): string | null {
  const ref = (spec as { readonly targetRef?: TargetRef } | undefined)?.targetRef;
  if (ref === undefined || ref.kind === undefined || ref.kind === "Mesh") return null;
  const marks = Object.entries({ ...ref.labels, ...ref.tags }).map(([key, value]) => `${key}=${value}`);
  const name = [ref.name, ref.sectionName].filter((text) => text !== undefined && text !== "").join(":");
  return [ref.kind, name, ...marks].filter((text) => text !== "").join(" ");
}
