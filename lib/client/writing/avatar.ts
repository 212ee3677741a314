/** The reader's own picture, and the server's: cropped to a square and made small here, so that the server stores only what is shown. */

import { Requests, STALL_MS } from "../connection/requests.ts";

const SIDE = 128;
const MOST_BYTES = 48 * 1024;

/**
 * The middle of the picture as a small WebP, or as JPEG if the browser makes no WebP. Rejects if the file is no
 * picture.
 */
export async function squarePicture(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file);
  try {
    const side = Math.min(image.width, image.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
    for (const [type, quality] of [["image/webp", 0.86], ["image/jpeg", 0.86], ["image/jpeg", 0.6]] as const) {
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
      if (blob?.type === type && blob.size <= MOST_BYTES) return blob;
    }
    throw new Error("too large");
  } finally {
    image.close();
  }
}

/** Uploads the reader's own picture; without a file, removes it. Returns whether the server accepted. */
export async function saveAvatar(file?: Blob): Promise<boolean> {
  return await savePicture("/api/me/avatar", file);
}

/** Uploads a picture to this path; without a file, removes the one that is there. */
export async function savePicture(path: string, file?: Blob): Promise<boolean> {
  try {
    const answer = await new Requests().ask(path, {
      method: file === undefined ? "DELETE" : "PUT",
      ...(file === undefined ? {} : { body: await squarePicture(file) }),
    }, { ms: STALL_MS });
    return answer.ok;
  } catch {
    return false;
  }
}
