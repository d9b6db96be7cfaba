import { atOnce, lazy } from '../lib/lazy'
import { pictures, shown } from '../state/run'
import { say } from '../strings'

const Pictures = lazy(async () => (await import('./pictures')).Pictures, atOnce)

/** Where pictures are; before the first, what to do. */
export function Stage() {
  if (pictures.value[shown.value]) return <Pictures />
  return (
    <section class="card stage empty" aria-label={say().pictureRegion}>
      <div class="frame">
        <p class="quiet">{say().sayAndDraw}</p>
      </div>
    </section>
  )
}
