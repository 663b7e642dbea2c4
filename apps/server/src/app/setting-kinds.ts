import { z } from 'zod'

/** What settings are made of, in the file and as variables. */

export const text = z.string()
export const flag = z.union([z.boolean(), z.stringbool()])
export const port = z.coerce.number().int().min(0).max(65535)

/** Several words; in one text they stand between commas. */
export const list = z.union([
  z.array(text),
  text.transform((line) =>
    line
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  ),
])
