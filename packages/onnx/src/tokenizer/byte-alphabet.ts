/**
 * The printable character that stands for each byte in a byte-level vocabulary (GPT-2's `bytes_to_unicode`): itself where
 * it is printable Latin-1, else one of the characters from U+0100 on, in order.
 */
export const byteAlphabet: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let extra = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : extra++))
})()
