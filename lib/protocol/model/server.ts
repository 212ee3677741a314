/** The server as its administrators present it. */
import type { Inviters, Registration } from "../joining.ts";

export type { Inviters, Registration };

/** What is absent was never chosen. */
export interface ServerRecord {
  /** The team's name. */
  name?: string;
  picture?: ServerPicture;
  /** The administrators' choice; the environment's REGISTRATION wins over it. */
  registration?: Registration;
  inviting?: Inviters;
}

export interface ServerPicture {
  /** A new picture has a new id. */
  id: string;
  type: string;
}
