// Modules that the bundler makes.
declare module "*.css" {}

declare module "*.svg" {
  const url: string;
  export default url;
}

declare module "virtual:routes" {
  import type { Address } from "#api/caller.ts";
  import type { RouteName } from "#api/routes.ts";

  /** Method and path of each route that the console may call. */
  export const ROWS: Readonly<Partial<Record<RouteName, Address>>>;
}
