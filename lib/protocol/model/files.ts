/** Files: what is stored of one, and what a message says of it. */
/** The fields of a file that its message carries. */
export interface FileInfo {
  id: string;
  /** The uploader's name for it, without misleading characters. The name never decides the type. */
  name: string;
  /** Media type, decided by the content. */
  type: string;
  /** Bytes. */
  size: number;
  /** Only for an image that is shown inline: its displayed size in pixels. */
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
  /** The blob store that holds its bytes. */
  store: FileStore;
  created_at: number;
  /** Of the message that it is attached to. */
  room_id?: string;
  seq?: number;
}

export type FileStore = "kv" | "s3";

/** The total size of one person's files. */
export interface FileUsage {
  bytes: number;
}
