// The address that Envoy's IPv6 connections to applications come from: unlike 127.0.0.6, the machine has it only when told.
import { readFileSync } from "node:fs";
import { Failure } from "#cli/failure.ts";
import { mustRun, runTool } from "./tool.ts";

const ADDRESS = "::6/128";

/** Whether this machine (or network namespace) speaks IPv6. */
export function hasIpv6(): boolean {
  try {
    return readFileSync("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "utf8").trim() === "0";
  } catch {
    return false;
  }
}

/** The command that adds it, for those who want to read what is done. */
export const ADD_ADDRESS = ["-6", "address", "replace", ADDRESS, "dev", "lo", "preferred_lft", "0", "nodad"] as const;

/** Adds the address where it is not. Throws Failure. */
export function addAddress(): void {
  const { ok, why } = runTool("ip", ADD_ADDRESS);
  if (ok) return;
  throw new Failure("failed", {
    what: "the address ::6 could not be added to the loopback interface",
    where: ["ip", ...ADD_ADDRESS].join(" "),
    why,
    fix: "install iproute2 (apt install iproute2), or leave IPv6 alone: --ip-family-mode ipv4",
  });
}

/** Removes it; true where it was there. */
export function removeAddress(): boolean {
  const { ok, out } = runTool("ip", ["-6", "address", "show", "dev", "lo", "to", ADDRESS]);
  if (!ok || out.trim() === "") return false;
  mustRun("ip", ["-6", "address", "delete", ADDRESS, "dev", "lo"]);
  return true;
}
