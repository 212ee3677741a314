import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { RoomState } from "../../client/room/room_state.ts";
import type { FileInfo } from "../../protocol/model.ts";
import { fileUrl, isImage } from "../message/files.tsx";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon, DownloadIcon } from "../parts/icons.tsx";
import { ChevronLeftIcon, ChevronRightIcon } from "../parts/icons_later.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { usePartStrings } from "../page/part_strings.ts";

interface Picture extends FileInfo {
  author: string;
}

interface LightboxProps {
  /** The room whose timeline has the picture. */
  roomId: string | null;
  fileId: string;
  onClose: () => void;
}

/** Shows one picture large, with steps to the timeline's other pictures. */
export function Lightbox({ roomId, fileId, onClose }: LightboxProps) {
  const { store } = useChat();
  const strings = usePartStrings();
  const pictures = picturesOf(store.rooms.session(roomId ?? "")?.state, store.blocked.value);
  const shown = useSignal(fileId);
  const at = pictures.findIndex(({ id }) => id === shown.value);
  const picture = pictures[at];
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  // Its message was deleted, or the reader left the room.
  const gone = picture === undefined;
  useEffect(() => {
    if (gone) onClose();
  }, [gone]);
  if (picture === undefined) return null;
  const go = (to: number) => {
    const next = pictures[Math.max(0, Math.min(to, pictures.length - 1))];
    if (next !== undefined) shown.value = next.id;
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => go(at - 1),
    ArrowRight: () => go(at + 1),
    Home: () => go(0),
    End: () => go(pictures.length - 1),
  };
  return (
    <Dialog title={picture.name} bare class="lightbox" onClose={onClose}>
      <div
        class="lightbox-frame"
        onKeyDown={(event) => {
          const run = event.altKey || event.ctrlKey || event.metaKey ? undefined : keys[event.key];
          if (run === undefined) return;
          event.preventDefault();
          run();
        }}
        onClick={(event) =>
          event.target instanceof Element && event.target.closest("img, button, a") === null && onClose()}
      >
        <header>
          <p class="file-names" aria-live="polite">
            <bdi>{picture.name}</bdi>
            <small>
              <bdi>{picture.author}</bdi>
              {pictures.length > 1 && ` · ${strings.files.position(at + 1, pictures.length)}`}
            </small>
          </p>
          <a
            class="icon-button"
            href={`${fileUrl(picture.id)}?download=true`}
            download={picture.name}
            aria-label={strings.files.download}
            title={strings.files.download}
          >
            <DownloadIcon />
          </a>
          <IconButton buttonRef={close} label={strings.files.close} icon={<CloseIcon />} onClick={onClose} />
        </header>
        <div class="lightbox-stage">
          <img key={picture.id} src={store.sending.attached.urlOf(picture.id)} alt={picture.name} />
          {at > 0 && (
            <IconButton
              class="lightbox-back"
              label={strings.files.previous}
              icon={<ChevronLeftIcon />}
              onClick={() => go(at - 1)}
            />
          )}
          {at < pictures.length - 1 && (
            <IconButton
              class="lightbox-on"
              label={strings.files.next}
              icon={<ChevronRightIcon />}
              onClick={() => go(at + 1)}
            />
          )}
        </div>
      </div>
    </Dialog>
  );
}

function picturesOf(room: RoomState | undefined, blocked: ReadonlySet<string>): Picture[] {
  return (room?.entries.value ?? []).flatMap((entry) => {
    if (entry.type !== "chat_message" || blocked.has(entry.user_id)) return [];
    const { files = [], display_name } = entry.view.value;
    return files.filter(isImage).map((file) => ({ ...file, author: display_name }));
  });
}
