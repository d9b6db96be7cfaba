import { useEffect, useState } from 'preact/hooks'

/** How long a message stays (ms). */
export const stays = 6000

/** A message that goes away by itself. */
export function usePassing(): [said: string, tell: (message: string) => void] {
  const [said, setSaid] = useState({ message: '' })
  useEffect(() => {
    if (said.message === '') return
    const timer = setTimeout(() => setSaid({ message: '' }), stays)
    return () => clearTimeout(timer)
  }, [said])
  return [said.message, (message) => setSaid({ message })]
}
