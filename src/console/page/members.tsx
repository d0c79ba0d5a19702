// Members: who they are, what each may, and who is invited.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { MemberBody } from "#api/member.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { useFilters } from "#console/data/filter.ts";
import { useGrant } from "#console/data/grant.ts";
import { roleText } from "#console/data/role.ts";
import { Certain } from "#console/part/certain.tsx";
import { Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { RoleChoice } from "#console/part/role-choice.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import "#console/style/members.css";
import { Invitations } from "./invitations.tsx";
import { NewInvitation } from "./new-invitation.tsx";

export function Members(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/members" });
  const cache = useQueryClient();
  const grant = useGrant(org);
  const [filters, set] = useFilters<"name">();
  const answer = useEvery("listMembers", { params: { organisation: org } });
  const [isInviting, setInviting] = useState(false);
  const [going, setGoing] = useState<MemberBody | null>(null);
  const manages = grant.may("manage-members");
  const owns = grant.may("manage-owners");
  const change = useMutation({
    mutationFn: ({ user, role }: { readonly user: string; readonly role: string }) =>
      api.call("changeMember", { params: { organisation: org, user }, body: { role } }),
    onSettled: () =>
      Promise.all(["listMembers", "readSession"].map((route) => cache.invalidateQueries({ queryKey: [route] }))),
  });
  const rows = useMemo(() => {
    const word = (filters.name ?? "").toLowerCase();
    return (answer.data ?? []).filter(({ user }) => `${user.name} ${user.email}`.toLowerCase().includes(word));
  }, [answer.data, filters.name]);
  const columns = useMemo<readonly ListColumn<MemberBody>[]>(
    () => [
      {
        id: "name",
        title: say("name"),
        by: ({ user }) => user.name.toLowerCase(),
        cell: ({ user }) => (
          <span className="person">
            <strong>{user.name}</strong>
            {user.id === grant.user && <span className="soft"> {say("member.you")}</span>}
            <span className="soft person-mail">{user.email}</span>
          </span>
        ),
      },
      {
        id: "role",
        title: say("member.role"),
        by: ({ role }) => role,
        cell: ({ user, role }) => {
          const isLocked = !manages || (role === "owner" && !owns);
          const why = manages ? say("member.owner-only") : say("member.admin-only");
          return isLocked ? (
            <span title={why}>{roleText(role, say)}</span>
          ) : (
            <RoleChoice
              org={org}
              label={say("member.role.of", { name: user.name })}
              role={role}
              mayOwn={owns}
              isDisabled={change.isPending}
              onChoose={(next) => change.mutate({ user: user.id, role: next })}
            />
          );
        },
      },
      {
        id: "since",
        title: say("member.since"),
        isWide: true,
        by: ({ since }) => since,
        cell: ({ since }) => <Moment at={since} />,
      },
      {
        id: "deeds",
        title: say("deeds"),
        cell: (one) => {
          const isSelf = one.user.id === grant.user;
          if (!isSelf && (!manages || (one.role === "owner" && !owns))) return null;
          return (
            <button
              type="button"
              className="button"
              aria-label={isSelf ? say("member.leave.title", { org }) : say("member.remove.title", one.user)}
              onClick={() => setGoing(one)}
            >
              {say(isSelf ? "member.leave" : "member.remove")}
            </button>
          );
        },
      },
    ],
    [say, org, grant, manages, owns, change],
  );
  const invite = manages && (
    <button type="button" className="button" data-kind="first" onClick={() => setInviting(true)}>
      <UserPlus aria-hidden size={16} />
      {say("invitation.add")}
    </button>
  );
  return (
    <Page title={say("nav.members")} actions={invite}>
      <div className="members">
        {!manages && (
          <p className="note">
            {grant.role === null
              ? say("member.scopes-only")
              : say("member.cannot", { role: roleText(grant.role, say) })}
          </p>
        )}
        <Filters>
          <TextFilter label={say("member.filter")} value={filters.name} onChange={(value) => set("name", value)} />
        </Filters>
        {change.error !== null && <Trouble error={change.error} />}
        <Waiting answer={answer}>
          {(all) => (
            <List
              label={say("nav.members")}
              columns={columns}
              rows={rows}
              keyOf={({ user }) => user.id}
              empty={
                <>
                  <h2>{say(all.length > 0 ? "filter.none" : "member.none")}</h2>
                  {all.length === 0 && <p className="soft">{say("member.none.about")}</p>}
                </>
              }
            />
          )}
        </Waiting>
        <Invitations org={org} mayRevoke={manages} />
      </div>
      {isInviting && (
        <NewInvitation org={org} mayOwn={owns || !hasOwner(answer.data)} onClose={() => setInviting(false)} />
      )}
      {going && <Going org={org} member={going} isSelf={going.user.id === grant.user} onClose={() => setGoing(null)} />}
    </Page>
  );
}

/** Without one, an admin invites the first. */
function hasOwner(members: readonly MemberBody[] | undefined): boolean {
  return members === undefined || members.some(({ role }) => role === "owner");
}

interface GoingProps {
  readonly org: string;
  readonly member: MemberBody;
  readonly isSelf: boolean;
  readonly onClose: () => void;
}

function Going({ org, member: { user }, isSelf, onClose }: GoingProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const go = useMutation({
    mutationFn: () => api.call("removeMember", { params: { organisation: org, user: user.id } }),
    async onSuccess() {
      if (!isSelf) {
        await cache.invalidateQueries({ queryKey: ["listMembers"] });
        return onClose();
      }
      cache.clear();
      await navigate({ to: "/" });
    },
  });
  return (
    <Certain
      title={isSelf ? say("member.leave.title", { org }) : say("member.remove.title", user)}
      about={say(isSelf ? "member.leave.about" : "member.remove.about")}
      name={isSelf ? org : user.email}
      deed={say(isSelf ? "member.leave" : "member.remove")}
      error={go.error}
      isPending={go.isPending}
      onDo={() => go.mutate()}
      onClose={onClose}
    />
  );
}
