import type { ComponentChildren } from "preact";
import { INVITERS, type Inviters, type Registration, REGISTRATIONS } from "../../protocol/joining.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { Field } from "../parts/forms/field.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";
import { ServerMark } from "../parts/server_brand.tsx";
import { usePageStrings } from "../strings/context.ts";

export interface TeamProps {
  server: {
    name: string;
    picture: string | null;
    registration: Registration;
    inviting: Inviters;
    locked: readonly string[];
  };
  /** The island that makes the picture's buttons work. */
  children?: ComponentChildren;
}

/** The team's name and picture, and in words who may make an account and who may invite. */
export function Team({ server, children }: TeamProps) {
  return (
    <>
      <NameCard server={server}>{children}</NameCard>
      <JoiningCard server={server} />
    </>
  );
}

function NameCard({ server, children }: TeamProps) {
  const { team: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="team">
      <h2 id="team">{t.title}</h2>
      <div class="team-picture">
        <ServerMark />
        <div class="avatar-control only-live" data-failed={t.failed}>
          <input type="file" accept="image/*" hidden aria-label={t.choose} />
          <button type="button" class="button" data-choose>{t.choose}</button>
          {server.picture !== null && <button type="button" class="button button-quiet" data-remove>{t.remove}</button>}
          <p class="hint" role="status" />
        </div>
      </div>
      {children}
      <PostForm class="form" action="/admin/team">
        <input type="hidden" name="act" value="name" />
        <Field
          label={t.name}
          name="name"
          value={server.name}
          hint={t.nameHint}
          maxLength={LIMITS.display_name}
          autocomplete="organization"
          required
        />
        <div class="form-end">
          <button type="submit" class="button button-main">{t.save}</button>
        </div>
      </PostForm>
    </section>
  );
}

function JoiningCard({ server }: TeamProps) {
  const { team: t } = usePageStrings();
  const locked = server.locked.includes("registration");
  return (
    <section class="card" aria-labelledby="joining">
      <h2 id="joining">{t.joining}</h2>
      <PostForm class="form" action="/admin/team">
        <input type="hidden" name="act" value="joining" />
        <Choices
          title={t.registration}
          name="registration"
          values={REGISTRATIONS}
          chosen={server.registration}
          texts={t.registrations}
          note={locked ? t.locked : undefined}
        />
        <Choices title={t.inviting} name="inviting" values={INVITERS} chosen={server.inviting} texts={t.invitings} />
        <div class="form-end">
          <button type="submit" class="button button-main">{t.save}</button>
        </div>
      </PostForm>
    </section>
  );
}

interface ChoicesProps<V extends string> {
  title: string;
  name: string;
  values: readonly V[];
  chosen: V;
  texts: Record<V, { label: string; hint: string }>;
  /** Why nothing can be chosen. */
  note?: string | undefined;
}

function Choices<V extends string>({ title, name, values, chosen, texts, note }: ChoicesProps<V>) {
  return (
    <fieldset class="choices choices-rows" disabled={note !== undefined} aria-describedby={note && `${name}-note`}>
      <legend class="field-label">{title}</legend>
      {note !== undefined && <p class="hint" id={`${name}-note`}>{note}</p>}
      {values.map((value) => (
        <label key={value} class="choice">
          <input type="radio" name={name} value={value} checked={value === chosen} />
          <span>{texts[value].label}</span>
          <small>{texts[value].hint}</small>
        </label>
      ))}
    </fieldset>
  );
}
