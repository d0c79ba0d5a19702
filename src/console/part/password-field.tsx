// A field for a password, which can be looked at; a new one says how good it is.
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from "react-aria-components";
import { gradeOf } from "#console/sign/strength.ts";
import { useSay, useTell } from "#console/text/say.ts";

interface PasswordFieldProps extends TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly fault?: string | undefined;
  /** Of a new password: words that whoever guesses would try first. */
  readonly own?: readonly string[];
}

export function PasswordField({ label, value, fault, own, ...rest }: PasswordFieldProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [isShown, setShown] = useState(false);
  const grade = own === undefined || value === "" ? undefined : gradeOf(value, own);
  return (
    <TextField
      {...rest}
      value={value}
      className="field"
      type={isShown ? "text" : "password"}
      autoComplete={own === undefined ? "current-password" : "new-password"}
      spellCheck="false"
      isInvalid={fault !== undefined}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <div className="password-box">
        <Input autoCapitalize="none" />
        <button
          type="button"
          className="icon-button"
          aria-label={say(isShown ? "password.hide" : "password.show")}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <EyeOff aria-hidden size={17} /> : <Eye aria-hidden size={17} />}
        </button>
      </div>
      {own !== undefined && (
        <>
          <span className="strength" data-grade={grade} aria-hidden>
            <i />
            <i />
            <i />
          </span>
          <Text slot="description" className="soft">
            {say(grade === undefined || fault !== undefined ? "password.about" : `password.${grade}`)}
          </Text>
        </>
      )}
      <FieldError>{fault === undefined ? undefined : tell(fault)}</FieldError>
    </TextField>
  );
}
