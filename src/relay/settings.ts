// Settings of a relay: arguments first, then the environment, then defaults. Secrets come by environment or file only.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { variable } from "#api/environment.ts";
import type { Meant } from "#api/zone.ts";
import { Sealed } from "#model/sealed.ts";
import type { LogLevel } from "./log.ts";

/** A setting that is missing or cannot be read; its message names it. */
export class WrongSetting extends Error {}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

export interface Settings {
  /** The control plane's address. */
  readonly controlPlane: string;
  readonly stateDir: string;
  /** Address and port of the one TLS port for bootstrap, REST and xDS. */
  readonly host: string;
  readonly port: number;
  /** Names and addresses by which proxies reach it; its certificate covers them. */
  readonly hosts: readonly string[];
  /** `host:port` where the zone's proxies and its other relays reach it; undefined = where it listens. */
  readonly advertise?: string | undefined;
  /** Where names are answered; undefined = nowhere. */
  readonly dns?: DnsPlace | undefined;
  /** The organisation and the zone that it is started for, where that is said: of another one it does not start. */
  readonly meant?: Meant;
  /** For the first start. */
  readonly enrolmentToken: Sealed | undefined;
  readonly logLevel: LogLevel;
}

export interface DnsPlace {
  readonly host: string;
  readonly port: number;
  /** The one mesh whose names are answered; undefined = all. */
  readonly mesh: string | undefined;
}

/**
 * Reads `--control-plane`, `--state-dir`, `--listen`, `--host` (repeatable), `--advertise`, `--dns`, `--dns-mesh`,
 * `--enrolment-token-file`, `--organisation`, `--zone`, `--log-level`, or
 * WEFT_CONTROL_PLANE, WEFT_STATE_DIR, WEFT_LISTEN, WEFT_HOSTS (by comma), WEFT_ADVERTISE, WEFT_DNS, WEFT_DNS_MESH, WEFT_ENROLMENT_TOKEN, WEFT_LOG_LEVEL.
 * A WrongSetting where one is missing or wrong.
 */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const option = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      "control-plane": option,
      "state-dir": option,
      listen: option,
      host: { type: "string", multiple: true },
      advertise: option,
      dns: option,
      "dns-mesh": option,
      "enrolment-token-file": option,
      organisation: option,
      zone: option,
      "log-level": option,
    },
  });
  const controlPlane = values["control-plane"] ?? variable(env, "WEFT_CONTROL_PLANE") ?? "";
  if (!/^https?:\/\//.test(controlPlane) || !URL.canParse(controlPlane))
    throw new WrongSetting("--control-plane must be the control plane's address, as in https://weft.example.com");
  const logLevel = LEVELS.find((one) => one === (values["log-level"] ?? variable(env, "WEFT_LOG_LEVEL") ?? "info"));
  if (logLevel === undefined) throw new WrongSetting(`--log-level must be one of ${LEVELS.join(", ")}`);
  const { host, port } = readAddress("--listen", values.listen ?? variable(env, "WEFT_LISTEN") ?? "127.0.0.1:5678");
  const advertise = values.advertise ?? variable(env, "WEFT_ADVERTISE");
  const advertised = advertise === undefined ? [] : [readAdvertised(advertise)];
  const dns = values.dns ?? variable(env, "WEFT_DNS");
  const named =
    values.host ??
    variable(env, "WEFT_HOSTS")
      ?.split(",")
      .map((one) => one.trim()) ??
    [];
  return {
    controlPlane,
    stateDir: values["state-dir"] ?? variable(env, "WEFT_STATE_DIR") ?? ".weft-relay",
    host,
    port,
    hosts: hostsOf(host, [...advertised, ...named]),
    advertise,
    dns: dns ? { ...readAddress("--dns", dns), mesh: values["dns-mesh"] ?? variable(env, "WEFT_DNS_MESH") } : undefined,
    meant: {
      ...(values.organisation && { organisation: values.organisation }),
      ...(values.zone && { zone: values.zone }),
    },
    enrolmentToken: readToken(values["enrolment-token-file"], variable(env, "WEFT_ENROLMENT_TOKEN")),
    logLevel,
  };
}

function readAddress(setting: string, text: string): { readonly host: string; readonly port: number } {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four;
  if (host === undefined || Number(port) > 65_535)
    throw new WrongSetting(`${setting} must be host:port, as in 192.168.0.5:5678 or [::1]:5678, not ${text}`);
  return { host, port: Number(port) };
}

/** The host of the address; nobody connects to all interfaces, or to port 0. */
function readAdvertised(text: string): string {
  const { host, port } = readAddress("--advertise", text);
  if (port > 0 && host !== "0.0.0.0" && !/^[0:]+$/.test(host)) return host;
  throw new WrongSetting(
    `--advertise must be where proxies and other relays reach this one, as in 192.168.0.5:5678, not ${text}`,
  );
}

/** Loopback's names always, so that proxies on the same machine need nothing; all interfaces are no name. */
function hostsOf(listen: string, named: readonly string[]): readonly string[] {
  const all = [...named, ...(["0.0.0.0", "::"].includes(listen) ? [] : [listen]), "localhost", "127.0.0.1", "::1"];
  return [...new Set(all.filter((one) => one !== ""))];
}

function readToken(file: string | undefined, text: string | undefined): Sealed | undefined {
  if (file === undefined) return text === undefined || text === "" ? undefined : new Sealed(text.trim());
  try {
    return new Sealed(readFileSync(file, "utf8").trim());
  } catch (cause) {
    throw new WrongSetting(`--enrolment-token-file ${file} cannot be read`, { cause });
  }
}
