import type { SystemEvent } from "../client/entries.ts";
import { messagePath } from "./message_path.ts";
import { useStrings } from "./strings/context.ts";

interface SystemLineProps {
  events: readonly SystemEvent[];
  /** Where a message is that an event speaks of. */
  onMessage?: (id: string, event: MouseEvent) => void;
}

/** Room changes, joins and leaves as one small grey line; a run of joins and leaves is told as one. */
export function SystemLine({ events, onMessage }: SystemLineProps) {
  return (
    <p class="system">
      {events.length === 1 && events[0] ? <Single event={events[0]} onMessage={onMessage} /> : <Run events={events} />}
    </p>
  );
}

function Single({ event, onMessage }: { event: SystemEvent; onMessage: SystemLineProps["onMessage"] }) {
  const t = useStrings().pins;
  const name = <strong>{event.display_name}</strong>;
  switch (event.type) {
    case "join":
    case "leave":
      return <>{name} {whatOf(event)}</>;
    case "role_changed":
      return (
        <>{name} is now {event.role === "member" ? "a member" : event.role === "owner" ? "an owner" : "a moderator"}</>
      );
    case "message_pinned":
      return (
        <>
          {name} {t.event}{" "}
          <a
            href={messagePath(event.room_id, event.message_id)}
            onClick={(click) => onMessage?.(event.message_id, click)}
          >
            {t.message}
          </a>
        </>
      );
    case "room_updated":
      if (event.created) return <>{name} created this room</>;
      if (event.deleted) return <>{name} deleted this room</>;
      return <>{name} changed the room: {event.name}{event.topic && ` — ${event.topic}`}</>;
  }
}

function Run({ events }: { events: readonly SystemEvent[] }) {
  const last = new Map(events.map((event) => [event.user_id, event]));
  const told = new Map<string, string[]>();
  for (const event of last.values()) {
    const what = whatOf(event);
    told.set(what, [...told.get(what) ?? [], event.display_name]);
  }
  return (
    <>
      {[...told].map(([what, people], index) => (
        <span key={what}>
          {index > 0 && "; "}
          {names(people)} {people.length > 1 ? what.replace("was", "were") : what}
        </span>
      ))}
    </>
  );
}

function whatOf(event: SystemEvent): string {
  const byOther = "by" in event && event.by !== undefined && event.by !== event.user_id;
  if (event.type === "join") return byOther ? "was added" : "joined";
  if (event.type === "leave" && event.banned) return "was banned";
  return byOther ? "was removed" : "left";
}

function names(people: string[]) {
  return <strong>{listOf(people)}</strong>;
}

/** "Ada", "Ada and Bo", "Ada, Bo and 3 others". */
export function listOf(people: readonly string[]): string {
  if (people.length <= 2) return people.join(" and ");
  if (people.length === 3) return `${people[0]}, ${people[1]} and ${people[2]}`;
  return `${people[0]}, ${people[1]} and ${people.length - 2} others`;
}
