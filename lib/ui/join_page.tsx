import type { Room } from "../model.ts";

/** A public room, to somebody who is not in it. */
export function JoinPage({ room }: { room: Room }) {
  return (
    <main class="page failure">
      <div class="sheet">
        <div class="sheet-head">
          <p class="failure-code">{room.members === 1 ? "1 person" : `${room.members} people`}</p>
          <h1>{room.name}</h1>
          <p>{room.topic || "A public room. Join it to read what was said and to take part."}</p>
        </div>
        <form method="post" action={`/rooms/${encodeURIComponent(room.id)}`} class="dialog-actions join-actions">
          <button type="submit" class="button button-main" name="form" value="join">Join {room.name}</button>
          <a class="button" href="/">Not now</a>
        </form>
      </div>
    </main>
  );
}
