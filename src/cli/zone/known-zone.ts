// Asking about a zone that a user has named: where there is none of that name, which there are.
import type { Client } from "#api/caller.ts";
import type { Connection } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { nearestWord } from "#model/nearest.ts";

/** As `connection.ask`; the Failure of an absent zone names it, the zones that there are, and the one that was likely meant. */
export async function askOfZone<T>(
  connection: Connection,
  zone: string,
  what: string,
  work: (client: Client, organisation: string) => Promise<T>,
): Promise<T> {
  try {
    return await connection.ask(what, work, "weft zone list shows the zones");
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exit !== "absent") throw thrown;
    const zones = await connection.ask(what, (client, organisation) =>
      client.resources(organisation).list(kindOfWord("Zone"), ""),
    );
    const names = zones.map(({ name }) => name).sort();
    if (names.includes(zone)) throw thrown;
    const near = nearestWord(zone, names);
    throw new Failure("absent", {
      what,
      where: connection.target.url,
      why: `there is no zone ${zone}; ${names.length === 0 ? "there is none yet" : `there are: ${names.join(", ")}`}`,
      fix: near === undefined ? `name one of them; weft zone create ${zone} makes a new one` : `did you mean ${near}?`,
    });
  }
}

/** Throws the Failure of an absent zone. */
export async function requireZone(connection: Connection, zone: string, what: string): Promise<void> {
  await askOfZone(connection, zone, what, (client, organisation) =>
    client.resources(organisation).get(kindOfWord("Zone"), "", zone),
  );
}
