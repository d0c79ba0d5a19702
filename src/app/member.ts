// Handlers of members and invitations.
import { checkBody } from "#api/check.ts";
import { type InvitationBody, type MemberBody, memberChange, newInvitation, type OfferBody } from "#api/member.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import { Fault } from "#model/fault.ts";
import type { InvitationRow, MemberRow } from "#store/face/member.ts";
import { scopesOf } from "#trust/role.ts";
import { visitorOf } from "./account.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Call, type Handler, param } from "./call.ts";
import { namesOf } from "./people.ts";

export const listMembers: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const all = await call.app.members.list(call.caller);
  return pretty(slicePage(call.url.href, query, all.map(memberBody)));
};

function memberBody({ user, role, since }: MemberRow): MemberBody {
  return { user: { ...user }, role, scopes: [...scopesOf(role)], since };
}

export const changeMember: Handler<"api"> = async (call) => {
  const { role } = checkBody(memberChange, await readJson(call));
  await call.app.members.setRole(call.caller, param(call, "user"), role);
  return nothing();
};

export const removeMember: Handler<"api"> = async (call) => {
  await call.app.members.remove(call.caller, param(call, "user"));
  return nothing();
};

export const listInvitations: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const all = await call.app.members.invitations(call.caller);
  const names = await namesOf(
    call,
    call.caller.tenant,
    all.map(({ invitedBy }) => invitedBy),
  );
  const now = call.app.clock();
  const bodyOf = ({ id, email, role, createdAt, expiresAt, invitedBy }: InvitationRow): InvitationBody => ({
    ...{ id, email, role, createdAt, expiresAt },
    invitedBy: { actor: invitedBy, name: names.get(invitedBy) ?? null },
    isExpired: Date.parse(expiresAt) <= now,
  });
  return pretty(slicePage(call.url.href, query, all.map(bodyOf)));
};

export const createInvitation: Handler<"api"> = async (call) => {
  const asked = checkBody(newInvitation, await readJson(call));
  const { invitation, token } = await call.app.members.invite(call.caller, asked);
  const { id, email, role, createdAt, expiresAt } = invitation;
  const link = `${call.app.originOf(call.request)}/console/invitation?token=${token}`;
  const mail = { email, organisation: call.organisation.name, inviter: call.holder.name, link };
  const mailed = await call.app.accounts.sendInvitation(visitorOf(call), mail).then(
    async () => (await call.app.accounts.ways()).mail,
    (error: unknown) => {
      // The invitation stands, and its link can be handed over.
      if (error instanceof Fault && error.code === "too-many") return false;
      throw error;
    },
  );
  return pretty({ id, email, role, createdAt, expiresAt, link, mailed }, 201);
};

export const revokeInvitation: Handler<"api"> = async (call) => {
  await call.app.members.revoke(call.caller, param(call, "id"));
  return nothing();
};

export const readInvitation: Handler<"none"> = async (call) => {
  const { invitation, organisation } = await call.app.members.look(param(call, "token"));
  const { email, role, invitedBy, expiresAt } = invitation;
  const names = await namesOf(call, organisation.id, [invitedBy]);
  const body: OfferBody = {
    ...{ organisation: organisation.name, email, role, expiresAt },
    invitedBy: names.get(invitedBy) ?? null,
    state: stateOf(call, invitation),
  };
  return pretty(body);
};

function stateOf({ app }: Call, { acceptedAt, expiresAt }: InvitationRow): OfferBody["state"] {
  if (acceptedAt !== null) return "accepted";
  return Date.parse(expiresAt) <= app.clock() ? "expired" : "open";
}

export const acceptInvitation: Handler<"person"> = async (call) => {
  const { organisation, role } = await call.app.members.accept(param(call, "token"), call.user);
  return pretty({ organisation: organisation.name, role });
};
