/** A pattern (flag `u`) of a word that stands by itself: Python's `\b` around it, for letters of any script. */
export const word = (text: string): string => `(?<![\\p{L}\\p{N}_])${text}(?![\\p{L}\\p{N}_])`
