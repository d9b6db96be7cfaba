import { notifying, setNotifying } from '../state/notify'
import { type Shortcut, shortcuts } from '../state/shortcuts'
import { more, say } from '../strings'
import { Dialog } from './dialog'

/** Keys of the viewer, which has its own. */
const viewerKeys = { turn: '← →', zoom: '+ − 0', favourite: 'f', delete: 'Delete', modes: '1 2 3' } as const

const shownAs = (keys: string): string =>
  keys
    .replace('Mod', navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl')
    .replaceAll('+', ' ')
    .replace('Enter', '⏎')

function Keys({ title, of }: { title: string; of: readonly (readonly [what: string, keys: string])[] }) {
  return (
    <table class="keys">
      <caption class="label">{title}</caption>
      <tbody>
        {of.map(([what, keys]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The sheet of keys, and what the page may tell. */
export function KeysDialog() {
  const strings = more()
  return (
    <Dialog title={say().keys}>
      <Keys
        title={strings.onThePage}
        of={(Object.keys(shortcuts) as Shortcut[]).map((name) => [strings.keysDo[name], shownAs(shortcuts[name])])}
      />
      <Keys
        title={strings.inTheViewer}
        of={(Object.keys(viewerKeys) as (keyof typeof viewerKeys)[]).map((name) => [
          strings.viewerKeysDo[name],
          viewerKeys[name],
        ])}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={notifying.value}
          onChange={(event) => void setNotifying(event.currentTarget.checked)}
        />
        <span>{strings.notifyMe}</span>
      </label>
    </Dialog>
  )
}
