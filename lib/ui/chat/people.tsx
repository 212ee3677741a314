import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Member, Room } from "../../model.ts";
import { PeoplePane } from "../people_pane.tsx";
import { useChat } from "./context.ts";

/** The people of the open room, kept up with who comes, goes, joins and leaves. */
export function People({ room, initial }: { room: Room; initial: readonly Member[] }) {
  const chat = useChat();
  const state = chat.store.activeRoom.value;
  const members = useSignal<readonly Member[]>(initial);
  const hasMore = useSignal(false);
  const after = useSignal<string | undefined>(undefined);

  const load = async (from?: string) => {
    const page = await chat.store.listMembers(room.id, from);
    members.value = from === undefined ? page.members : [...members.value, ...page.members];
    hasMore.value = page.has_more;
    after.value = page.members.at(-1)?.id;
  };
  // a join, a leave, a new role: the list is read again
  useEffect(() => {
    if (chat.store.connectionState.value === "open") chat.attempt(load());
  }, [room.id, room.members, room.role, chat.store.connectionState.value]);

  const present = state?.present.value ?? [];
  const online = new Set(present.map((user) => user.id));
  if (chat.store.connectionState.value === "open") online.add(chat.store.me.value.id);
  if (present.length === 0) { for (const member of members.value) if (member.online) online.add(member.id); }
  const byId = new Map(present.map((user) => [user.id, user]));
  return (
    <>
      <div class="people-scrim" onClick={() => chat.people.value = "closed"} />
      <PeoplePane
        room={room}
        members={members.value.map((member) => ({ ...member, ...byId.get(member.id) }))}
        online={online}
        hasMore={hasMore.value}
        onMore={() => chat.attempt(load(after.value))}
        onClose={() => chat.people.value = "closed"}
        onAdd={room.role === null ? undefined : () => chat.open({ name: "add" })}
        onOpen={(user) => chat.open({ name: "person", user })}
      />
    </>
  );
}
