import type { Room } from "../../protocol/model.ts";
import { usePageStrings, useStrings } from "../strings/context.ts";
import { PostForm } from "../parts/forms/post_form.tsx";

/** A public room, shown to somebody who is not in it. */
export function JoinPage({ room }: { room: Room }) {
  const words = useStrings().room;
  const t = usePageStrings().joinPage;
  return (
    <main class="page failure">
      <div class="sheet">
        <div class="sheet-head">
          <p class="failure-code">{words.people(room.members)}</p>
          <h1>
            <bdi>{room.name}</bdi>
          </h1>
          <p dir="auto">{room.topic || t.about}</p>
        </div>
        <PostForm action={`/rooms/${encodeURIComponent(room.id)}`} class="dialog-actions join-actions">
          <button type="submit" class="button button-main" name="form" value="join">{t.joinRoom(room.name)}</button>
          <a class="button" href="/">{t.notNow}</a>
        </PostForm>
      </div>
    </main>
  );
}
