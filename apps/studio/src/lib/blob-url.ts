import { useEffect, useMemo } from 'preact/hooks'

/** An address for a blob, as long as it is shown. */
export function useBlobUrl(blob: Blob): string {
  const url = useMemo(() => URL.createObjectURL(blob), [blob])
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  return url
}
