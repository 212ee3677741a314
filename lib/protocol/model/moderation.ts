/** What moderators and administrators keep: the audit log and reports. */
/** The acts that the audit log records. */
export type AuditAct =
  | "message_removed"
  | "member_removed"
  | "member_banned"
  | "member_unbanned"
  | "member_muted"
  | "member_unmuted"
  | "role_changed"
  | "room_changed"
  | "room_deleted"
  | "report_handled"
  | "account_disabled"
  | "account_enabled"
  | "account_deleted"
  | "admin_granted"
  | "admin_revoked"
  | "password_reset"
  | "sessions_ended"
  | "recovery_codes_made"
  | "account_recovered"
  | "invitation_made"
  | "invitation_changed"
  | "invitation_revoked"
  | "server_changed"
  | "phone_signed_in";

/** One entry of the audit log: who did what. Entries are never changed or deleted, and never hold what people wrote. */
export interface AuditRecord {
  /** Sorts by time. */
  id: string;
  at: number;
  /** A user's id, "operator" (deno task admin) or "server" (its jobs). */
  actor: string;
  act: AuditAct;
  room_id?: string;
  /** The person it was done to. */
  user_id?: string;
  /** A message, an invitation or a report. */
  target?: string;
  reason?: string;
  /** What the act alone does not say, such as the role that was given. */
  detail?: string;
  address?: string;
}

/** What became of a report. */
export type ReportOutcome = "dismissed" | "removed" | "muted" | "banned";

/** A report of a message to the moderators. It holds no copy of the text: a deleted message is gone here too. */
export interface ReportRecord {
  /** Sorts by time. */
  id: string;
  at: number;
  room_id: string;
  message_id: string;
  /** Who wrote the message, and who reports it. */
  author: string;
  reporter: string;
  reason: string;
  /** Absent while it is open. */
  handled?: { at: number; by: string; outcome: ReportOutcome };
}
