// A choice of one out of few, behind an icon.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

interface ChoiceProps<Id extends string> {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly chosen: Id;
  readonly options: readonly { readonly id: Id; readonly text: string }[];
  readonly onChoose: (id: Id) => void;
}

export function Choice<Id extends string>({
  icon: Icon,
  label,
  chosen,
  options,
  onChoose,
}: ChoiceProps<Id>): ReactNode {
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={label}>
        <Icon aria-hidden size={18} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={label}
          selectionMode="single"
          selectedKeys={[chosen]}
          disallowEmptySelection
          onAction={(id) => onChoose(id as Id)}
        >
          {options.map(({ id, text }) => (
            <MenuItem key={id} id={id} className="menu-item">
              {text}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
