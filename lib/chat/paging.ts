/** Pages of lists of which not everything is shown. */

/** Readings for one page. */
const MAX_SLICES = 200;

export interface Page<R> {
  records: R[];
  /** After which place there may be more; undefined: this was the last page. */
  next: string | undefined;
}

/**
 * The first `size` records after a place; where `read` has null there is nothing to show. However many of those come in
 * a row, the page that is short of records for them names the place to go on from.
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
