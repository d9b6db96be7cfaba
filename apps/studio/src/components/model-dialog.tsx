import { useEffect, useState } from 'preact/hooks'
import { megabytes } from '../lib/format'
import { choice, choose, inspection, look, type ModelChoice, model } from '../state/model'
import { fail, failure } from '../state/run'
import { deleteModel, refreshStorage, stored, use } from '../state/storage'
import { more } from '../strings'
import { Dialog } from './dialog'
import { OtherModels } from './other-models'
import { ServerFields } from './server-fields'

/** Chooses, and looks at what was chosen; what is wrong with it the page says. */
async function change(next: Partial<ModelChoice>): Promise<void> {
  failure.value = undefined
  await choose(next)
  await look().catch(fail)
}

/** Where the model comes from. */
function SourceField() {
  const { source } = choice.value
  const [url, setUrl] = useState(source.kind === 'url' ? source.url : '')
  return (
    <fieldset class="plain">
      <legend class="label">{more().model}</legend>
      <label class="check">
        <input
          type="radio"
          name="source"
          checked={source.kind === 'embedded'}
          onChange={() => void change({ source: { kind: 'embedded' } })}
        />
        <span>
          {more().embedded} <span class="quiet">{more().embeddedAbout}</span>
        </span>
      </label>
      <div class="check">
        <input
          id="source-url"
          type="radio"
          name="source"
          checked={source.kind === 'url'}
          disabled={url === ''}
          onChange={() => void change({ source: { kind: 'url', url } })}
        />
        <label for="source-url">{more().aFolder}</label>
      </div>
      <div class="row">
        <input
          class="input"
          type="url"
          aria-label={more().folderAddress}
          placeholder="https://huggingface.co/ORG/MODEL/resolve/main/"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value.trim())}
        />
        <button
          type="button"
          class="button"
          disabled={url === ''}
          onClick={() => void change({ source: { kind: 'url', url } })}
        >
          {more().use}
        </button>
      </div>
      <ServerFields onUse={(server) => change({ source: server })} />
    </fieldset>
  )
}

function DeviceField() {
  const device = model.value?.device ?? inspection.value?.device
  return (
    <div class="field">
      <label class="label" for="device">
        {more().device}
      </label>
      <select
        id="device"
        class="input"
        value={choice.value.device}
        onChange={(event) => void change({ device: event.currentTarget.value as ModelChoice['device'] })}
      >
        {Object.entries(more().devices).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <p class="small quiet">{device ? `${device.device}: ${device.reason}.` : more().measuring}</p>
    </div>
  )
}

function StoredModels() {
  useEffect(() => void refreshStorage().catch(fail), [])
  return (
    <div class="field">
      <h3 class="label">{more().storedHere}</h3>
      {stored.value.length === 0 && <p class="small quiet">{more().nothingYet}</p>}
      <ul class="plain-list">
        {stored.value.map(({ name, size, files }) => (
          <li key={name} class="row spread">
            <span>
              {name}{' '}
              <span class="quiet small">
                {megabytes(size)}
                {files.some(({ complete }) => !complete) && `, ${more().notWhole}`}
              </span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={more().deleteModel(name)}
              onClick={() => void deleteModel(name).catch(fail)}
            >
              {more().delete}
            </button>
          </li>
        ))}
      </ul>
      {use.value && <p class="small quiet">{more().siteUses(megabytes(use.value.used), megabytes(use.value.quota))}</p>}
      <label class="check small">
        <input
          type="checkbox"
          checked={choice.value.cache === 'browser'}
          onChange={(event) => void change({ cache: event.currentTarget.checked ? 'browser' : 'memory' })}
        />
        <span>{more().keepFiles}</span>
      </label>
    </div>
  )
}

/** Of a model that runs on this page. */
function Here() {
  const found = inspection.value
  return (
    <>
      <DeviceField />
      {found && (
        <p class="small">
          {more().downloadOf(
            found.model === undefined ? more().unknownSize : megabytes(found.model),
            megabytes(found.stored),
            megabytes(found.runtime.bytes),
            megabytes(found.runtime.compressed),
          )}
        </p>
      )}
      <StoredModels />
    </>
  )
}

export function ModelDialog() {
  return (
    <Dialog title={more().modelAndDevice}>
      <SourceField />
      {choice.value.source.kind !== 'server' && <Here />}
      <OtherModels />
    </Dialog>
  )
}
