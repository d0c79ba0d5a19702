// Certificates: whose ends next, and who signs them.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { CertificateBody, IssuerBody } from "#api/weft.ts";
import { STANDING_TONES, standingOf, upcoming } from "#console/data/certificate.ts";
import { useEvery } from "#console/data/every.ts";
import { useFilters } from "#console/data/filter.ts";
import { EndingChart } from "#console/part/ending-chart.tsx";
import { Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

const MINUTE = 60_000;

export function Certificates(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/certificates" });
  const params = { organisation: org };
  const [{ name }, set] = useFilters<"name">();
  const leaves = useEvery("listCertificates", { params });
  const issuers = useEvery("listIssuers", { params });
  const rows = useMemo(() => {
    const word = (name ?? "").toLowerCase();
    return upcoming(leaves.data ?? [], Date.now()).filter((one) =>
      [one.name, one.mesh, one.zone, one.serial].some((text) => text.toLowerCase().includes(word)),
    );
  }, [leaves.data, name]);
  // By the minute, so that the drawing stands still while it is looked at.
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const ends = useMemo(
    () => upcoming(leaves.data ?? [], now).map(({ notAfter }) => Date.parse(notAfter)),
    [leaves.data, now],
  );
  const columns = useMemo<readonly ListColumn<CertificateBody>[]>(
    () => [
      {
        id: "name",
        title: say("certificate.of"),
        by: (row) => row.name,
        cell: (row) => (
          <Link to="/o/$org/m/$mesh/proxies/$name" params={{ org, mesh: row.mesh, name: row.name }}>
            {row.name}
          </Link>
        ),
      },
      { id: "ends", title: say("certificate.ends"), by: ({ notAfter }) => notAfter, cell: Ends },
      { id: "mesh", title: say("mesh"), isWide: true, by: ({ mesh }) => mesh, cell: ({ mesh }) => mesh },
      { id: "zone", title: say("zone"), isWide: true, by: ({ zone }) => zone, cell: ({ zone }) => zone },
      {
        id: "issuer",
        title: say("proxy.backend"),
        isWide: true,
        cell: ({ issuer }) => <code>{issuer.slice(0, 12)}</code>,
      },
      { id: "serial", title: say("certificate.serial"), isWide: true, cell: ({ serial }) => <code>{serial}</code> },
    ],
    [say, org],
  );
  return (
    <Page title={say("nav.certificates")}>
      <div className="stack">
        <EndingChart ends={ends} now={now} />
        <Filters>
          <TextFilter label={say("certificate.filter")} value={name} onChange={(value) => set("name", value)} />
        </Filters>
        <Waiting answer={leaves}>
          {(all) => (
            <List
              label={say("nav.certificates")}
              columns={columns}
              rows={rows}
              keyOf={({ serial }) => serial}
              empty={
                all.length > 0 && name !== undefined ? (
                  <h2>{say("filter.none")}</h2>
                ) : (
                  <>
                    <h2>{say("certificate.none")}</h2>
                    <p className="soft">{say("certificate.what")}</p>
                  </>
                )
              }
            />
          )}
        </Waiting>
        <h2>{say("issuers")}</h2>
        <Waiting answer={issuers}>{(all) => <Issuers issuers={all} />}</Waiting>
      </div>
    </Page>
  );
}

function Ends({ notAfter }: Pick<CertificateBody, "notAfter">): ReactNode {
  const standing = standingOf(notAfter, Date.now());
  return (
    <Status tone={STANDING_TONES[standing]}>
      <Moment at={notAfter} />
    </Status>
  );
}

function Issuers({ issuers }: { readonly issuers: readonly IssuerBody[] }): ReactNode {
  const say = useSay();
  const columns = useMemo<readonly ListColumn<IssuerBody>[]>(
    () => [
      { id: "key", title: say("issuers.key"), cell: ({ keyId }) => <code>{keyId.slice(0, 12)}</code> },
      { id: "holder", title: say("issuers.holder"), cell: ({ holder }) => say(`issuers.holder.${holder}`) },
      {
        id: "ends",
        title: say("certificate.ends"),
        by: ({ notAfter }) => notAfter,
        cell: ({ notAfter, revokedAt }) =>
          revokedAt === null ? <Ends notAfter={notAfter} /> : <Status tone="bad">{say("token.revoked")}</Status>,
      },
      { id: "mesh", title: say("mesh"), isWide: true, by: ({ mesh }) => mesh, cell: ({ mesh }) => mesh },
      { id: "zone", title: say("zone"), isWide: true, by: ({ zone }) => zone, cell: ({ zone }) => zone },
      { id: "relay", title: say("proxy.relay"), isWide: true, cell: ({ relay }) => relay },
    ],
    [say],
  );
  return (
    <List
      label={say("issuers")}
      columns={columns}
      rows={issuers}
      keyOf={({ keyId }) => keyId}
      empty={<p className="soft">{say("issuers.none")}</p>}
    />
  );
}
