// Recovery codes: shown once, to be copied, saved or printed.
import { Download } from "lucide-react";
import { type ReactNode, useEffect, useMemo } from "react";
import { CopyButton } from "#console/part/copy-button.tsx";
import { useSay } from "#console/text/say.ts";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly email: string;
  readonly onDone: () => void;
}

export function RecoveryCodes({ codes, email, onDone }: RecoveryCodesProps): ReactNode {
  const say = useSay();
  const text = codes.join("\n");
  const url = useMemo(() => {
    const head = say("account.factor.codes.file", { email });
    return URL.createObjectURL(new Blob([`${head}\n\n${text}\n`], { type: "text/plain" }));
  }, [say, email, text]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <div className="stack">
      <p>{say("account.factor.codes.about")}</p>
      <ul className="codes" aria-label={say("account.factor.codes")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="actions">
        <CopyButton text={text} label={say("account.factor.codes")} />
        <a className="button" href={url} download="weft-recovery-codes.txt">
          <Download aria-hidden size={16} />
          {say("account.factor.codes.save")}
        </a>
        <button type="button" className="button" data-kind="first" onClick={onDone}>
          {say("account.factor.codes.kept")}
        </button>
      </div>
    </div>
  );
}
