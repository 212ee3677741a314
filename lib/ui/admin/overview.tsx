import { usePageStrings, useStrings } from "../strings/context.ts";

interface OverviewProps {
  figures: Figures;
  /** The present settings, by the names of their variables. */
  limits: [name: string, value: string][];
}

export interface Figures {
  sockets: number;
  users: number;
  rooms: number;
  /** Events per second in all rooms together, since the last time this page was made or over one second. */
  events: number;
  memory: number;
  uptime: number;
  isolates: number;
  errors: number;
}

/** The server's present load, and its limits. */
export function Overview({ figures, limits }: OverviewProps) {
  const { admin: t } = usePageStrings();
  const { locale } = useStrings();
  const number = (n: number) => n.toLocaleString(locale, { maximumFractionDigits: 1 });
  const shown: [string, string][] = [
    [t.figures.sockets, number(figures.sockets)],
    [t.figures.users, number(figures.users)],
    [t.figures.rooms, number(figures.rooms)],
    [t.figures.events, number(figures.events)],
    [t.figures.memory, `${number(Math.round(figures.memory / 1_048_576))} MiB`],
    [t.figures.uptime, t.hours(figures.uptime / 3_600)],
    [t.figures.isolates, number(figures.isolates)],
    [t.figures.errors, number(figures.errors)],
  ];
  return (
    <>
      <section class="card" aria-labelledby="figures">
        <h2 id="figures">{t.now}</h2>
        <dl class="admin-figures">
          {shown.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">{t.nowHint}</p>
      </section>
      <section class="card" aria-labelledby="limits">
        <h2 id="limits">{t.limits}</h2>
        <p class="hint">{t.limitsHint}</p>
        <dl class="admin-limits">
          {limits.map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
