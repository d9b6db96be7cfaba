/** Values that files and requests hold where something else should be. */
const oddities = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  -0.0,
  1e308,
  -1e308,
  1e-320,
  2 ** 31,
  2 ** 53,
  1e12,
  '',
  ' ',
  '0',
  'NaN',
  '../../etc/passwd',
  'epsilon',
  'x'.repeat(5000),
  '\u0000',
  '😀',
  [],
  {},
  [null],
  [[[[]]]],
  [1, 2],
  ['a'],
  { a: 1 },
  [1e308, -1e308],
]

/** Text of JSON that JavaScript has no value for. */
const raw = ['NaN', 'Infinity', '-Infinity', '1e999', '{"__proto__":1}', '['.repeat(5000) + ']'.repeat(5000)]

const odd = (random) => structuredClone(random.pick(oddities))

/** Every place of a value: what holds it, and under which key. */
function placesOf(value, found = []) {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    found.push([value, key])
    placesOf(value[key], found)
  }
  return found
}

/** A copy of JSON data with some places changed, as text. */
export function mutatedJson(data, random) {
  const copy = structuredClone(data)
  for (let i = random.below(3) + 1; i > 0; i--) {
    const places = placesOf(copy)
    if (places.length === 0) return JSON.stringify(odd(random))
    const [holder, key] = random.pick(places)
    const what = random.below(10)
    if (what === 0) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
    } else if (what === 1) holder[Array.isArray(holder) ? holder.length : `extra${random.below(9)}`] = odd(random)
    else if (what === 2 && typeof holder[key] === 'number') holder[key] *= random.pick([-1, 2, 0.5, 1000, 1e300, 1 / 3])
    else if (what === 3) holder[key] = '@raw@'
    else holder[key] = odd(random)
  }
  return JSON.stringify(copy).replaceAll('"@raw@"', () => random.pick(raw))
}

/** A copy of bytes with some overwritten, cut out, put in, or the end cut off. */
export function mutatedBytes(bytes, random) {
  let now = bytes
  for (let i = random.below(4) + 1; i > 0; i--) {
    const at = random.below(now.length)
    const some = Uint8Array.from({ length: random.below(8) + 1 }, () => random.below(256))
    const what = random.below(8)
    if (what === 0) now = now.slice(0, at)
    else if (what === 1) now = Uint8Array.from([...now.subarray(0, at), ...now.subarray(at + some.length)])
    else if (what === 2) now = Uint8Array.from([...now.subarray(0, at), ...some, ...now.subarray(at)])
    else {
      now = now.slice()
      now.set(some.subarray(0, now.length - at), at)
    }
  }
  return now
}
