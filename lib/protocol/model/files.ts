/** Files: what is stored of one, and what a message says of it. */
/** What a message says of a file that came with it. */
export interface FileInfo {
  id: string;
  /** As it was given, without what would mislead; a name is never trusted to say what a file is. */
  name: string;
  /** Media type, decided by the content. */
  type: string;
  /** Bytes. */
  size: number;
  /** Of an image that is shown inline: as it is displayed, in pixels. */
  width?: number;
  height?: number;
}

export interface FileRecord extends FileInfo {
  owner: string;
  /**
   * `uploading`: bytes arrive, `size` is what is reserved for them; `uploaded`: its owner may send it; `attached`: it
   * belongs to a message; `avatar`: it is its owner's picture; `gone`: a job erases it.
   */
  state: "uploading" | "uploaded" | "attached" | "avatar" | "gone";
  /** Where its bytes are. */
  store: FileStore;
  created_at: number;
  /** Of the message that it is attached to. */
  room_id?: string;
  seq?: number;
}

export type FileStore = "kv" | "s3";

/** What all of one person's files take up together. */
export interface FileUsage {
  bytes: number;
}
