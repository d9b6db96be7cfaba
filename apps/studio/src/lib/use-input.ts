import { useEffect, useState } from 'preact/hooks'
import { inputFile } from '../state/inputs'
import { fail } from '../state/run'

/** The file of a kept picture, by its digest: undefined while it is looked for, null where it is not kept here. */
export function useInput(sha256: string | undefined, image?: unknown): Blob | null | undefined {
  const [file, setFile] = useState<Blob | null>()
  useEffect(() => {
    let wanted = true
    setFile(undefined)
    if (sha256 !== undefined) inputFile(sha256).then((found) => wanted && setFile(found ?? null), fail)
    return () => {
      wanted = false
    }
  }, [sha256, image])
  return file
}
