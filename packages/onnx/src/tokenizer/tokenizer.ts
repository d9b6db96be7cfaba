/** A token and the characters of the text that it stands for, [from, to) in UTF-16 code units. */
export interface Token {
  readonly id: number
  readonly from: number
  readonly to: number
}

/** Text to tokens, the special ones at both ends not included. */
export interface Tokenizer {
  readonly bos: number
  readonly eos: number
  readonly pad: number
  /** Tokens of one window, the two special ones included. */
  readonly limit: number
  tokenize(text: string): readonly Token[]
}
