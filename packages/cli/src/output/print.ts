import { wrapText } from './wrap-text'

/** A listing on standard output: for people as wide as their terminal; JSON, and what goes elsewhere, as it is. */
export function print(text: string, json: boolean): void {
  const { isTTY, columns } = process.stdout
  process.stdout.write(!json && isTTY && columns > 0 ? wrapText(text, columns) : text)
}
