import type { RecipeInput } from '@neg/core'
import { useState } from 'preact/hooks'
import { usePassing } from '../lib/passing'
import { asCommand, asJson, asTypeScript } from '../state/as-code'
import { draft, toRecipe } from '../state/draft'
import { choice } from '../state/model'
import { openText } from '../state/open-picture'
import { fail, pictures, shown } from '../state/run'
import { close } from '../state/views'
import { more, say } from '../strings'
import { Dialog } from './dialog'

/** What is described, or what was drawn: as TypeScript, as a command, as JSON that can be edited and taken. */
export function CodeDialog() {
  const record = pictures.value[shown.value]?.record
  const [ofPicture, setOfPicture] = useState(record !== undefined)
  const [said, tell] = usePassing()
  const recipe = ofPicture && record ? (record.recipe as unknown as RecipeInput) : toRecipe(draft.value)
  const [json, setJson] = useState<string>()
  const { source } = choice.value
  const block = (title: string, text: string) => (
    <section class="field">
      <div class="row spread">
        <h3>{title}</h3>
        <button
          type="button"
          class="button button-small"
          aria-label={more().copyOf(title)}
          onClick={() => void navigator.clipboard.writeText(text).then(() => tell(more().copied), fail)}
        >
          {more().copy}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre class="code-block mono" tabIndex={0}>
        {text}
      </pre>
    </section>
  )
  return (
    <Dialog title={say().code} wide>
      <div class="code-dialog">
        {record && (
          <label class="check">
            <input
              type="checkbox"
              checked={ofPicture}
              onChange={(event) => setOfPicture(event.currentTarget.checked)}
            />
            <span>{more().ofPictureNotDraft}</span>
          </label>
        )}
        <p role="status" class="small quiet">
          {said}
        </p>
        {block('TypeScript', asTypeScript(recipe, source))}
        {block(more().commandLine, asCommand(recipe, source))}
        <section class="field">
          <label class="label" for="json">
            JSON
          </label>
          <textarea
            id="json"
            class="input mono"
            rows={12}
            spellcheck={false}
            value={json ?? asJson(recipe)}
            onInput={(event) => setJson(event.currentTarget.value)}
          />
          <div class="row">
            <button
              type="button"
              class="button"
              onClick={() => {
                try {
                  openText(json ?? asJson(recipe), 'JSON')
                  close()
                } catch (error) {
                  close()
                  void fail(error)
                }
              }}
            >
              {more().takeJson}
            </button>
            <button
              type="button"
              class="button"
              onClick={() =>
                void navigator.clipboard.writeText(json ?? asJson(recipe)).then(() => tell(more().copied), fail)
              }
            >
              {more().copy}
            </button>
          </div>
        </section>
      </div>
    </Dialog>
  )
}
