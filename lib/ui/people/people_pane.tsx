import { useMemo } from "preact/hooks";
import type { Member, Room, User } from "../../protocol/model.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon, UserPlusIcon } from "../parts/icons.tsx";
import { Person } from "./person.tsx";
import { useStrings } from "../strings/context.ts";

interface PeoplePaneProps {
  room: Room;
  /** The loaded members; there may be more. */
  members: readonly Member[];
  /** The ids of the people who are online. */
  online: ReadonlySet<string>;
  onClose?: () => void;
  onAdd?: (() => void) | undefined;
  onInvite?: false | (() => void);
  onOpen?: ((user: User) => void) | undefined;
  hasMore?: boolean;
  /** Whether there are members before the loaded ones. */
  hasEarlier?: boolean;
  onMore?: () => void;
  onEarlier?: () => void;
}

/** The members of the room, those who are online first. */
export function PeoplePane(props: PeoplePaneProps) {
  const { room, members, online, onClose, onAdd, onOpen, hasMore = false, hasEarlier = false } = props;
  const { locale, people: t, rooms } = useStrings();
  const byName = useMemo(() => new Intl.Collator(locale, { numeric: true }), [locale]);
  const sorted = [...members].sort((a, b) => byName.compare(a.display_name, b.display_name));
  const here = sorted.filter((member) => online.has(member.id));
  const away = sorted.filter((member) => !online.has(member.id));
  return (
    <aside class="pane-people" aria-label={t.title}>
      <div class="people-head">
        <h2>{t.title}</h2>
        <span>
          {onAdd && room.kind === "private" && <IconButton label={t.add} icon={<UserPlusIcon />} onClick={onAdd} />}
          <IconButton label={t.close} icon={<CloseIcon />} onClick={onClose} />
        </span>
      </div>
      <div class="people-scroll">
        {hasEarlier && <WideButton text={t.earlier} onClick={props.onEarlier} />}
        <Group title={t.online} people={here} count={here.length} online onOpen={onOpen} />
        <Group
          title={t.offline}
          people={away}
          count={hasMore || hasEarlier ? Math.max(away.length, room.members - here.length) : away.length}
          online={false}
          onOpen={onOpen}
        />
        {hasMore && <WideButton text={t.more} onClick={props.onMore} />}
        {props.onInvite && <WideButton text={rooms.invite} onClick={props.onInvite} />}
      </div>
    </aside>
  );
}

function WideButton({ text, onClick }: { text: string; onClick: (() => void) | undefined }) {
  return <button type="button" class="button button-quiet button-wide" onClick={onClick}>{text}</button>;
}

interface GroupProps {
  title: string;
  /** How many there are, including those that are not loaded. */
  count: number;
  people: readonly Member[];
  online: boolean;
  onOpen?: ((user: User) => void) | undefined;
}

function Group({ title, people, count, online, onOpen }: GroupProps) {
  if (people.length === 0) return null;
  return (
    <section>
      <h3>
        {title} · <span class="number">{count}</span>
      </h3>
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <Person
              user={person}
              role={person.role}
              online={online}
              onOpen={onOpen && (() => onOpen(person))}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
