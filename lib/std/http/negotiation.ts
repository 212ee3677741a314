/**
 * `@std/http/negotiation`: the part of the published module that we use, under the same names. A request says what it
 * prefers (RFC 9110, 12.5); the best of what there is, is the answer.
 */

type Asking = Pick<Request, "headers">;
type Offers = [string, ...string[]];

/** A part of the header: what it names, how much it is liked, and its place. */
interface Wish {
  value: string;
  quality: number;
  place: number;
}

/** How well an offer fits; more specific wishes count before less specific ones. */
interface Fit extends Wish {
  offer: string;
  specific: number;
}

/** The best of the encodings, the first where the request says nothing. Offer `identity` too, which always fits. */
export function acceptsEncodings(request: Asking, ...encodings: Offers): string | undefined {
  const header = request.headers.get("accept-encoding");
  if (!header) return encodings[0];
  const wishes = wishesOf(header);
  if (!wishes.some(({ value }) => value === "identity" || value === "*")) {
    // nobody has to name it
    const quality = Math.min(1, ...wishes.map((wish) => wish.quality || 1));
    wishes.push({ value: "identity", quality, place: wishes.length - 1 });
  }
  return best(encodings, wishes, (offer, value) => value === offer ? 1 : value === "*" ? 0 : null);
}

/** The best of the languages, the first where the request says nothing. `pt-BR` is served by `pt`. */
export function acceptsLanguages(request: Asking, ...langs: Offers): string | undefined {
  const header = request.headers.get("accept-language");
  if (!header) return langs[0];
  return best(langs, wishesOf(header), (offer, value) => {
    if (value === offer) return 3;
    return primary(value) === primary(offer) ? 2 : value === "*" ? 0 : null;
  });
}

function primary(tag: string): string {
  return tag.split("-", 1)[0] ?? "";
}

function wishesOf(header: string): Wish[] {
  return header.split(",").flatMap((part, place) => {
    const [value = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return value === "" ? [] : [{ value, quality: quality === undefined ? 1 : parseFloat(quality), place }];
  });
}

/** @param specific how exactly a wish means an offer; null where it does not */
function best(
  offers: Offers,
  wishes: Wish[],
  specific: (offer: string, value: string) => number | null,
): string | undefined {
  const fits = offers.flatMap((offer) => {
    const own = wishes.flatMap((wish): Fit[] => {
      const how = specific(offer.toLowerCase(), wish.value);
      return how === null ? [] : [{ ...wish, offer, specific: how }];
    });
    return own.sort((a, b) => b.specific - a.specific || b.quality - a.quality || b.place - a.place).slice(0, 1);
  });
  return fits.filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.specific - a.specific || a.place - b.place)[0]?.offer;
}
