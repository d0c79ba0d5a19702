// What a deployment reads of the wrangler files, and what is wrong with it.
import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";

/**
 * In the order of deployment: whoever is called is there before who calls. Secrets are those without which a worker does not run.
 * The door alone is reached from outside.
 */
export const WORKERS = [
  { config: "wrangler.accounts.toml", secrets: ["ACCOUNT_KEY"] },
  { config: "wrangler.writer.toml", secrets: ["KEY_ENCRYPTION_KEY"] },
  { config: "wrangler.toml", secrets: ["KEY_ENCRYPTION_KEY", "NONCE_KEY", "ACCOUNT_KEY", "OPERATOR_SECRET"] },
  { config: "wrangler.poll.toml", secrets: ["NONCE_KEY"], isDoor: true },
];
/** Of the API worker, which holds every database. */
export const DATABASES = "wrangler.toml";
/** Until `wrangler d1 create` gave a database an id. */
const PLACEHOLDER = /^0{8}-/;

/** One environment of a file, or its top. */
export const read = (folder, config, env) => readConfig({ config: join(folder, config), env });

/** Names of the environments. */
export const environments = (folder) => read(folder, DATABASES).definedEnvironments ?? [];

/** All at once, as texts: bindings that an environment lacks, databases without an id, and what the files say differently. */
export function settingsFaults(folder, env, { isDry }) {
  return [
    ...WORKERS.flatMap(({ config }) => lacking(folder, config, env)),
    ...(isDry ? [] : WORKERS.flatMap(({ config }) => unmade(folder, config, env))),
    ...WORKERS.filter(({ isDoor }) => isDoor !== true).flatMap(({ config }) => reached(folder, config, env)),
    ...unlike(folder, env),
  ];
}

/** An environment inherits no bindings. */
function lacking(folder, config, env) {
  const [top, own] = [bindingsOf(read(folder, config)), bindingsOf(read(folder, config, env))];
  return Object.entries(top).flatMap(([kind, names]) =>
    names
      .filter((name) => !own[kind].includes(name))
      .map(
        (name) => `${config}: [env.${env}] lacks ${kind} ${name}, which the file has at its top; write it there too`,
      ),
  );
}

function bindingsOf({ d1_databases, services, durable_objects, vars }) {
  return {
    "the database": d1_databases.map(({ binding }) => binding),
    "the service": (services ?? []).map(({ binding }) => binding),
    "the durable object": durable_objects.bindings.map(({ name }) => name),
    "the variable": Object.keys(vars),
  };
}

function unmade(folder, config, env) {
  return read(folder, config, env)
    .d1_databases.filter(({ database_id }) => PLACEHOLDER.test(database_id))
    .map(
      ({ binding, database_name }) =>
        `${config}: ${binding} of [env.${env}] has a placeholder for its database_id; run \`npx wrangler d1 create ${database_name}\` once, and write the id that it prints into every file that names ${database_name}`,
    );
}

/** All but the door trust whoever calls them. */
function reached(folder, config, env) {
  const { workers_dev, preview_urls, routes, route } = read(folder, config, env);
  const ways = [
    ...(workers_dev === false ? [] : ["workers_dev is not false"]),
    ...(preview_urls === false ? [] : ["preview_urls is not false"]),
    ...(routes === undefined && route === undefined ? [] : ["it has a route"]),
  ];
  return ways.map((way) => `${config}: [env.${env}] has an address, as ${way}; only the door may have one`);
}

/** What several workers share must be the same in each: relays prove themselves to one control plane, whoever answers. */
function unlike(folder, env) {
  const said = new Map();
  for (const { config } of WORKERS) {
    const { d1_databases, durable_objects, vars } = read(folder, config, env);
    const shared = d1_databases.map(({ binding, database_id }) => [binding, database_id]);
    if (d1_databases.some(({ binding }) => binding === "TENANTS")) shared.push(["DATABASES", vars.DATABASES ?? "none"]);
    for (const name of ["CONTROL_PLANE", "USUAL_TIER"]) if (vars[name] !== undefined) shared.push([name, vars[name]]);
    if (durable_objects.bindings.length > 0) shared.push(["HISTORY_DAYS", vars.HISTORY_DAYS ?? "400"]);
    for (const [name, value] of shared) said.set(name, [...(said.get(name) ?? []), { config, value }]);
  }
  return [...said]
    .filter(([, all]) => new Set(all.map(({ value }) => value)).size > 1)
    .map(
      ([name, all]) =>
        `${name} of [env.${env}] is not the same everywhere: ${all.map(({ config, value }) => `${value} in ${config}`).join(", ")}`,
    );
}
