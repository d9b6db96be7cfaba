import { useState } from 'preact/hooks'
import { choice, model, type Source, setToken, tokenOf } from '../state/model'
import { more } from '../strings'

type Server = Extract<Source, { kind: 'server' }>

/** The address of a neg server, its token, and which of its models draws. */
export function ServerFields({ onUse }: { onUse(server: Server): Promise<void> }) {
  const { source } = choice.value
  const here = source.kind === 'server' ? source : undefined
  const [url, setUrl] = useState(here?.url ?? '')
  const [token, setOwnToken] = useState(here ? tokenOf(here.url) : '')
  const [asking, setAsking] = useState(false)
  const usable = /^https?:/.test(url) && URL.canParse(url)
  const connect = async () => {
    if (!usable) return
    setToken(url, token)
    setAsking(true)
    await onUse({ kind: 'server', url })
    setAsking(false)
  }
  const models = model.value?.models
  const onEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter') void connect()
  }
  return (
    <>
      <div class="check">
        <input
          id="source-server"
          type="radio"
          name="source"
          checked={here !== undefined}
          disabled={!usable}
          onChange={() => void connect()}
        />
        <label for="source-server">
          {more().aServer} <span class="quiet">(neg serve --cors {location.origin})</span>
        </label>
      </div>
      <div class="row wrap">
        <input
          class="input"
          type="url"
          aria-label={more().serverAddress}
          placeholder="http://127.0.0.1:8787"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value.trim())}
          onKeyDown={onEnter}
        />
        <input
          class="input"
          type="password"
          autocomplete="off"
          aria-label={more().serverToken}
          placeholder={more().tokenIfWanted}
          title={more().keptUntilClosed}
          value={token}
          onInput={(event) => setOwnToken(event.currentTarget.value.trim())}
          onKeyDown={onEnter}
        />
        <button type="button" class="button" disabled={!usable || asking} onClick={() => void connect()}>
          {more().connect}
        </button>
      </div>
      {here && models && (
        <p class="small" role="status">
          {more().connected(
            model.value?.info.id ?? '',
            model.value?.info.numerics.device ?? '',
            model.value?.where ?? '',
          )}
        </p>
      )}
      {here && models && models.length > 1 && (
        <label class="row small">
          {more().itsModel}{' '}
          <select
            class="input inline"
            value={here.model ?? models[0]}
            onChange={(event) => void onUse({ ...here, model: event.currentTarget.value })}
          >
            {models.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  )
}
