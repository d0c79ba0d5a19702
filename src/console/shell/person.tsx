// Who is signed in, and the way out.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleUser } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { api, keeper, useAnswer } from "#console/data/api.ts";
import { useSay } from "#console/text/say.ts";

const HOUR = 3_600_000;

export function Person(): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const session = useAnswer("readSession", {}, HOUR);
  const leave = async (): Promise<void> => {
    await api.call("closeSession", {});
    keeper.forget();
    cache.clear();
    await navigate({ to: "/sign-in", search: { left: true } });
  };
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={say("person.label")}>
        <CircleUser aria-hidden size={18} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={say("person.label")}>
          <MenuSection>
            <Header className="menu-head">
              {session.data?.user?.name ??
                (session.data?.token && say("person.token", { name: session.data.token.name }))}
            </Header>
            {session.data?.user !== undefined && (
              <MenuItem className="menu-item" onAction={() => void navigate({ to: "/account" })}>
                {say("person.account")}
              </MenuItem>
            )}
            <MenuItem className="menu-item" onAction={() => void leave()}>
              {say("person.leave")}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
