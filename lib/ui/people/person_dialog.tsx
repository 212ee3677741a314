import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Member, Role, Room, User } from "../../protocol/model.ts";
import { openDirect } from "../../client/room_actions.ts";
import { colorClass } from "../../protocol/colors.ts";
import { Avatar } from "../parts/avatar.tsx";
import { LIMITS } from "../../protocol/limits.ts";
import { Field, Notice } from "../parts/forms/field.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use_action.ts";
import { openInvitations } from "./open_invitations_dialog.tsx";
import { usePartStrings } from "../page/part_strings.ts";

interface PersonDialogProps {
  user: User;
  /** The room in which the reader opened the profile. */
  room: Room | null;
  onClose: () => void;
  onRoom: (id: string) => void;
}

/** A person's profile, a button to talk with them alone, and the actions of moderators. */
export function PersonDialog({ user, room, onClose, onRoom }: PersonDialogProps) {
  const { store } = useChat();
  const t = usePartStrings().people;
  const message = useAction();
  const self = user.id === store.me.value.id;
  const manages = room !== null && room.kind !== "direct" && (room.role === "owner" || room.role === "moderator");
  return (
    <Dialog title={self ? t.you : t.person} onClose={onClose}>
      <div class="profile-preview">
        <Avatar user={user} size="l" />
        <div>
          <bdi class={`author-name ${colorClass(user.color)}`}>{user.display_name}</bdi>
          <div class="message-note">@{user.username}</div>
        </div>
      </div>
      {message.error.value && <Notice kind="error" message={message.error.value.message} />}
      {!self && <Blocking user={user} />}
      {manages && !self && <Moderation user={user} room={room} onClose={onClose} />}
      <div class="dialog-actions">
        {self && <a class="button" href="/settings">{t.editProfile}</a>}
        <button
          type="button"
          class="button button-main"
          disabled={message.busy.value}
          onClick={() => message.run(async () => onRoom((await openDirect(store, user.id)).id))}
        >
          {self ? t.notes : t.message}
        </button>
      </div>
    </Dialog>
  );
}

function Blocking({ user }: { user: User }) {
  const { store } = useChat();
  const t = usePartStrings().blocking;
  const { busy, error, run } = useAction();
  const blocked = store.blocked.value.has(user.id);
  const toggle = () => run(() => blocked ? store.api.unblock(user.id) : store.api.block(user.id));
  return (
    <section class="moderation">
      {error.value && <Notice kind="error" message={error.value.message} />}
      <p class="message-note">{blocked && <strong>{t.blocked}</strong>} {t.about}</p>
      <div class="dialog-actions moderation-actions">
        <button type="button" class="button" disabled={busy.value} onClick={toggle}>
          {blocked ? t.unblock : t.block}
        </button>
      </div>
    </section>
  );
}

/** In minutes; 0: until it is lifted. */
const MUTES = [["m10", 10], ["h1", 60], ["d1", 1_440], ["d7", 10_080], ["ever", 0]] as const;

const ROLES: readonly Role[] = ["member", "moderator", "owner"];

/** Owners give roles; moderators too may remove and ban. The server decides in the end. */
function Moderation({ user, room, onClose }: { user: User; room: Room; onClose: () => void }) {
  const chat = useChat();
  const { store } = chat;
  const { people: t, moderation: m } = usePartStrings();
  const { busy, error, run } = useAction();
  const time = useRef<HTMLSelectElement>(null);
  const member = useSignal<Member | null>(null);
  const read = async () => {
    member.value = await store.api.readMember(room.id, user.id);
  };
  const give = (role: Role) => {
    if (member.value !== null) member.value = { ...member.value, role };
    // If it is refused, the earlier role is shown again.
    return run(() => store.api.setRole(room.id, user.id, role).finally(read));
  };
  // A person who was opened from a message, or from those online, has no role yet.
  useEffect(() => void run(read), []);
  const reason = useSignal("");
  const remove = (ban: boolean) =>
    run(async () => {
      await store.api.removeMember(room.id, user.id, ban, reason.peek());
      // the ban stands, whether or not they can be read
      const open = ban && store.me.peek().admin ? await openInvitations(store.requests).catch(() => []) : [];
      if (open.length === 0) onClose();
      else chat.open({ name: "invitations", invitations: open });
    });
  const mute = (minutes?: number) =>
    run(async () => {
      await store.api.mute(room.id, user.id, minutes, reason.peek());
      onClose();
    });
  const muted = member.value?.muted_until !== undefined;
  return (
    <section class="moderation" aria-label={t.inRoom(room.name)}>
      {error.value && <Notice kind="error" message={error.value.message} />}
      {room.role === "owner" && member.value !== null && (
        <fieldset class="choices" disabled={busy.value}>
          <legend class="field-label">{t.roleIn(room.name)}</legend>
          {ROLES.map((value) => (
            <label key={value} class="choice">
              <input
                type="radio"
                name="role"
                value={value}
                checked={member.value?.role === value}
                onChange={() => give(value)}
              />
              <span>{t.roleNames[value].label}</span>
              <small>{t.roleNames[value].hint}</small>
            </label>
          ))}
        </fieldset>
      )}
      <Field
        label={m.reason}
        name="reason"
        maxLength={LIMITS.reason}
        autocomplete="off"
        onInput={(event) => reason.value = event.currentTarget.value}
      />
      {muted
        ? (
          <div class="dialog-actions moderation-actions">
            <button type="button" class="button" disabled={busy.value} onClick={() => mute(0)}>{m.unmute}</button>
          </div>
        )
        : (
          <div class="dialog-actions moderation-actions">
            <select class="input mute-time" aria-label={m.muteFor} ref={time}>
              {MUTES.map(([name, minutes]) => (
                <option key={name} value={minutes} selected={name === "h1"}>{m.durations[name]}</option>
              ))}
            </select>
            <button
              type="button"
              class="button"
              disabled={busy.value}
              onClick={() => mute(Number(time.current?.value) || undefined)}
            >
              {m.mute}
            </button>
          </div>
        )}
      <div class="dialog-actions moderation-actions">
        <button type="button" class="button" disabled={busy.value} onClick={() => remove(false)}>
          {t.remove}
        </button>
        <button
          type="button"
          class="button button-danger"
          title={t.banHint}
          disabled={busy.value}
          onClick={() => remove(true)}
        >
          {t.ban}
        </button>
      </div>
    </section>
  );
}
