/** Who asks to sign in, and what they get for it. */
import type { Me } from "../people/profiles.ts";

/** Where a request comes from. */
export interface ClientInfo {
  address: string;
  user_agent: string;
}

export interface SignedIn {
  user: Me;
  session_id: string;
  /** The cookie's value, or the refresh token. Nothing keeps it but its receiver. */
  secret: string;
  /** Milliseconds since the epoch. */
  expires_at: number;
}
