/** A labelled field with its hint, and what is wrong with it beside it. */

import { type InputHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";

interface Words {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
}

export function Field({ label, hint, wrong, ...input }: Words & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} {...described(id, hint, wrong)} {...input} />
      <Beside id={id} hint={hint} wrong={wrong} />
    </div>
  );
}

export function TextField({ label, hint, wrong, ...area }: Words & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} {...described(id, hint, wrong)} {...area} />
      <Beside id={id} hint={hint} wrong={wrong} />
    </div>
  );
}

function described(id: string, hint: string | undefined, wrong: string | undefined) {
  return {
    "aria-describedby": hint || wrong ? `${id}-beside` : undefined,
    "aria-invalid": wrong ? true : undefined,
  };
}

function Beside({ id, hint, wrong }: { id: string } & Omit<Words, "label">) {
  if (wrong) return <p className="wrong" id={`${id}-beside`} role="alert">{wrong}</p>;
  return hint ? <p className="hint" id={`${id}-beside`}>{hint}</p> : null;
}
