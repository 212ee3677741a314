import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isPushed, subscribe, unsubscribe } from "../../client/offline/push.ts";
import { setLevel, updateSettings } from "../../client/room_actions.ts";
import type { Room } from "../../protocol/model.ts";
import { LEVELS, type Settings } from "../../protocol/settings.ts";
import { Notice } from "../parts/forms/field.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

/** Settings for notifications: on this page, by this browser, and for one room. */
export function NotifyDialog({ room, onClose }: { room: Room | null; onClose: () => void }) {
  const strings = usePartStrings();
  const { store } = useChat();
  const t = strings.notify;
  const { busy, error, run } = useAction();
  const settings = store.settings.value;
  const change = (changes: Partial<Settings>) =>
    void run(() => updateSettings(store, { ...changes, time_zone: zone() }));
  const own = room === null ? undefined : settings.room_levels[room.id];
  return (
    <Dialog title={t.title} onClose={onClose}>
      <div class="form" aria-busy={busy.value}>
        {error.value && <Notice kind="error" message={error.value.message} />}
        <ThisBrowser />
        {room !== null && (
          <div class="field">
            <label for="notify-room">{t.ofRoom(roomTitle(room, strings))}</label>
            <select
              class="input"
              id="notify-room"
              onChange={({ currentTarget: { value } }) =>
                void run(() => setLevel(store, room.id, LEVELS.find((level) => level === value) ?? null))}
            >
              <option value="" selected={own === undefined}>{t.asUsual}</option>
              {LEVELS.map((level) => (
                <option key={level} value={level} selected={own === level}>{t.levels[level]}</option>
              ))}
            </select>
          </div>
        )}
        <div class="field">
          <label for="notify-all">{t.usually}</label>
          <select
            class="input"
            id="notify-all"
            onChange={({ currentTarget: { value } }) => {
              const level = LEVELS.find((one) => one === value);
              if (level !== undefined) change({ notify: level });
            }}
          >
            {LEVELS.map((level) => (
              <option key={level} value={level} selected={settings.notify === level}>{t.levels[level]}</option>
            ))}
          </select>
          <p class="hint">{t.direct}</p>
        </div>
        <fieldset class="notify-quiet">
          <legend class="field-label">{t.quiet}</legend>
          {(["quiet_from", "quiet_to"] as const).map((name) => (
            <div class="field" key={name}>
              <label for={`notify-${name}`}>{t[name]}</label>
              <input
                class="input"
                type="time"
                id={`notify-${name}`}
                defaultValue={settings[name]}
                onChange={({ currentTarget: { value } }) => change({ [name]: value })}
              />
            </div>
          ))}
        </fieldset>
        <Check label={t.sounds} checked={settings.sounds} onChange={(sounds) => change({ sounds })} />
        <Check label={t.showText} checked={settings.show_text} onChange={(show_text) => change({ show_text })} />
      </div>
    </Dialog>
  );
}

/** Asks the browser for permission; only after a click. */
function ThisBrowser() {
  const { store, notifier } = useChat();
  const t = usePartStrings().notify;
  const permission = useSignal(typeof Notification === "undefined" ? "unsupported" : Notification.permission);
  const pushed = useSignal(false);
  const { busy, error, run } = useAction();
  useEffect(() => void isPushed(store.api).then((is) => pushed.value = is), []);
  const enable = () =>
    run(async () => {
      permission.value = await Notification.requestPermission();
      if (permission.value !== "granted") return;
      // Without a push service, open pages still show notifications.
      pushed.value = await subscribe(store.api).catch(() => false);
      if (notifier !== null) notifier.pushed = pushed.value;
    });
  const disable = () =>
    run(async () => {
      await unsubscribe(store.api);
      pushed.value = false;
      if (notifier !== null) notifier.pushed = false;
    });
  if (permission.value === "unsupported") return <p class="hint">{t.unsupported}</p>;
  if (permission.value === "denied") return <p class="hint">{t.denied}</p>;
  return (
    <div class="notify-here">
      {error.value && <Notice kind="error" message={error.value.message} />}
      <p>{permission.value !== "granted" ? t.off : pushed.value ? t.onAlways : t.onOpen}</p>
      {permission.value === "granted" && pushed.value
        ? <button type="button" class="button" disabled={busy.value} onClick={disable}>{t.disablePush}</button>
        : (
          <button type="button" class="button button-main" disabled={busy.value} onClick={enable}>
            {permission.value === "granted" ? t.enablePush : t.enable}
          </button>
        )}
    </div>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        defaultChecked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
