/** Pages of lists in which some entries are not shown. */

/** The most reads for one page. */
const MAX_SLICES = 200;

export interface Page<R> {
  records: R[];
  /** The place after which the next page begins; undefined: this was the last page. */
  next: string | undefined;
}

/**
 * The first `size` records after a place. `read` has null for an entry that is not shown. After very many of these in a
 * row the page has fewer records, and `next` still names the place to go on from.
 */
export async function pageOf<R>(
  size: number,
  after: string,
  read: (after: string, limit: number) => Promise<[place: string, record: R | null][]>,
  most = MAX_SLICES,
): Promise<Page<R>> {
  const records: R[] = [];
  let next = after;
  for (let slices = 0; slices < most; slices++) {
    const found = await read(next, size + 1);
    for (const [place, record] of found) {
      if (record !== null && records.length === size) return { records, next };
      if (record !== null) records.push(record);
      next = place;
    }
    if (found.length <= size) return { records, next: undefined };
  }
  return { records, next };
}
