/** What is wrong with an export or a bundle. `index` is the place of an entry in the log, from 0. */
export type Finding = {
  readonly code:
    | 'checkpoint_refused'
    | 'forked'
    | 'entry_changed'
    | 'entry_removed'
    | 'entry_inserted'
    | 'entries_swapped'
    | 'entry_missing'
    | 'leaf_hash_wrong'
    | 'range_wrong'
    | 'cut_off'
    | 'start_wrong'
    | 'tile_wrong'
    | 'personal_wrong'
    | 'proof_wrong'
    | 'evidence_wrong'
    | 'contents_wrong'
    | 'page_wrong'
  /** For people: what it is, where, and what it means. */
  readonly sentence: string
  readonly index?: number
  /** The entry's own id, as far as it can be read. */
  readonly id?: string
  /** `from` up to, without, `to`: somewhere among these. */
  readonly from?: number
  readonly to?: number
}

/** `unknown`: nothing was found to be wrong, and nothing is proven either. It never counts as valid. */
export type Verdict = 'valid' | 'wrong' | 'unknown'

/** More of one kind than these are counted, not listed. */
export const mostListed = 20
