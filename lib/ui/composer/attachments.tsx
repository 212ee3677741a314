import type { ComponentChildren } from "preact";
import type { Attachment } from "../../client/writing/attached.ts";
import type { Uploads } from "../../client/writing/uploads.ts";
import { sizeText } from "../message/files.tsx";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon, FileIcon } from "../parts/icons.tsx";
import { RetryIcon } from "../parts/icons_later.tsx";
import { useChat } from "../page/context.ts";
import { Refusal } from "../page/lazy.ts";
import { usePartStrings } from "../page/part_strings.ts";

/** The files that will go with the message: progress of each, and a button to remove it. */
export function Attachments({ roomId, sending }: { roomId: string; sending: boolean }) {
  const { store } = useChat();
  const strings = usePartStrings();
  const { attached } = store.sending;
  const items = attached.of(roomId).value;
  const change = (how: (uploads: Uploads) => void) => void store.sending.files().then(({ uploads }) => how(uploads));
  return (
    <div class="attachments">
      <ul>
        {items.map((item) => (
          <li key={item.key} class="attachment" data-status={item.state.value.status}>
            {item.preview === undefined ? <FileIcon /> : <img src={item.preview} alt="" />}
            <span class="file-names">
              <bdi>{item.name}</bdi>
              <Status item={item} />
            </span>
            {item.state.value.status === "failed" && item.size <= attached.maxBytes && (
              <IconButton
                label={strings.files.retry(item.name)}
                icon={<RetryIcon />}
                onClick={() => change((uploads) => uploads.retry(roomId, item.key))}
              />
            )}
            <IconButton
              label={strings.files.remove(item.name)}
              icon={<CloseIcon />}
              onClick={() => change((uploads) => uploads.remove(roomId, item.key))}
            />
          </li>
        ))}
      </ul>
      {sending && <p role="status">{strings.files.sentWhenDone}</p>}
    </div>
  );
}

function Status({ item }: { item: Attachment }): ComponentChildren {
  const { attached: { maxBytes } } = useChat().store.sending;
  const { files, locale } = usePartStrings();
  const { status, progress, error } = item.state.value;
  switch (status) {
    case "failed":
      return (
        <small role="alert">
          {error !== undefined
            ? <Refusal failure={error} />
            : item.size > maxBytes
            ? files.tooLarge(sizeText(maxBytes, locale))
            : files.notRead}
        </small>
      );
    case "lost":
      return <small role="status">{files.waits}</small>;
    case "done":
      return <small>{sizeText(item.size, locale)}</small>;
    default:
      return <progress value={progress} aria-label={files.uploading(item.name)} />;
  }
}
