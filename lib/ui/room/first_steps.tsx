import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as v from "../../client/decode.ts";
import { call } from "../../client/connection/call.ts";
import { flag } from "../../client/connection/schemas.ts";
import { updateSettings } from "../../client/room_actions.ts";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { CheckIcon, CloseIcon } from "../parts/icons.tsx";

const steps = v.object({ invite: v.nullable(flag), picture: flag, room: flag, notifications: flag });
type Steps = v.Decoded<typeof steps>;
type Step = keyof Steps;

/** What a new person could do first. It ticks itself, and can be put away. */
export default function FirstSteps() {
  const chat = useChat();
  const { store } = chat;
  const { steps: t } = usePartStrings();
  const done = useSignal<Steps | null>(null);
  const rooms = store.rooms.all.value.length;
  const picture = store.me.value.avatar;
  const isOpen = chat.dialog.value !== null;
  useEffect(() => {
    // a dialog that closes may have done one of them; if it cannot be read, the next change reads it
    if (!isOpen) call(store.requests, "GET", "/api/me/first_steps", steps).then((now) => done.value = now, () => {});
  }, [rooms, picture, isOpen, store.settings.value]);
  if (done.value === null) return <div class="first-steps" />;
  const all = stepsOf(done.value);
  const ready = all.filter(([, is]) => is).length;
  const away = () => {
    chat.checklist.value = "none";
    chat.attempt(updateSettings(store, { checklist: false }));
  };
  return (
    <section class="first-steps" aria-label={t.title}>
      <header>
        <h2>{t.title}</h2>
        <span class="hint">{ready === all.length ? t.all : t.done(ready, all.length)}</span>
        <IconButton label={t.away} icon={<CloseIcon />} onClick={away} />
      </header>
      <ul>
        {all.map(([step, is]) => (
          <li key={step} data-done={is ? "" : undefined}>
            <StepLink step={step} label={t[step]} />
            {is && <span class="hidden-text">, {t.isDone}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function stepsOf({ invite, picture, room, notifications }: Steps): [Step, boolean][] {
  const others: [Step, boolean][] = [["picture", picture], ["room", room], ["notifications", notifications]];
  return invite === null ? others : [["invite", invite], ...others];
}

function StepLink({ step, label }: { step: Step; label: string }) {
  const chat = useChat();
  const mark = <span class="first-steps-mark" aria-hidden="true">{<CheckIcon />}</span>;
  if (step === "picture") return <a href="/settings#profile">{mark}{label}</a>;
  const open = () => {
    if (step === "invite") chat.open({ name: "invite" });
    else chat.open({ name: step === "room" ? "browse" : "notify" });
  };
  return <button type="button" onClick={open}>{mark}{label}</button>;
}
