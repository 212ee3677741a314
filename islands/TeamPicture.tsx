import { useEffect } from "preact/hooks";
import { savePicture } from "../lib/client/writing/avatar.ts";
import { startPictureControl } from "../lib/ui/parts/forms/picture_control.ts";
import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";

/** Makes the buttons of the team's picture work. */
export default function TeamPicture() {
  useHydrated();
  useEffect(() => startPictureControl((file) => savePicture("/api/server/picture", file), () => location.reload()), []);
  return null;
}
