// Who a proxy of `weft proxy run` is: its kind, its mesh and name, its token, and the resource that it brings.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Source } from "#cli/apply/source.ts";
import type { Invocation } from "#cli/command.ts";
import { Failure, reasonOf, usage } from "#cli/failure.ts";
import { readTokenFile, tokenIn } from "#cli/token-file.ts";
import { PROXY_KINDS, type ProxyKind, proxyKindOfWord } from "#model/proxy-kind.ts";
import type { Sealed } from "#model/sealed.ts";
import { readDataplane } from "./dataplane-file.ts";

export interface ProxyIdentity {
  readonly type: ProxyKind;
  /** Empty for a zone's ingress or egress. */
  readonly mesh: string;
  readonly name: string;
  /** The resource as JSON text; absent when the control plane holds it. */
  readonly resource: string | undefined;
  readonly token: Sealed;
  /** Random id of this run, by which a relay tells it from another of the same name. */
  readonly instance: string;
}

/** Options that say who it is, and those that only a dataplane has. */
export interface IdentityOptions {
  readonly mesh?: string;
  readonly name?: string;
  readonly dataplaneFile?: string;
  readonly dataplane?: string;
  readonly tokenFile?: string;
  readonly type: string;
  readonly transparentProxy?: boolean;
  readonly transparentProxyConfig?: readonly string[];
  readonly bindOutbounds?: boolean;
  readonly dnsPort?: string;
}

/** `web-1 in mesh default`, `ingress in-1`. */
export function proxyTitle({ type, mesh, name }: Pick<ProxyIdentity, "type" | "mesh" | "name">): string {
  return PROXY_KINDS[type].zonal ? `${PROXY_KINDS[type].word} ${name}` : `${name} in mesh ${mesh}`;
}

/** The command that makes a token for such a proxy. */
function tokenCommand(type: ProxyKind): string {
  return PROXY_KINDS[type].zonal
    ? `weft zone-token create --zone ZONE --scope ${PROXY_KINDS[type].word} --out FILE`
    : "weft dataplane-token create --name NAME --out FILE";
}

/** What a command line does not say of it. */
export function lackingIdentity(
  { type: word, tokenFile, dataplaneFile, dataplane, name }: IdentityOptions,
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const type = proxyKindOfWord(word) ?? "Dataplane";
  const [unnamed, flags] = unsaid(type);
  return [
    ...((tokenFile ?? variable(env, "WEFT_DATAPLANE_TOKEN")) === undefined
      ? [`--token-file is missing: ${tokenCommand(type)} makes one`]
      : []),
    ...((dataplaneFile ?? dataplane ?? name) === undefined ? [`${unnamed}: ${flags}`] : []),
  ];
}

/** The proxy's token: of a file, or of the environment. Throws Failure. */
export function proxyToken(tokenFile: string | undefined, cwd: string, env: NodeJS.ProcessEnv): Sealed | undefined {
  if (tokenFile !== undefined) return readTokenFile(resolve(cwd, tokenFile), "--token-file");
  const text = variable(env, "WEFT_DATAPLANE_TOKEN");
  return text === undefined ? undefined : tokenIn(text.trim(), "WEFT_DATAPLANE_TOKEN");
}

/** Reads it from the command line and what that names. Throws Failure. */
export async function identityOf({
  options,
  cwd,
  env,
  terminal,
}: Pick<Invocation<IdentityOptions>, "options" | "cwd" | "env" | "terminal">): Promise<ProxyIdentity> {
  const { dataplane, dataplaneFile, mesh, name } = options;
  const type = proxyKindOfWord(options.type) ?? "Dataplane";
  if (PROXY_KINDS[type].zonal) refuseOfDataplanes(options, type);
  const token = proxyToken(options.tokenFile, cwd, env);
  if (token === undefined)
    throw usage("a proxy joins with a token: --token-file is missing", `${tokenCommand(type)} makes one`);
  const own = { token, instance: randomUUID() };
  if (dataplane !== undefined && dataplaneFile !== undefined)
    throw usage("--dataplane and --dataplane-file exclude each other");
  if (dataplane === undefined && dataplaneFile === undefined) {
    if (name === undefined) throw usage(...unsaid(type));
    return { type, mesh: PROXY_KINDS[type].zonal ? "" : (mesh ?? "default"), name, resource: undefined, ...own };
  }
  const source =
    dataplaneFile === undefined
      ? { name: "--dataplane", text: dataplane ?? "" }
      : await fileSource(dataplaneFile, type, cwd, () => terminal.input());
  return { ...readDataplane(source, { mesh, name }, type), type, ...own };
}

/** Flags that mean nothing for an ingress or egress. */
const OF_DATAPLANES: Readonly<Record<string, keyof IdentityOptions>> = {
  "--mesh": "mesh",
  "--transparent-proxy": "transparentProxy",
  "--transparent-proxy-config": "transparentProxyConfig",
  "--bind-outbounds": "bindOutbounds",
  "--dns-port": "dnsPort",
};

function refuseOfDataplanes(options: IdentityOptions, type: ProxyKind): void {
  const { word } = PROXY_KINDS[type];
  for (const [flag, member] of Object.entries(OF_DATAPLANES)) {
    if (options[member] === undefined || options[member] === false) continue;
    throw usage(`${flag} is for dataplanes: an ${word} belongs to a zone, and to no mesh`, `leave out ${flag}`);
  }
}

function unsaid(type: ProxyKind): [what: string, fix: string] {
  const { word, zonal } = PROXY_KINDS[type];
  const flags = zonal ? "--name" : "--mesh and --name";
  return [`it is not said which ${word} to run`, `pass --dataplane-file FILE, or ${flags} of one that is stored`];
}

async function fileSource(path: string, type: ProxyKind, cwd: string, input: () => Promise<string>): Promise<Source> {
  if (path === "-") return { name: "<stdin>", text: await input() };
  try {
    return { name: path, text: readFileSync(resolve(cwd, path), "utf8") };
  } catch (error) {
    throw new Failure("usage", {
      what: `the ${type} cannot be read`,
      where: path,
      why: reasonOf(error),
      fix: "name a YAML or JSON file with --dataplane-file, or - for standard input",
    });
  }
}
