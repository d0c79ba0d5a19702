// FaultInjection as MeshFaultInjection: each one that names an inbound adds its faults, for its own clients.
import { bandwidthOf, type FaultInjectionSpec } from "#model/legacy/fault-injection.ts";
import type { InjectedFault, MeshFaultInjectionConf } from "#model/policy/mesh-fault-injection.ts";
import type { Translation } from "./translation.ts";

function conf({ conf: said = {} }: FaultInjectionSpec): MeshFaultInjectionConf {
  const { abort = {}, delay = {}, responseBandwidth: slow = {} } = said;
  const limit = bandwidthOf(slow.limit ?? "");
  const fault: InjectedFault = {
    ...(abort.httpStatus !== undefined && {
      abort: { httpStatus: abort.httpStatus, percentage: String(abort.percentage ?? 0) },
    }),
    ...(delay.value !== undefined && { delay: { value: delay.value, percentage: String(delay.percentage ?? 0) } }),
    ...(limit !== null && { responseBandwidth: { limit, percentage: String(slow.percentage ?? 0) } }),
  };
  return { http: [fault] };
}

export const faultInjection: Translation<FaultInjectionSpec> = {
  from: "FaultInjection",
  to: "MeshFaultInjection",
  about: "inbound",
  acting: "each",
  conf,
};
