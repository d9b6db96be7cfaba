import { useEffect, useRef, useState } from 'preact/hooks'
import { megabytes } from '../lib/format'
import { choice, choose, inspection, look, type ModelChoice, model } from '../state/model'
import { fail, failure } from '../state/run'
import { deleteModel, refreshStorage, stored, use } from '../state/storage'
import { ServerFields } from './server-fields'

const devices = { auto: 'automatic: the faster one, measured', webgpu: 'WebGPU', wasm: 'WebAssembly' } as const

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
      <legend class="label">Model</legend>
      <label class="check">
        <input
          type="radio"
          name="source"
          checked={source.kind === 'embedded'}
          onChange={() => void change({ source: { kind: 'embedded' } })}
        />
        <span>
          portraits, the embedded one <span class="quiet">(cartoon portraits of 128 × 128)</span>
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
        <label for="source-url">A folder that Optimum exported, by its address</label>
      </div>
      <div class="row">
        <input
          class="input"
          type="url"
          aria-label="Address of a model folder"
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
          Use
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
        Device
      </label>
      <select
        id="device"
        class="input"
        value={choice.value.device}
        onChange={(event) => void change({ device: event.currentTarget.value as ModelChoice['device'] })}
      >
        {Object.entries(devices).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <p class="small quiet">{device ? `${device.device}: ${device.reason}.` : 'Measuring …'}</p>
    </div>
  )
}

function StoredModels() {
  useEffect(() => void refreshStorage().catch(fail), [])
  return (
    <div class="field">
      <h3 class="label">Stored in this browser</h3>
      {stored.value.length === 0 && <p class="small quiet">Nothing yet.</p>}
      <ul class="plain-list">
        {stored.value.map(({ name, size, files }) => (
          <li key={name} class="row spread">
            <span>
              {name}{' '}
              <span class="quiet small">
                {megabytes(size)}
                {files.some(({ complete }) => !complete) && ', not yet whole'}
              </span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={`Delete the stored model ${name}`}
              onClick={() => void deleteModel(name).catch(fail)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      {use.value && (
        <p class="small quiet">
          This site uses {megabytes(use.value.used)} of {megabytes(use.value.quota)}.
        </p>
      )}
      <label class="check small">
        <input
          type="checkbox"
          checked={choice.value.cache === 'browser'}
          onChange={(event) => void change({ cache: event.currentTarget.checked ? 'browser' : 'memory' })}
        />
        <span>Keep model files, so that the next visit needs no download</span>
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
          Download: model {found.model === undefined ? 'of unknown size' : megabytes(found.model)}
          {found.stored > 0 && `, of which ${megabytes(found.stored)} are stored`}; runtime{' '}
          {megabytes(found.runtime.bytes)} ({megabytes(found.runtime.compressed)} where the host compresses).
        </p>
      )}
      <StoredModels />
    </>
  )
}

export function ModelDialog({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="model-title" onClose={onClose}>
      <div class="row spread">
        <h2 id="model-title">Model and device</h2>
        <button type="button" class="button icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <span aria-hidden="true">×</span>
        </button>
      </div>
      <SourceField />
      {choice.value.source.kind !== 'server' && <Here />}
    </dialog>
  )
}
