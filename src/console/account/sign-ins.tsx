// Sign-ins of the person, let in and refused: when, by which way, from where, and why one came to nothing.
import { type ReactNode, useState } from "react";
import type { PersonSignInBody, WaysBody } from "#api/account.ts";
import { agentName } from "#console/data/agent.ts";
import { useEvery } from "#console/data/every.ts";
import { Moment } from "#console/part/moment.tsx";
import { Status } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { type Say, useSay } from "#console/text/say.ts";
import type { SignInWay } from "#model/sign-in.ts";
import { Section } from "./section.tsx";

/** So many are shown before one asks for all. */
const FIRST = 8;

const WAYS = {
  password: "account.sign-in.way.password",
  "password and code": "account.sign-in.way.code",
  "password and recovery code": "account.sign-in.way.recovery-code",
  passkey: "account.sign-in.way.passkey",
} as const satisfies Record<SignInWay, string>;

type Providers = WaysBody["providers"];

export function SignIns({ providers }: { readonly providers: Providers }): ReactNode {
  const say = useSay();
  const answer = useEvery("listSignIns", {});
  const [areAll, setAll] = useState(false);
  return (
    <Section title={say("account.sign-ins")} about={say("account.sign-ins.about")}>
      <Waiting answer={answer}>
        {(signIns) =>
          signIns.length === 0 ? (
            <p>{say("account.sign-ins.none")}</p>
          ) : (
            <>
              <ul className="lines apart">
                {(areAll ? signIns : signIns.slice(0, FIRST)).map((one) => (
                  <li key={one.id}>
                    <One signIn={one} providers={providers} />
                  </li>
                ))}
              </ul>
              {signIns.length > FIRST && (
                <div className="actions">
                  <button type="button" className="button" aria-expanded={areAll} onClick={() => setAll(!areAll)}>
                    {areAll ? say("account.sign-ins.fewer") : say("account.sign-ins.all", { count: signIns.length })}
                  </button>
                </div>
              )}
            </>
          )
        }
      </Waiting>
    </Section>
  );
}

interface OneProps {
  readonly signIn: PersonSignInBody;
  readonly providers: Providers;
}

function One({ signIn: { at, way, refused, agent, address }, providers }: OneProps): ReactNode {
  const say = useSay();
  return (
    <span className="grow">
      <span className="pair">
        <strong>{wayText(way, providers, say)}</strong>
        <Status tone={refused === null ? "good" : "bad"}>
          {say(refused === null ? "account.sign-in.let-in" : "account.sign-in.refused")}
        </Status>
      </span>
      {refused !== null && <span>{say(`account.sign-in.why.${refused}`)}</span>}
      <span className="soft facts-line">
        <Moment at={at} />
        <span title={agent ?? ""}>{agent === null ? say("account.session.unknown") : agentName(agent)}</span>
        {address !== null && <span className="mono">{address}</span>}
      </span>
    </span>
  );
}

/** A provider by its name; by its id where it is offered no more. */
function wayText(way: string, providers: Providers, say: Say): string {
  if (Object.hasOwn(WAYS, way)) return say(WAYS[way as SignInWay]);
  return providers.find(({ id }) => id === way)?.name ?? way;
}
