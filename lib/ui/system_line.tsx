import type { SystemEvent } from "../client/entries.ts";
import { messagePath } from "./message_path.ts";
import { useStrings } from "./strings/context.ts";
import type { Strings } from "./strings/en.ts";

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
  const { pins, system: t } = useStrings();
  const name = <strong>{event.display_name}</strong>;
  switch (event.type) {
    case "join":
    case "leave":
      return <>{name} {t[whatOf(event)](1)}</>;
    case "role_changed":
      return <>{name} {t.role[event.role]}</>;
    case "message_pinned":
      return (
        <>
          {name} {pins.event}{" "}
          <a
            href={messagePath(event.room_id, event.message_id)}
            onClick={(click) => onMessage?.(event.message_id, click)}
          >
            {pins.message}
          </a>
        </>
      );
    case "room_updated":
      if (event.created) return <>{name} {t.created}</>;
      if (event.deleted) return <>{name} {t.deleted}</>;
      return <>{name} {t.changed} {event.name}{event.topic && ` — ${event.topic}`}</>;
  }
}

function Run({ events }: { events: readonly SystemEvent[] }) {
  const { lists, system: t } = useStrings();
  const last = new Map(events.map((event) => [event.user_id, event]));
  const told = new Map<Told, string[]>();
  for (const event of last.values()) {
    const what = whatOf(event);
    told.set(what, [...told.get(what) ?? [], event.display_name]);
  }
  return (
    <>
      {[...told].map(([what, people], index) => (
        <span key={what}>
          {index > 0 && "; "}
          <strong>{lists.some(people)}</strong> {t[what](people.length)}
        </span>
      ))}
    </>
  );
}

type Told = keyof Pick<Strings["system"], "wasAdded" | "joined" | "wasBanned" | "wasRemoved" | "left">;

function whatOf(event: SystemEvent): Told {
  const byOther = "by" in event && event.by !== undefined && event.by !== event.user_id;
  if (event.type === "join") return byOther ? "wasAdded" : "joined";
  if (event.type === "leave" && event.banned) return "wasBanned";
  return byOther ? "wasRemoved" : "left";
}
