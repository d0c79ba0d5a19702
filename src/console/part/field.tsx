// A field of a form: its label, what it is for, and what is wrong with it.
import type { ReactNode } from "react";
import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from "react-aria-components";
import { useTell } from "#console/text/say.ts";

interface FieldProps extends TextFieldProps {
  readonly label: string;
  readonly about?: string;
  readonly fault?: string | undefined;
}

export function Field({ label, about, fault, ...rest }: FieldProps): ReactNode {
  const tell = useTell();
  return (
    <TextField {...rest} className="field" isInvalid={fault !== undefined} validationBehavior="aria">
      <Label>{label}</Label>
      <Input />
      {about !== undefined && (
        <Text slot="description" className="soft">
          {about}
        </Text>
      )}
      <FieldError>{fault === undefined ? undefined : tell(fault)}</FieldError>
    </TextField>
  );
}
