// VirtualOutbound: what is refused, and what its templates make of tags.
import { describe, expect, test } from "vitest";
import { renderOutbound } from "#model/virtual/rendered.ts";
import { refusalsOf } from "#test/reading.ts";

const parameters = [{ name: "svc", tagKey: "kuma.io/service" }, { name: "version" }];
const conf = { host: "{{.version}}.{{.svc}}.mesh", port: "80{{.version}}", parameters };
const selectors = [{ match: { "kuma.io/service": "*" } }];

describe("is refused", () => {
  test.each([
    ["without selectors", { conf }, "selectors: must have at least one element"],
    ["without conf", { selectors }, "conf: has to be defined"],
    [
      "without a service",
      { selectors, conf: { ...conf, parameters: [{ name: "svc" }, { name: "version" }] } },
      "conf.parameters: must contain a parameter with kuma.io/service as a tagKey",
    ],
    [
      "with a name twice",
      { selectors, conf: { ...conf, parameters: [...parameters, { name: "svc", tagKey: "x" }] } },
      "conf.parameters[2].name: name is already used",
    ],
    [
      "with a name that no template can say",
      { selectors, conf: { ...conf, parameters: [...parameters, { name: "a-b" }] } },
      "conf.parameters[2].name: must consist of alphanumeric characters to be used as a gotemplate key",
    ],
    ["without a host", { selectors, conf: { port: "80", parameters } }, "conf.host: has to be defined"],
    ["without a port", { selectors, conf: { host: "a.mesh", parameters } }, "conf.port: has to be defined"],
  ])("%s", (_, body, told) => {
    expect(refusalsOf("VirtualOutbound", body)).toEqual([told]);
  });

  test.each([
    ["host", "{{.nobody}}.mesh"],
    ["host", "{{.svc}}..mesh"],
    ["host", "{{.svc"],
    ["port", "http"],
    ["port", "99999"],
  ])("where a template makes no %s: %s", (field, template) => {
    const [told, ...others] = refusalsOf("VirtualOutbound", { selectors, conf: { ...conf, [field]: template } });
    expect(told).toContain(`conf.${field}: template pre evaluation failed with error=`);
    expect(others).toEqual([]);
  });
});

test("makes hosts, ports and tags of what it selects, and nothing where a tag is missing", () => {
  const spec = { selectors, conf };
  expect(renderOutbound(spec, { "kuma.io/service": "web", version: "1", team: "x" })).toEqual({
    host: "1.web.mesh",
    port: 801,
    tags: { "kuma.io/service": "web", version: "1" },
  });
  expect(renderOutbound(spec, { "kuma.io/service": "web" })).toBeNull();
  expect(renderOutbound(spec, { version: "1" })).toBeNull();
  expect(renderOutbound(spec, { "kuma.io/service": "web_1", version: "1" })).toBeNull();
  expect(renderOutbound(spec, { "kuma.io/service": "web", version: "x" })).toBeNull();
});
