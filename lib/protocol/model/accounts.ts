/** Accounts and who acts: users, sessions, the control log. */
/** The public part of an account. */
export interface User {
  id: string;
  /** The login name: `[a-z0-9_.-]{1,32}`. */
  username: string;
  /** Free text of 1-50 characters; never unique, so the username is shown where people could be confused. */
  display_name: string;
  /** One of the 24 hex values of `protocol/colors.ts`. */
  color: string;
  /** Their picture's id, at /api/avatars/<id>; a new picture has a new one. */
  avatar?: string;
}

export interface UserRecord extends User {
  /** PHC string; see chat/sign_in/passwords.ts. */
  password_hash: string;
  /** May administer the server. */
  admin: boolean;
  /** Set while the account is disabled: it cannot sign in, and its sessions are gone. */
  disabled_at?: number;
  created_at: number;
  /** Whose invitation the account was made with. */
  invited_by?: string;
}

/** A browser session or an API client's token family. */
export interface SessionRecord {
  id: string;
  user_id: string;
  kind: "cookie" | "tokens";
  created_at: number;
  /** Moved forward by use, at most once an hour. */
  expires_at: number;
  last_seen_at: number;
  user_agent: string;
  address: string;
  /** SHA-256 (hex) of the secret: of the cookie, or of the refresh token that is valid now. */
  secret_hash: string;
  /** The refresh token before that one, and until when its reuse counts as a retry. */
  previous?: { secret_hash: string; retry_until: number };
}

/** Who acts: a signed-in user over one session. Every verb of `chat/` takes one. */
export interface Actor {
  readonly user_id: string;
  readonly username: string;
  readonly admin: boolean;
  readonly session_id: string;
  /** How the request was authenticated; only cookies need protection against cross-site requests (CSRF). */
  readonly by: "cookie" | "bearer";
  /** When the session record ends, unless it is renewed. */
  readonly expires_at: number;
  /** When the access token of the request expires. */
  readonly token_expires_at?: number;
  /** Where the request, or the socket, came from: for the audit log. */
  readonly address?: string;
}

/** One entry of the control log (D6b): sockets of these sessions must end. */
export interface ControlRecord {
  user_id: string;
  /** The sessions that ended, or all the user's. */
  sessions: string[] | "all";
  reason: "signed_out" | "password_changed" | "disabled" | "deleted";
  at: number;
}

/** A web push subscription: a browser's push service, and the keys to encrypt for it. */
export interface PushRecord {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  created_at: number;
}
