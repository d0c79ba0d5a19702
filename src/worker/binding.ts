// What the table of databases names: bindings and secrets that the platform gives by name.

/** Error that says which database needs it, where it is not bound. */
export function bindingOf<T>(env: object, database: string, name: string): T {
  const bound = (env as Readonly<Record<string, unknown>>)[name];
  if (bound === undefined || bound === "")
    throw new Error(`The variable DATABASES says that ${database} needs ${name}, and nothing of that name is bound`);
  return bound as T;
}
