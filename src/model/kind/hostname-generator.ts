// Kind HostnameGenerator: which services get host names, and by which template.

import type { Frozen } from "#model/frozen.ts";
import { type HostnameFacts, renderTemplate } from "#model/hostname-template.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { subdomainReason } from "#model/name.ts";
import { anyJson, may, text, textMap } from "#model/shape.ts";
import type { Violation } from "#model/violation.ts";

const labels = z.strictObject({ matchLabels: may(textMap) });

export const hostnameGeneratorShape = z.strictObject(() => ({
  selector: may(
    z.strictObject({
      meshService: may(labels),
      meshExternalService: may(labels),
      meshMultiZoneService: may(labels),
    }),
  ),
  template: text,
  extension: may(z.strictObject({ type: text, config: may(anyJson) })),
}));
export type HostnameGeneratorSpec = Frozen<z.infer<typeof hostnameGeneratorShape>>;

/** Values that a template is tried with when it is written. */
const STUB: HostnameFacts = {
  Name: "name",
  DisplayName: "displayname",
  Namespace: "namespace",
  Mesh: "mesh",
  Zone: "zone",
  label: () => "label",
};

function validate({ spec }: { readonly spec: HostnameGeneratorSpec }): readonly Violation[] {
  const found: Violation[] = [];
  if (Object.keys(spec.selector ?? {}).length !== 1) {
    const reason = "exact one selector (meshService, meshExternalService) must be defined";
    found.push({ field: "selector", reason });
  }
  const wrong = templateReason(spec.template);
  if (wrong !== null) found.push({ field: "template", reason: wrong });
  if (spec.extension?.type === "") found.push({ field: "extension.type", reason: "must not be empty" });
  return found;
}

function templateReason(template: string): string | null {
  if (template === "") return "must not be empty";
  const rendered = renderTemplate(template, STUB);
  if ("reason" in rendered) return rendered.reason;
  const { hostname } = rendered;
  const wrong = hostname.length > 253 ? "must be no more than 253 characters" : subdomainReason(hostname);
  return wrong === null
    ? null
    : `template renders to ${JSON.stringify(hostname)} which is not a valid DNS name: ${wrong}`;
}

export const hostnameGeneratorJudge: Judge<HostnameGeneratorSpec> = {
  shape: hostnameGeneratorShape,
  validate,
};
