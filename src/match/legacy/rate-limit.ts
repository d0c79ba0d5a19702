// RateLimit as MeshRateLimit: for each client the strongest source that knows it.
import type { RateLimitConf, RateLimitSpec } from "#model/legacy/rate-limit.ts";
import type { LocalHttpRate, MeshRateLimitConf } from "#model/policy/mesh-rate-limit.ts";
import type { Translation } from "./translation.ts";

type Answer = NonNullable<NonNullable<RateLimitConf["http"]>["onRateLimit"]>;

function answerOf({ status = 0, headers = [] }: Answer): NonNullable<LocalHttpRate["onRateLimit"]> {
  const named = (append: boolean): { name: string; value: string }[] =>
    headers.flatMap(({ key = "", value = "", append: said = false }) =>
      said === append ? [{ name: key.toLowerCase(), value }] : [],
    );
  const [add, set] = [named(true), named(false)];
  return {
    ...(status !== 0 && { status }),
    ...(headers.length > 0 && { headers: { ...(set.length > 0 && { set }), ...(add.length > 0 && { add }) } }),
  };
}

function conf({ conf: said = {} }: RateLimitSpec): MeshRateLimitConf | null {
  if (said.http === undefined) return null;
  const { requests: num = 0, interval = "0s", onRateLimit } = said.http;
  return {
    local: {
      http: { requestRate: { num, interval }, ...(onRateLimit && { onRateLimit: answerOf(onRateLimit) }) },
    },
  };
}

export const rateLimit: Translation<RateLimitSpec> = {
  from: "RateLimit",
  to: "MeshRateLimit",
  about: "inbound",
  acting: "strongest source",
  conf,
};
