import { useRef } from "preact/hooks";
import { IconButton } from "../parts/icon_button.tsx";
import { AttachIcon } from "../parts/icons.tsx";
import { useStrings } from "../strings/context.ts";
import { useChat } from "../page/context.ts";

export function AttachButton({ roomId }: { roomId: string }) {
  const chat = useChat();
  const strings = useStrings();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={strings.files.attach}
        onChange={({ currentTarget }) => {
          chat.attach(roomId, [...currentTarget.files ?? []]);
          // So that choosing the same file again is a change.
          currentTarget.value = "";
        }}
      />
      <IconButton
        label={strings.files.attach}
        icon={<AttachIcon />}
        onClick={() => input.current?.click()}
      />
    </>
  );
}
