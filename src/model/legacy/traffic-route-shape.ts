// Shape of the older policy TrafficRoute: where a client's traffic goes, by weight and by request.
import * as z from "#model/lazy-zod.ts";
import { flag, may, message, text, textMap, uint32 } from "#model/shape.ts";
import { ends, type SpecOfShape } from "./older-policy.ts";

const destination = textMap;
/** Kuma says a destination that is there and empty, so it is not left out. */
const keep = ["destination"];

const split = message({ weight: may(uint32), destination: may(destination) }, { keep: ["weight"] });

/** Exactly one of them; an empty `exact` is one too. */
const matcher = message(() => ({ prefix: may(text), exact: may(text), regex: may(text) }), {
  keep: ["prefix", "exact", "regex"],
});

const replacement = message({ pattern: may(text), substitution: may(text) });

const headers = message(() => ({
  add: may(z.array(message({ name: may(text), value: may(text), append: may(flag) }))),
  remove: may(z.array(message({ name: may(text) }))),
}));

const http = message(
  () => ({
    match: may(message({ method: may(matcher), path: may(matcher), headers: may(z.record(z.string(), matcher)) })),
    modify: may(
      message({
        path: may(message({ rewritePrefix: may(text), regex: may(replacement) }, { keep: ["rewritePrefix"] })),
        host: may(message({ value: may(text), fromPath: may(replacement) }, { keep: ["value"] })),
        requestHeaders: may(headers),
        responseHeaders: may(headers),
      }),
    ),
    split: may(z.array(split)),
    destination: may(destination),
  }),
  { keep },
);

/** Sizes are 64 bits wide in protobuf, whose JSON says them as text. */
const ringSize = z
  .union([z.int().check(z.minimum(0)), z.string().check(z.regex(/^\d{1,15}$/, "must be a number"))])
  .check(z.overwrite(String));

const loadBalancer = message(() => ({
  roundRobin: may(message({})),
  leastRequest: may(message({ choiceCount: may(uint32) })),
  ringHash: may(message({ hashFunction: may(text), minRingSize: may(ringSize), maxRingSize: may(ringSize) })),
  random: may(message({})),
  maglev: may(message({})),
}));

const conf = message(
  () => ({
    split: may(z.array(split)),
    loadBalancer: may(loadBalancer),
    destination: may(destination),
    http: may(z.array(http)),
  }),
  { keep },
);

export const trafficRouteShape = message({ ...ends, conf: may(conf) });
export type TrafficRouteSpec = SpecOfShape<typeof trafficRouteShape>;
export type TrafficRouteConf = SpecOfShape<typeof conf>;
export type TrafficRouteHttp = SpecOfShape<typeof http>;
export type TrafficRouteSplit = SpecOfShape<typeof split>;
export type StringMatch = SpecOfShape<typeof matcher>;
export type HeaderChange = SpecOfShape<typeof headers>;
export type OlderLoadBalancer = SpecOfShape<typeof loadBalancer>;
