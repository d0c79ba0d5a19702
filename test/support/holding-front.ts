// A module in front of a worker that holds a batch of a database, so that what waits for it can be looked at.

/**
 * Stands in front of a worker: from `/hold?BINDING=SQL` on, the first batch of the binding with that text in it is never
 * answered; `/held` says how many were not.
 */
export const holding = (worker: "poll" | "api"): string => `
import worker from "./${worker}.js";
export * from "./${worker}.js";
let [wanted, held, wrapped] = [null, 0, null];
const over = (name, database) => {
  let texts = [];
  return {
    prepare: (sql) => (texts.push(sql), database.prepare(sql)),
    async batch(statements) {
      const asked = texts.join("\\n");
      texts = [];
      if (wanted?.name === name && asked.includes(wanted.sql)) {
        wanted = null;
        held += 1;
        await scheduler.wait(3_600_000);
      }
      return database.batch(statements);
    },
  };
};
export default {
  fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/held") return new Response(String(held));
    if (pathname === "/hold") {
      const [[name, sql]] = searchParams;
      wanted = { name, sql };
      held = 0;
      return new Response("holding");
    }
    const names = ["DIRECTORY", "TENANTS", "TENANTS_TWO"];
    wrapped ??= { ...env, ...Object.fromEntries(names.map((name) => [name, over(name, env[name])])) };
    return worker.fetch(request, wrapped, ctx);
  },
};`;
