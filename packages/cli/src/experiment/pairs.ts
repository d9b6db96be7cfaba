/** A prompt, and a negative that says something about what it draws. */
export interface Pair {
  readonly prompt: string
  readonly negative: string
  /** The positive word that the negative is about: r(i). */
  readonly positive: string
}

/** A pair whose negative can be seen in pictures. */
export interface SeenPair extends Pair {
  /** What the embedded model's image classifier calls it. */
  readonly attribute: string
  /** The prompt with the thing asked for. */
  readonly said: string
}

/** Things that the prompt's persona has without being told: what a negative can remove. */
export const nouns: readonly SeenPair[] = [
  ['a professional office woman', 'glasses', 'woman', 'a professional office woman with glasses'],
  ['a pirate', 'eye patch', 'pirate', 'a pirate with an eye patch'],
  ['a witch', 'witch hat', 'witch', 'a witch wearing a witch hat'],
  ['a king', 'crown', 'king', 'a king wearing a crown'],
  ['a wizard, night sky', 'beard', 'wizard', 'a wizard with a beard, night sky'],
  ['a chef', 'chef hat', 'chef', 'a chef wearing a chef hat'],
  ['a grandfather', 'glasses', 'grandfather', 'a grandfather with glasses'],
  ['a queen', 'necklace', 'queen', 'a queen with a necklace'],
  ['an office man', 'tie', 'man', 'an office man with a tie'],
  ['a builder', 'hard hat', 'builder', 'a builder wearing a hard hat'],
].map(([prompt, negative, positive, said]) => ({ prompt, negative, positive, said, attribute: negative }))

/** Ways a picture may look: the embedded model's adjectives. */
export const adjectives: readonly Pair[] = [
  ['a woman, forest', 'blurry', 'woman'],
  ['a man, city', 'dark', 'man'],
  ['a girl, beach', 'pixelated', 'girl'],
  ['a boy', 'monochrome', 'boy'],
  ['a king', 'sepia', 'king'],
  ['a witch', 'blurry', 'witch'],
  ['a pirate', 'dark', 'pirate'],
  ['a chef', 'pixelated', 'chef'],
  ['a grandmother', 'monochrome', 'grandmother'],
  ['a builder', 'sepia', 'builder'],
].map(([prompt, negative, positive]) => ({ prompt, negative, positive }))

/** Things that these prompts hardly ever show: what an early negative might make. */
export const absent: readonly SeenPair[] = [
  ['a woman', 'glasses', 'woman', 'a woman with glasses'],
  ['a boy', 'headphones', 'boy', 'a boy with headphones'],
  ['a man, city', 'top hat', 'man', 'a man wearing a top hat, city'],
  ['a girl', 'cap', 'girl', 'a girl wearing a cap'],
  ['a grandmother', 'earrings', 'grandmother', 'a grandmother with earrings'],
  ['a man', 'beard', 'man', 'a man with a beard'],
  ['a woman, beach', 'necklace', 'woman', 'a woman with a necklace, beach'],
  ['a chef', 'mustache', 'chef', 'a chef with a mustache'],
  ['a queen', 'sunglasses', 'queen', 'a queen with sunglasses'],
  ['a boy, snow', 'scarf', 'boy', 'a boy with a scarf, snow'],
].map(([prompt, negative, positive, said]) => ({ prompt, negative, positive, said, attribute: negative }))

/** A pair's name in files and figures. */
export const pairName = ({ prompt, negative }: Pair): string => `${prompt} / ${negative}`
