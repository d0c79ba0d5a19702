// The environment variables that `weft`, a control plane on Node and a relay read: one table, and the one way to read them.

/** Who reads it: any command of `weft`, or what a command starts. */
export type Reader = "weft" | "weft up" | "weft serve" | "weft relay" | "weft proxy run" | "weft sample";

export interface VariableRow {
  readonly readers: readonly Reader[];
  /** What it says, where an option of the same meaning wins: which. */
  readonly what: string;
}

export const ENVIRONMENT = {
  WEFT_URL: { readers: ["weft"], what: "URL of the organisation's API: https://host/o/NAME; `--url` wins" },
  WEFT_TOKEN_FILE: { readers: ["weft"], what: "file with an API token; `--token-file` wins" },
  WEFT_TOKEN: { readers: ["weft"], what: "an API token; it wins over WEFT_TOKEN_FILE" },
  WEFT_CONFIG: {
    readers: ["weft"],
    what: "file with the saved contexts (weft/config.json in XDG_CONFIG_HOME or ~/.config unless given)",
  },
  WEFT_STATE: { readers: ["weft", "weft up"], what: "state folder of `weft up` (.weft); `--state` wins" },
  WEFT_ENVOY: {
    readers: ["weft", "weft up", "weft proxy run", "weft sample"],
    what: "the Envoy to run, before PATH and the cache",
  },
  WEFT_DEBUG: { readers: ["weft"], what: "anything: the stack of an unexpected error is printed" },
  WEFT_STATE_DIR: { readers: ["weft serve", "weft relay"], what: "state folder; `--state` wins" },
  WEFT_LOG_LEVEL: {
    readers: ["weft up", "weft serve", "weft relay"],
    what: "debug, info, warn, error or silent; `--log-level` wins",
  },
  WEFT_HOST: { readers: ["weft serve"], what: "address to listen on; `--host` wins" },
  WEFT_PORT: { readers: ["weft serve"], what: "port to listen on; `--port` wins" },
  WEFT_HISTORY_DAYS: { readers: ["weft serve"], what: "how long revisions are kept; `--history-days` wins" },
  WEFT_TIER: { readers: ["weft serve"], what: "tier of organisations to which the operator gives none; `--tier` wins" },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    readers: ["weft serve"],
    what: "OTLP collector that traces are sent to, as http://127.0.0.1:4318; none unless given",
  },
  OTEL_EXPORTER_OTLP_HEADERS: { readers: ["weft serve"], what: "headers for it, as name=value with commas between" },
  OTEL_SERVICE_NAME: { readers: ["weft serve"], what: "the name of the service in traces; weft unless given" },
  WEFT_PRIVATE_WEBHOOKS: { readers: ["weft serve"], what: "1: as `--private-webhooks`" },
  WEFT_BEHIND_PROXY: { readers: ["weft serve"], what: "1: as `--behind-proxy`" },
  WEFT_PUBLIC_URL: {
    readers: ["weft up", "weft serve"],
    what: "how people reach it, as https://weft.example; `--public-url` wins",
  },
  WEFT_MAIL_URL: {
    readers: ["weft up", "weft serve"],
    what: "smtp://, smtps:// or https:// where mail is handed over; `--mail-url` wins",
  },
  WEFT_MAIL_FROM: { readers: ["weft up", "weft serve"], what: "from whom mails come; `--mail-from` wins" },
  WEFT_MAIL_SECRET_FILE: {
    readers: ["weft up", "weft serve"],
    what: "file with the mail's password or bearer token; `--mail-secret-file` wins",
  },
  WEFT_OIDC_FILE: {
    readers: ["weft up", "weft serve"],
    what: "JSON file with the OIDC providers; `--oidc-file` wins",
  },
  WEFT_NO_SIGN_UP: { readers: ["weft up", "weft serve"], what: "1: as `--no-sign-up`" },
  WEFT_DATABASES: {
    readers: ["weft up", "weft serve"],
    what: "JSON file with the databases of organisations; `--databases` wins",
  },
  WEFT_OLDER_KEYS_FILE: {
    readers: ["weft up", "weft serve"],
    what: "file with key-encryption keys that still open, a line each (`key-encryption.older` in the state folder)",
  },
  WEFT_OLDER_ACCOUNT_KEYS_FILE: {
    readers: ["weft up", "weft serve"],
    what: "file with account keys that still open, a line each (`account.older` in the state folder)",
  },
  WEFT_MIGRATIONS: { readers: ["weft serve"], what: "folder with the database's migrations (the package's own)" },
  WEFT_CONTROL_PLANE: { readers: ["weft relay"], what: "address of the control plane; `--control-plane` wins" },
  WEFT_LISTEN: { readers: ["weft relay"], what: "host:port for proxies; `--listen` wins" },
  WEFT_HOSTS: {
    readers: ["weft relay"],
    what: "names by which proxies reach it, with commas between them; `--host` wins",
  },
  WEFT_ADVERTISE: { readers: ["weft relay"], what: "host:port by which it is reached; `--advertise` wins" },
  WEFT_DNS: { readers: ["weft relay"], what: "host:port where names are answered; `--dns` wins" },
  WEFT_DNS_MESH: { readers: ["weft relay"], what: "answer names of this mesh alone; `--dns-mesh` wins" },
  WEFT_ENROLMENT_TOKEN: {
    readers: ["weft relay"],
    what: "the one-use token of its first start; `--enrolment-token-file` wins",
  },
  WEFT_DATAPLANE_TOKEN: {
    readers: ["weft proxy run", "weft sample"],
    what: "the token with which a proxy joins; `--token-file` wins",
  },
  HOST_IP: { readers: ["weft proxy run"], what: "the node's address, for policies that name it" },
  NO_COLOR: { readers: ["weft"], what: "anything: no colours, as `--no-color`" },
  CI: { readers: ["weft"], what: "anything: nothing is asked, and no line is rewritten" },
  TERM: { readers: ["weft"], what: "dumb: no colours, and no line is rewritten" },
  HOME: { readers: ["weft"], what: "where ~/.config and ~/.cache are" },
  XDG_CONFIG_HOME: { readers: ["weft"], what: "instead of ~/.config" },
  XDG_CACHE_HOME: { readers: ["weft"], what: "instead of ~/.cache" },
  PATH: { readers: ["weft"], what: "where envoy, python3 and iptables are looked for" },
} as const satisfies Readonly<Record<string, VariableRow>>;

export type Variable = keyof typeof ENVIRONMENT;

/** Its value; undefined where it is not set, or empty. */
export function variable(env: Readonly<Record<string, string | undefined>>, name: Variable): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}
