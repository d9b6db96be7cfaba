/** A token and the characters of the text that it stands for, [from, to) in UTF-16 code units. */
export interface Token {
  readonly id: number
  readonly from: number
  readonly to: number
}

/** Text to tokens, the special ones before and after it not included. */
export interface Tokenizer {
  /** Absent: nothing stands before a text. */
  readonly bos?: number
  readonly eos: number
  readonly pad: number
  /** Tokens of one window, the special ones included. */
  readonly limit: number
  tokenize(text: string): readonly Token[]
}

/** Special tokens of a window: the one after the text, and where there is one that before it. */
export const specialTokens = ({ bos }: Pick<Tokenizer, 'bos'>): number => (bos === undefined ? 1 : 2)
