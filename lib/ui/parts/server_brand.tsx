/** The server's own name and picture, on pages that the server renders. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { BrandMark } from "./brand.tsx";

export interface ServerBrand {
  name: string;
  /** The picture's id, where there is one. */
  picture: string | null;
}

/** Until administrators name it, and where the server's record was not read. */
export const PRODUCT: ServerBrand = { name: "Parley", picture: null };

export const BrandContext = createContext<ServerBrand>(PRODUCT);

export function useBrand(): ServerBrand {
  return useContext(BrandContext);
}

export function pictureUrl(id: string): string {
  return `/api/server/picture/${id}`;
}

/** The server's picture, or the product's mark. Only decoration: the name is beside it. */
export function ServerMark() {
  const { picture } = useBrand();
  if (picture === null) return <BrandMark />;
  return <img class="brand-mark brand-picture" src={pictureUrl(picture)} alt="" width={48} height={48} />;
}
