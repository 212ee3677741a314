import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as v from "../../client/decode.ts";
import { call, path } from "../../client/connection/call.ts";
import { integer, string } from "../../client/connection/schemas.ts";
import { useChat } from "../page/context.ts";
import { lazy } from "../page/lazy.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/forms/field.tsx";
import { useAction } from "../parts/use_action.ts";

const invitation = v.object({ code: string, uses_left: integer, expires_at: string });
type Invitation = v.Decoded<typeof invitation>;

const LINK = "/api/invitations/link";
const PEOPLE = [1, 5, 20, 50, 100] as const;
const DAYS = [1, 7, 30] as const;
const DAY_S = 86_400;

const qrPart = lazy(() => import("../parts/qr_code.tsx"));

/** The link is there at once; how long it holds can be changed, and a QR code of its own shown. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { store: { requests } } = useChat();
  const { rooms, invite: t } = usePartStrings();
  const link = useSignal<Invitation | null>(null);
  const { busy, error, run } = useAction();
  useEffect(() => {
    void run(async () => link.value = await call(requests, "POST", LINK, invitation, {}));
  }, []);
  const change = (changes: { uses?: number; expires_in_s?: number }) =>
    run(async () => {
      if (link.value === null) return;
      link.value = await call(requests, "PATCH", path("/api/invitations", link.value.code), invitation, changes);
    });
  return (
    <Dialog title={rooms.invite} class="invite" onClose={onClose}>
      <p>{t.about}</p>
      {error.value && <Notice kind="error" message={error.value.message} />}
      <LinkLine link={link.value} />
      <Limits link={link.value} busy={busy.value} onChange={change} />
      <QrSection />
    </Dialog>
  );
}

function addressOf({ code }: Invitation): string {
  return `${location.origin}/register?invitation=${code}`;
}

/** How many days it still lasts, the present one too. */
function daysOf({ expires_at }: Invitation): number {
  return Math.max(1, Math.ceil((Date.parse(expires_at) - Date.now()) / (DAY_S * 1_000)));
}

function LinkLine({ link }: { link: Invitation | null }) {
  const { store } = useChat();
  const { invite: t } = usePartStrings();
  const copy = async () => {
    if (link === null) return;
    try {
      await navigator.clipboard.writeText(addressOf(link));
      store.notice.value = t.copied;
    } catch {
      // without the permission, or over http: it is there to be copied by hand
      document.querySelector<HTMLInputElement>(".invite-link input")?.select();
    }
  };
  return (
    <div class="invite-link">
      <input
        class="input"
        readOnly
        aria-label={t.link}
        value={link === null ? "" : addressOf(link)}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="button button-main" disabled={link === null} onClick={copy} autofocus>
        {t.copy}
      </button>
    </div>
  );
}

interface LimitsProps {
  link: Invitation | null;
  busy: boolean;
  onChange: (changes: { uses?: number; expires_in_s?: number }) => void;
}

function Limits({ link, busy, onChange }: LimitsProps) {
  const { invite: t } = usePartStrings();
  const open = useSignal(false);
  return (
    <>
      <p class="invite-limits">
        <span class="hint">
          {link === null ? "\u00a0" : t.holds(link.uses_left, daysOf(link))}
        </span>
        <button type="button" class="link-button" aria-expanded={open.value} onClick={() => open.value = !open.value}>
          {t.change}
        </button>
      </p>
      {open.value && (
        <div class="field-pair">
          <Choose
            label={t.people}
            values={PEOPLE}
            busy={busy}
            onChoose={(uses) => onChange({ uses })}
            now={link?.uses_left}
          />
          <Choose
            label={t.days}
            values={DAYS}
            now={link === null ? undefined : daysOf(link)}
            busy={busy}
            onChoose={(days) => onChange({ expires_in_s: days * DAY_S })}
          />
        </div>
      )}
    </>
  );
}

interface ChooseProps {
  label: string;
  values: readonly number[];
  /** The present value, which may be none of `values`. */
  now?: number | undefined;
  busy: boolean;
  onChoose: (value: number) => void;
}

function Choose({ label, values, now, busy, onChoose }: ChooseProps) {
  const id = `invite-${label}`;
  const shown = now === undefined ? values : [...new Set([...values, now])].sort((a, b) => a - b);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        class="input"
        id={id}
        disabled={busy}
        onChange={(event) => event.currentTarget.value !== "" && onChoose(Number(event.currentTarget.value))}
      >
        {now === undefined && <option value="">–</option>}
        {shown.map((value) => <option key={value} value={value} selected={value === now}>{value}</option>)}
      </select>
    </div>
  );
}

/** A code that hangs on a screen may be photographed by anybody: it is another one, and lasts an hour. */
function QrSection() {
  const { store: { requests } } = useChat();
  const { invite: t } = usePartStrings();
  const code = useSignal<Invitation | null>(null);
  const { busy, error, run } = useAction();
  const qr = qrPart.usePart(code.value !== null);
  const show = () => run(async () => code.value = await call(requests, "POST", LINK, invitation, { for: "qr" }));
  if (code.value === null) {
    return (
      <>
        {error.value && <Notice kind="error" message={error.value.message} />}
        <div>
          <button type="button" class="button" disabled={busy.value} onClick={show}>{t.qr}</button>
        </div>
      </>
    );
  }
  return (
    <figure class="qr-figure">
      <div class="qr-ground">{qr !== null && <qr.default text={addressOf(code.value)} label={t.qrName} />}</div>
      <figcaption class="hint">{t.qrAbout}</figcaption>
    </figure>
  );
}
