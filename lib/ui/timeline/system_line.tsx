import type { SystemEvent } from "../../client/room/entries.ts";
import { messagePath } from "../message/message_path.ts";
import { isForGood } from "../people/mute.ts";
import { useStrings, useTimes } from "../strings/context.ts";
import type { Strings } from "../strings/language.ts";

interface SystemLineProps {
  events: readonly SystemEvent[];
  zone: string;
  /** The address of the message that an event is about. */
  onMessage?: ((id: string, event: MouseEvent) => void) | undefined;
}

/** A room change, a join or a leave as one small grey line; a run of joins and leaves is one line. */
export function SystemLine({ events, zone, onMessage }: SystemLineProps) {
  return (
    <p class="system">
      {events.length === 1 && events[0]
        ? <Single event={events[0]} zone={zone} onMessage={onMessage} />
        : <Run events={events} />}
    </p>
  );
}

interface SingleProps extends Pick<SystemLineProps, "zone" | "onMessage"> {
  event: SystemEvent;
}

function Single({ event, zone, onMessage }: SingleProps) {
  const { pins, system: t, moderation } = useStrings();
  const name = <Name of={event} />;
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
    case "member_muted":
      return <Muted event={event} zone={zone} />;
    case "room_updated":
      if (event.changed !== undefined && !event.changed.some((one) => one === "name" || one === "topic")) {
        const readOnly = event.read_only ? moderation.roomReadOnly : moderation.roomWritable;
        return <>{name} {event.changed.includes("read_only") ? readOnly : moderation.roomRules}</>;
      }
      if (event.created) return <>{name} {t.created}</>;
      if (event.deleted) return <>{name} {t.deleted}</>;
      return (
        <>
          {name} {t.changed} <bdi>{event.name}</bdi>
          {event.topic && (
            <>
              {" — "}
              <bdi>{event.topic}</bdi>
            </>
          )}
        </>
      );
  }
}

function Name({ of }: { of: SystemEvent }) {
  return (
    <strong>
      <bdi>{of.display_name}</bdi>
    </strong>
  );
}

function Muted({ event, zone }: { event: Extract<SystemEvent, { type: "member_muted" }>; zone: string }) {
  const t = useStrings().moderation;
  const times = useTimes();
  const until = event.muted_until;
  return (
    <>
      <Name of={event} /> {until === undefined
        ? t.unmutedEvent
        : isForGood(until)
        ? t.mutedForGoodEvent
        : t.mutedEvent(times.full(until, zone))}
      {event.reason !== undefined && t.because(event.reason)}
    </>
  );
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
