/**
 * The pairs of prompt and negative that the guidance table is drawn for; `attribute` and `wanted` are the judge's words.
 *
 *   node scripts/guidance-table/pairs.mjs      all of them as JSON: what training/portraits/record_naturals.py takes
 *
 * @typedef {{ prompt: string, negative: string, attribute: string, wanted: string[] }} Pair
 */
import { pathToFileURL } from 'node:url'

/** Prompts whose picture usually holds something that was not asked for; `attribute` and `wanted` are the judge's words. */
export const pairs = [
  { prompt: 'a professional office woman', negative: 'glasses', attribute: 'glasses', wanted: ['office'] },
  { prompt: 'a grandfather', negative: 'glasses', attribute: 'glasses', wanted: [] },
  { prompt: 'a wizard, night sky', negative: 'beard', attribute: 'beard', wanted: ['wizard hat', 'night'] },
  { prompt: 'a pirate', negative: 'eye patch', attribute: 'eye patch', wanted: ['pirate hat'] },
  { prompt: 'a king', negative: 'crown', attribute: 'crown', wanted: [] },
  { prompt: 'a witch', negative: 'witch hat', attribute: 'witch hat', wanted: [] },
  { prompt: 'a chef', negative: 'chef hat', attribute: 'chef hat', wanted: [] },
  { prompt: 'an office man', negative: 'tie', attribute: 'tie', wanted: ['office'] },
  { prompt: 'a builder', negative: 'hard hat', attribute: 'hard hat', wanted: [] },
  { prompt: 'santa claus', negative: 'snow', attribute: 'snow', wanted: ['santa hat'] },
]

/** Ten more, chosen before `local` was tuned on the first ten and looked at once, afterwards. */
export const furtherPairs = [
  { prompt: 'a queen', negative: 'necklace', attribute: 'necklace', wanted: ['crown'] },
  { prompt: 'a rapper', negative: 'sunglasses', attribute: 'sunglasses', wanted: [] },
  { prompt: 'a punk', negative: 'earrings', attribute: 'earrings', wanted: ['mohawk'] },
  { prompt: 'a king', negative: 'beard', attribute: 'beard', wanted: ['crown'] },
  { prompt: 'a chef', negative: 'mustache', attribute: 'mustache', wanted: ['chef hat'] },
  { prompt: 'a grandmother', negative: 'glasses', attribute: 'glasses', wanted: [] },
  { prompt: 'a pirate', negative: 'pirate hat', attribute: 'pirate hat', wanted: [] },
  { prompt: 'santa claus', negative: 'santa hat', attribute: 'santa hat', wanted: ['beard'] },
  { prompt: 'a wizard', negative: 'wizard hat', attribute: 'wizard hat', wanted: ['beard'] },
  { prompt: 'a queen', negative: 'crown', attribute: 'crown', wanted: [] },
]

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${JSON.stringify([...pairs, ...furtherPairs], null, 1)}\n`)
}
