// A button that stays where the keyboard is: what cannot be done now is said of it, and it is not taken away.
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from "react";

interface PressProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  readonly type: "button" | "submit";
  /** It does nothing now: something is missing, or is under way. */
  readonly isOff?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/**
 * `disabled` would drop the keyboard's place onto the page, in the midst of what somebody has just begun. A form that is sent by
 * Enter clicks its button, so that is held back here too.
 */
export function Press({ isOff = false, onClick, ...rest }: PressProps): ReactNode {
  const press = (event: MouseEvent<HTMLButtonElement>): void => (isOff ? event.preventDefault() : onClick?.(event));
  return <button {...rest} aria-disabled={isOff || undefined} onClick={press} />;
}
