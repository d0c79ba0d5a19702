// The organisation one looks at, and the way to another, or to a new one.
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from "react-aria-components";
import { useAnswer } from "#console/data/api.ts";
import { roleText } from "#console/data/role.ts";
import { useSay } from "#console/text/say.ts";

const MINUTE = 60_000;

export function OrganisationChoice({ org }: { readonly org: string }): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const { data } = useAnswer("readSession", {}, MINUTE);
  const all = data?.organisations ?? [];
  // An API token is of one organisation, and makes none.
  if (data?.user === undefined && all.length < 2) return <span className="crumb">{org}</span>;
  return (
    <MenuTrigger>
      <Button className="crumb crumb-choice" aria-label={say("organisation.choose", { name: org })}>
        <span>{org}</span>
        <ChevronsUpDown aria-hidden size={14} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" aria-label={say("organisation.all")}>
          <MenuSection aria-label={say("organisation.all")} selectionMode="single" selectedKeys={[org]}>
            {all.map(({ name, role }) => (
              <MenuItem
                key={name}
                id={name}
                textValue={name}
                className="menu-item"
                onAction={() => void navigate({ to: "/o/$org", params: { org: name } })}
              >
                <span>{name}</span>
                {role !== undefined && <span className="soft menu-aside">{roleText(role, say)}</span>}
              </MenuItem>
            ))}
          </MenuSection>
          {data?.user !== undefined && <Separator className="menu-line" />}
          {data?.user !== undefined && (
            <MenuItem id="+" className="menu-item" onAction={() => void navigate({ to: "/new-organisation" })}>
              {say("organisation.new")}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
