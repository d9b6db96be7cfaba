import { useEffect, useState } from 'preact/hooks'
import { download } from '../lib/download'
import { usePassing } from '../lib/passing'
import { fail } from '../state/run'
import {
  apply,
  exportStyles,
  forgetStyle,
  importStyles,
  keepStyle,
  loadStyles,
  type Style,
  styleOf,
  styles,
} from '../state/styles'
import { close } from '../state/views'
import { more, say } from '../strings'
import { Dialog } from './dialog'

const about = ({ prompt, negatives = [], settings = {} }: Style): string =>
  [
    ...(prompt === undefined ? [] : [`“${prompt}”`]),
    ...negatives.map((negative) => `− ${typeof negative === 'string' ? negative : negative.text}`),
    ...Object.entries(settings).map(
      ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    ),
  ].join(', ')

function NewStyle({ onKept }: { onKept(name: string): void }) {
  const [name, setName] = useState('')
  const [prompt, setPrompt] = useState('')
  const [parts, setParts] = useState({ negatives: true, settings: true })
  const part = (which: 'negatives' | 'settings', label: string) => (
    <label class="check small">
      <input
        type="checkbox"
        checked={parts[which]}
        onChange={(event) => setParts({ ...parts, [which]: event.currentTarget.checked })}
      />
      <span>{label}</span>
    </label>
  )
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() === '') return
        keepStyle(styleOf(name.trim(), prompt, parts)).then(() => {
          onKept(name.trim())
          setName('')
        }, fail)
      }}
    >
      <h3>{more().newStyle}</h3>
      <input
        class="input"
        type="text"
        aria-label={more().styleName}
        placeholder={more().styleName}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <input
        class="input"
        type="text"
        aria-label={more().stylePrompt}
        placeholder="{prompt}, night, city"
        value={prompt}
        onInput={(event) => setPrompt(event.currentTarget.value)}
      />
      <p class="small quiet">{more().stylePromptAbout}</p>
      {part('negatives', more().withNegatives)}
      {part('settings', more().withSettings)}
      <button type="submit" class="button" disabled={name.trim() === ''}>
        {more().keepStyle}
      </button>
    </form>
  )
}

/** Named sets of prompt parts, negatives and settings. */
export function StylesDialog() {
  const [said, tell] = usePassing()
  useEffect(() => void loadStyles().catch(fail), [])
  return (
    <Dialog title={say().styles}>
      {styles.value.length === 0 && <p class="quiet">{more().noStyles}</p>}
      <ul class="plain-list">
        {styles.value.map((style) => (
          <li key={style.name} class="row spread">
            <span class="style-about">
              <strong>{style.name}</strong> <span class="small quiet">{about(style)}</span>
            </span>
            <span class="row">
              <button
                type="button"
                class="button button-small"
                aria-label={more().applyStyle(style.name)}
                onClick={() => {
                  apply(style)
                  close()
                }}
              >
                {more().use}
              </button>
              <button
                type="button"
                class="button button-small"
                aria-label={more().deleteStyle(style.name)}
                onClick={() => void forgetStyle(style.name).catch(fail)}
              >
                {more().delete}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <NewStyle onKept={(name) => tell(more().styleKept(name))} />
      <div class="row wrap">
        {styles.value.length > 0 && (
          <button type="button" class="button button-small" onClick={() => download(exportStyles(), 'neg-styles.json')}>
            {more().exportStyles}
          </button>
        )}
        <label class="button button-small file">
          {more().importStyles}
          <input
            type="file"
            accept=".json,.csv"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? []
              if (file) importStyles(file).then((count) => tell(more().stylesTaken(count)), fail)
              currentTarget.value = ''
            }}
          />
        </label>
        <span class="small quiet" role="status">
          {said}
        </span>
      </div>
    </Dialog>
  )
}
