// Kind VirtualOutbound: host names and ports made of the tags of inbounds, by templates that a user writes.

import type { Frozen } from "#model/frozen.ts";
import { renderFields } from "#model/hostname-template.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { type Selector, selectorShape, selectorsViolations } from "#model/selector.ts";
import { may, message, text } from "#model/shape.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { under, type Violation } from "#model/violation.ts";

export const virtualOutboundShape = message(() => ({
  selectors: may(z.array(selectorShape)),
  conf: may(
    message({
      /** Go template over the parameters: `{{.svc}}.{{.version}}.mesh`. */
      host: may(text),
      port: may(text),
      parameters: may(z.array(message({ name: may(text), tagKey: may(text) }))),
    }),
  ),
}));
export type VirtualOutboundSpec = Frozen<z.infer<typeof virtualOutboundShape>>;
type Conf = NonNullable<VirtualOutboundSpec["conf"]>;

const TAG_NAME = /^[a-zA-Z0-9.\-_:/]*$/;
const PARAMETER = /^[a-zA-Z0-9]+$/;

/** The tag that each parameter of the templates has its value from. */
export function parameterTags({ parameters = [] }: Conf): ReadonlyMap<string, string> {
  return new Map(parameters.map(({ name = "", tagKey }) => [name, tagKey || name]));
}

function validate({ spec: { selectors, conf } }: { readonly spec: VirtualOutboundSpec }): readonly Violation[] {
  return [
    ...under("selectors", selectorsViolations(selectors as readonly Selector[] | undefined, { some: true })),
    ...(conf === undefined ? [{ field: "conf", reason: "has to be defined" }] : under("conf", confViolations(conf))),
  ];
}

function confViolations(conf: Conf): Violation[] {
  const found: Violation[] = [];
  const seen = new Set<string>();
  (conf.parameters ?? []).forEach(({ name = "", tagKey = "" }, index) => {
    const add = (field: string, reason: string): void => {
      found.push({ field: `parameters[${index}].${field}`, reason });
    };
    if (seen.has(name)) add("name", "name is already used");
    seen.add(name);
    if (tagKey !== "") {
      if (!TAG_NAME.test(tagKey)) add("tagKey", "must be a valid tag name");
    } else if (!TAG_NAME.test(name)) add("name", "must be a valid tag name if you are not setting tagKey");
    if (!PARAMETER.test(name)) add("name", "must consist of alphanumeric characters to be used as a gotemplate key");
  });
  if (![...(conf.parameters ?? [])].some(({ tagKey }) => tagKey === SERVICE_TAG)) {
    found.push({ field: "parameters", reason: `must contain a parameter with ${SERVICE_TAG} as a tagKey` });
  }
  found.push(...templateViolations("host", conf, "dummy"), ...templateViolations("port", conf, "1"));
  return found;
}

/** A template is tried with values that any tag may have. */
function templateViolations(field: "host" | "port", conf: Conf, value: string): Violation[] {
  const template = conf[field] ?? "";
  if (template === "") return [{ field, reason: "has to be defined" }];
  const values = Object.fromEntries([...parameterTags(conf).keys()].map((name) => [name, value]));
  const rendered = renderFields(template, values);
  const wrong =
    "reason" in rendered
      ? rendered.reason
      : field === "host"
        ? hostReason(rendered.text)
        : portOf(rendered.text) === null
          ? `evaluated port "${rendered.text}" is no port number`
          : null;
  return wrong === null
    ? []
    : [{ field, reason: `template pre evaluation failed with error=${JSON.stringify(wrong)}` }];
}

const HOST = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Why a template did not make a host name, or null. */
export function hostReason(host: string): string | null {
  if (host.length <= 253 && HOST.test(host) && host.split(".").every((label) => label.length <= 63)) return null;
  return `evaluated host ${JSON.stringify(host.slice(0, 300))} is no DNS name`;
}

/** The port that a template made; null where it is none. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

export const virtualOutboundJudge: Judge<VirtualOutboundSpec> = {
  shape: virtualOutboundShape,
  validate,
};
